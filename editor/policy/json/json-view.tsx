import { Button } from '@mantine/core'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Policy } from '../../../server/schema/policy.ts'
import { useWorkbench } from '../workbench.ts'
import type { JsonEditor } from './json-editor.ts'
import { createJsonEditor } from './json-editor.ts'
import styles from './json.module.css'
import type { TextRead } from './read-text.ts'
import { readText, textOf } from './read-text.ts'

/** Says whether the text is the policy on the canvas, and why not where it is not. */
function State({
  read,
  isElsewhere,
  showPolicy,
}: {
  read: TextRead
  isElsewhere: boolean
  showPolicy: () => void
}) {
  const { t } = useTranslation()
  const why = read.problems[0]?.message ?? t('json.undrawable')
  return (
    <div className={styles.state} role="status" data-taken={read.policy !== undefined}>
      {read.policy ? (
        <>
          <CircleCheck size={15} aria-hidden /> {t('json.applied')}
        </>
      ) : (
        <>
          <TriangleAlert size={15} aria-hidden /> {t('json.notTaken', { why })}
        </>
      )}
      {isElsewhere && (
        <>
          {t('json.changedElsewhere')}
          <Button size="compact-xs" variant="default" onClick={showPolicy}>
            {t('json.takeTheirs')}
          </Button>
        </>
      )}
    </div>
  )
}

/** The policy as its file has it: taken over while it is written, as soon as it can be drawn. */
export function JsonView() {
  const { t } = useTranslation()
  const bench = useWorkbench()
  const { policy, problems, isEditable } = bench
  const holder = useRef<HTMLDivElement>(null)
  const editor = useRef<JsonEditor>(undefined)
  const now = useRef(bench)
  useLayoutEffect(() => {
    now.current = bench
  }, [bench])
  const [read, setRead] = useState<TextRead>({ policy, problems: [] })
  /** What the text was last known to say: its own policy, or the one that was written into it. */
  const said = useRef<Policy>(policy)
  const [isElsewhere, setElsewhere] = useState(false)

  useEffect(() => {
    if (!holder.current) return
    const own = createJsonEditor({
      parent: holder.current,
      text: textOf(now.current.policy),
      label: t('json.title'),
      isEditable,
      known: () => now.current,
      onText: (text) => {
        const next = readText(text)
        setRead(next)
        if (!next.policy) return
        said.current = next.policy
        setElsewhere(false)
        now.current.change(next.policy, 'json')
      },
      onStep: (id) => {
        const { selected, policy: current, select } = now.current
        if (selected[0] !== id && Object.hasOwn(current.nodes, id)) select([id])
      },
    })
    editor.current = own
    const [chosen] = now.current.selected
    if (chosen !== undefined) own.show(['nodes', chosen])
    return () => own.destroy()
  }, [t, isEditable])

  const showPolicy = () => {
    said.current = policy
    setElsewhere(false)
    setRead({ policy, problems: [] })
    editor.current?.write(textOf(policy))
  }
  useEffect(() => {
    if (policy === said.current) return
    // a text that cannot be read yet is somebody's work: it stays until they say otherwise
    // eslint-disable-next-line react-hooks/set-state-in-effect
    if (read.policy) showPolicy()
    else setElsewhere(true)
    // only another policy is a reason to write
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [policy])
  useEffect(() => {
    editor.current?.mark(read.policy ? problems : read.problems)
  }, [read, problems])

  return (
    <section className={styles.frame} aria-label={t('json.title')}>
      <State read={read} isElsewhere={isElsewhere} showPolicy={showPolicy} />
      <div ref={holder} className={styles.text} />
    </section>
  )
}
