import { Button } from '@mantine/core'
import { CircleCheck, CircleX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useCaseRun } from '../cases/use-case-run.ts'
import { useCaseInput, useStoredCases } from '../cases/use-cases.ts'
import { useWorkbench } from '../workbench.ts'
import styles from './editor.module.css'

/** What the policy's own cases say of the draft: `failed` stops a publish, `waiting` holds it. */
export type CaseVerdict = 'none' | 'waiting' | 'passed' | 'failed'

export interface CheckedCases {
  readonly verdict: CaseVerdict
  readonly count: number
  /** Names of those that fail. */
  readonly failing: readonly string[]
}

/** Decides the cases by the draft. Who may not see cases is not stopped by them. */
export function useCheckedCases(hasErrors: boolean): CheckedCases {
  const { id, policy, catalogue } = useWorkbench()
  const { installation } = catalogue
  const stored = useStoredCases(id)
  const cases = stored.data?.cases ?? undefined
  const input = useCaseInput(id, { document: policy, installation, cases })
  const { run, input: about } = useCaseRun(hasErrors ? undefined : input)
  if (!cases || cases.length === 0 || hasErrors) {
    const isWaiting = stored.isLoading && !hasErrors
    return { verdict: isWaiting ? 'waiting' : 'none', count: 0, failing: [] }
  }
  if (!run || about !== input) return { verdict: 'waiting', count: cases.length, failing: [] }
  const failing = cases.filter((_, index) => run.outcomes[index]?.passed === false)
  return {
    verdict: failing.length > 0 ? 'failed' : 'passed',
    count: cases.length,
    failing: failing.map(({ name }) => name),
  }
}

/** Most names of failing cases that are shown. */
const mostNames = 5

/** In words, with a way to the failing ones. */
export function PublishCases({
  checked: { verdict, count, failing },
  onShow,
}: {
  checked: CheckedCases
  onShow: () => void
}) {
  const { t } = useTranslation()
  if (verdict === 'none') return undefined
  if (verdict === 'waiting')
    return (
      <p className="muted" role="status">
        {t('editor.casesRunning')}
      </p>
    )
  if (verdict === 'passed')
    return (
      <p className={styles.verdict} role="status">
        <CircleCheck size={15} color="var(--accept)" aria-hidden />
        {t('editor.casesPass', { count })}
      </p>
    )
  const more = failing.length - mostNames
  return (
    <div role="alert">
      <p className={styles.verdict}>
        <CircleX size={15} color="var(--err)" aria-hidden />
        {t('editor.casesFail', { count: failing.length })}
      </p>
      <ul>
        {failing.slice(0, mostNames).map((name) => (
          <li key={name} className="given">
            {name}
          </li>
        ))}
        {more > 0 && <li>{t('replay.more', { count: more })}</li>}
      </ul>
      <Button variant="default" size="compact-sm" onClick={onShow}>
        {t('editor.casesShow')}
      </Button>
    </div>
  )
}
