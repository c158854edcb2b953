import { ActionIcon, Button } from '@mantine/core'
import { Flag, X } from 'lucide-react'
import { createElement, memo, useCallback, useDeferredValue, useLayoutEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { PolicyNode } from '../../../server/schema/policy.ts'
import { exitsOf, targetOf } from '../document/exits.ts'
import { setNode } from '../document/operations.ts'
import { TextField } from '../kinds/fields.tsx'
import type { FormProps } from '../kinds/kind.ts'
import { exitWord, iconOf, kindOf, titleOf } from '../kinds/kinds.ts'
import { useWorkbench } from '../workbench.ts'
import styles from './editor.module.css'

interface InspectorProps {
  readonly id: string
  readonly connect: (id: string, exit: string) => void
  readonly select: (id: string) => void
}

function Ways({ id, connect, select }: InspectorProps) {
  const { t } = useTranslation()
  const { policy } = useWorkbench()
  const node = policy.nodes[id]
  if (!node) return undefined
  const nameOf = (to: string) => (policy.nodes[to] ? titleOf(policy.nodes[to], t) : to)
  const reached = Object.entries(policy.nodes).flatMap(([from, other]) =>
    exitsOf(other).flatMap((exit) => (targetOf(other, exit) === id ? [{ from, exit, other }] : [])),
  )
  return (
    <>
      <div className={styles.exits}>
        {exitsOf(node).map((exit) => {
          const to = targetOf(node, exit)
          const word = exitWord(exit, t)
          return (
            <button key={exit} type="button" onClick={() => connect(id, exit)}>
              {to === undefined
                ? t('editor.leadsNowhere', { exit: word })
                : t('editor.leads', { exit: word, name: nameOf(to) })}
            </button>
          )
        })}
      </div>
      {reached.length > 0 && (
        <div>
          <span className={styles.fieldName}>{t('editor.reachedBy')}</span>
          <div className={styles.exits}>
            {reached.map(({ from, exit, other }) => (
              <button key={`${from} ${exit}`} type="button" onClick={() => select(from)}>
                {`${titleOf(other, t)} · ${exitWord(exit, t)}`}
              </button>
            ))}
          </div>
        </div>
      )}
    </>
  )
}

/** What a step's own kind asks for; it is not rendered again while only other steps change. */
const Body = memo((props: FormProps) => {
  const { Form } = kindOf(props.node)
  return <Form {...props} />
})
Body.displayName = 'Body'

/** The form of the chosen step. */
export function Inspector(props: InspectorProps) {
  const { id } = props
  const { policy, catalogue, isEditable, change, select, selected } = useWorkbench()
  const { t } = useTranslation()
  const latest = useRef(policy)
  useLayoutEffect(() => {
    latest.current = policy
  }, [policy])
  const set = useCallback(
    (next: PolicyNode, field?: string) =>
      change(setNode(latest.current, id, next), field && `${id} ${field}`),
    [change, id],
  )
  // another step is chosen already, and its form is on its way: nothing more is typed into this one
  const isOld = selected.length !== 1 || selected[0] !== id
  // its place beside the drawing first, which makes room for it, and then what fills it
  const isPlaced = useDeferredValue(true, false)
  const node = policy.nodes[id]
  if (!node) return undefined
  const setText = (key: 'label' | 'note', text: string) => {
    const { [key]: _, ...rest } = node
    // without an empty text, which the schema would refuse for no gain
    set((text === '' ? rest : { ...rest, [key]: text }) as typeof node, key)
  }
  return (
    <aside className={styles.inspector} data-step={id} inert={isOld} aria-label={titleOf(node, t)}>
      <div className={styles.inspectorHead}>
        {createElement(iconOf(node), { size: 19, 'aria-hidden': true })}
        <div style={{ flex: 1, minWidth: 0 }}>
          <h2>{titleOf(node, t)}</h2>
          <span className="muted">{t(`editor.kind.${node.kind}`)}</span>{' '}
          <span className="mono muted">{id}</span>
        </div>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('editor.close')}
          onClick={() => select([])}
        >
          <X size={16} aria-hidden />
        </ActionIcon>
      </div>
      <fieldset className={styles.form} disabled={!isEditable} style={{ border: 0, margin: 0 }}>
        <TextField field="label" value={node.label} change={(text) => setText('label', text)} />
        {isPlaced && (
          <Body key={`${id} ${node.kind}`} node={node} change={set} catalogue={catalogue} id={id} />
        )}
        <TextField field="note" isLong value={node.note} change={(text) => setText('note', text)} />
        <Ways {...props} />
        {policy.start !== id && (
          <Button
            variant="default"
            leftSection={<Flag size={14} aria-hidden />}
            onClick={() => change({ ...policy, start: id })}
          >
            {t('editor.startHere')}
          </Button>
        )}
      </fieldset>
    </aside>
  )
}
