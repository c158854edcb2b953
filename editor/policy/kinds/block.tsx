import { Ban } from 'lucide-react'
import { NumberField } from './fields.tsx'
import type { Kind } from './kind.ts'

export const blockKind: Kind<'block'> = {
  kind: 'block',
  icon: Ban,
  blank: () => ({ kind: 'block', minutes: 60, next: '' }),
  summary: ({ minutes }, t) => t('editor.sum.block', { minutes }),
  Form: ({ node, change }) => (
    <NumberField
      field="minutes"
      value={node.minutes}
      min={1}
      change={(minutes, field) => change({ ...node, minutes }, field)}
    />
  ),
}
