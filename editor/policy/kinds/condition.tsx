import { Split } from 'lucide-react'
import { ConditionBuilder } from './condition-builder.tsx'
import { sentenceOf } from './condition-sentence.ts'
import type { Kind } from './kind.ts'

export const conditionKind: Kind<'condition'> = {
  kind: 'condition',
  icon: Split,
  blank: () => ({
    kind: 'condition',
    when: { all: [{ fact: 'caller.known', operator: 'equal', value: true }] },
    exits: {},
  }),
  summary: ({ when }, t) => sentenceOf(when, t),
  Form: ({ node, change, catalogue }) => (
    <ConditionBuilder
      condition={node.when}
      catalogue={catalogue}
      change={(when, field) => change({ ...node, when }, field)}
    />
  ),
}
