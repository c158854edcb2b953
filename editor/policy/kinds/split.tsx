import { Percent } from 'lucide-react'
import { NumberField } from './fields.tsx'
import type { Kind } from './kind.ts'

export const splitKind: Kind<'split'> = {
  kind: 'split',
  icon: Percent,
  blank: () => ({ kind: 'split', percent: 50, exits: {} }),
  summary: ({ percent }, t) => t('editor.sum.split', { percent }),
  Form: ({ node, change }) => (
    <NumberField
      field="percent"
      value={node.percent}
      max={100}
      change={(percent, field) => change({ ...node, percent }, field)}
    />
  ),
}
