import { ShieldMinus } from 'lucide-react'
import { NumberField, TextField } from './fields.tsx'
import type { Kind } from './kind.ts'

export const restrictKind: Kind<'restrict'> = {
  kind: 'restrict',
  icon: ShieldMinus,
  blank: () => ({ kind: 'restrict', queue: 'standard', minutes: 60, next: '' }),
  summary: ({ queue, minutes }, t) => t('editor.sum.restrict', { queue, minutes }),
  Form: ({ node, change }) => (
    <>
      <TextField
        field="queue"
        value={node.queue}
        change={(queue, field) => change({ ...node, queue }, field)}
      />
      <NumberField
        field="minutes"
        value={node.minutes}
        min={1}
        change={(minutes, field) => change({ ...node, minutes }, field)}
      />
    </>
  ),
}
