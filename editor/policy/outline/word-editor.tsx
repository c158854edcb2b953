import { useTranslation } from 'react-i18next'
import type { Field } from '../../../server/policy/say/words.ts'
import type { Condition, PolicyNode } from '../../../server/schema/policy.ts'
import { setNode } from '../document/operations.ts'
import { ConditionBuilder } from '../kinds/condition-builder.tsx'
import { TextField } from '../kinds/fields.tsx'
import { kindOf } from '../kinds/kinds.ts'
import { OnlyFields } from '../kinds/only-fields.ts'
import { useWorkbench } from '../workbench.ts'
import { partOf, withPart } from './condition-part.ts'
import styles from './outline.module.css'

/** Words that stand for several fields of a form. */
const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  who: ['who', 'team', 'agent'],
  target: ['who', 'team', 'agent', 'queue'],
}
/** Words whose field needs its whole form: a message with its languages and buttons. */
const wholeForms: ReadonlySet<string> = new Set(['message'])

interface EditorProps {
  readonly id: string
  /** Empty for the whole step. */
  readonly field: Field
}

function WholeForm({ id, node }: { id: string; node: PolicyNode }) {
  const { policy, catalogue, change } = useWorkbench()
  const { Form } = kindOf(node)
  const set = (next: PolicyNode, field?: string) =>
    change(setNode(policy, id, next), field && `${id} ${field}`)
  return <Form node={node} change={set} catalogue={catalogue} id={id} />
}

function Label({ id, node }: { id: string; node: PolicyNode }) {
  const { policy, change } = useWorkbench()
  const setLabel = (label: string) => {
    const { label: _, ...rest } = node
    // without an empty text, which the schema would refuse for no gain
    const next = (label === '' ? rest : { ...rest, label }) as PolicyNode
    change(setNode(policy, id, next), `${id} label`)
  }
  return <TextField field="label" value={node.label} change={setLabel} />
}

function ConditionWord({ id, when, field }: EditorProps & { when: Condition }) {
  const { policy, catalogue, change } = useWorkbench()
  const place = field.slice(1)
  const part = partOf(when, place)
  const node = policy.nodes[id]
  if (!part || node?.kind !== 'condition') return undefined
  return (
    <ConditionBuilder
      condition={part}
      catalogue={catalogue}
      change={(next, typed) =>
        change(
          setNode(policy, id, { ...node, when: withPart(when, place, next) }),
          typed && `${id} ${place.join(' ')} ${typed}`,
        )
      }
    />
  )
}

/** The control behind a word of the outline: the same that the form beside the canvas has. */
export function WordEditor({ id, field }: EditorProps) {
  const { t } = useTranslation()
  const { policy } = useWorkbench()
  const node = policy.nodes[id]
  const [name] = field
  if (!node) return undefined
  if (name === 'when' && node.kind === 'condition')
    return <ConditionWord id={id} field={field} when={node.when} />
  const only = name === undefined ? undefined : (fieldsOf[name] ?? [String(name)])
  const isWhole = name === undefined || wholeForms.has(String(name))
  return (
    <div className={styles.form} role="group" aria-label={t('outline.whole')}>
      {name === undefined && <Label id={id} node={node} />}
      <OnlyFields value={isWhole ? undefined : only}>
        <WholeForm id={id} node={node} />
      </OnlyFields>
    </div>
  )
}
