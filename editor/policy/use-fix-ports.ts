import { useTranslation } from 'react-i18next'
import type { Fix } from './document/fixes.ts'
import { targetChoices } from './target-choices.ts'
import { focusForm } from './parts/focus-form.ts'
import { useWorkbench } from './workbench.ts'

/** Names a fix on its button, and does it. */
export function useFixPorts() {
  const { t } = useTranslation()
  const bench = useWorkbench()
  const label = (fix: Fix): string => {
    if (fix.kind === 'change') return t(`editor.fix.${fix.word}`, { what: fix.what ?? '' })
    return t(`editor.fix.${fix.kind}`)
  }
  const openForm = (node: string | undefined) => {
    bench.setView('canvas')
    if (node === undefined) bench.openSettings()
    else bench.show(node)
    focusForm(node)
  }
  const run = (fix: Fix): void => {
    if (fix.kind === 'change') bench.change(fix.to)
    else if (fix.kind === 'connect') bench.ask(targetChoices(bench, fix, t))
    else if (fix.kind === 'choose')
      bench.ask({
        title: t('editor.fix.choose'),
        choices: (sought) =>
          fix.options
            .filter((one) => one.toLowerCase().includes(sought.trim().toLowerCase()))
            .map((option) => ({
              key: option,
              label: option,
              choose: () => {
                bench.ask(undefined)
                bench.change(fix.with(option))
              },
            })),
      })
    else openForm(fix.node)
  }
  return { label, run }
}
