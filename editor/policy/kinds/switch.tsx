import { ListTree } from 'lucide-react'
import { ListField, NameField } from './fields.tsx'
import type { Kind } from './kind.ts'

/** Exits that are no values. */
const reserved: readonly string[] = ['default', 'unknown']

export const switchKind: Kind<'switch'> = {
  kind: 'switch',
  icon: ListTree,
  blank: () => ({ kind: 'switch', fact: 'caller.tier', exits: {} }),
  summary: ({ fact }, t) => t('editor.sum.switch', { fact }),
  Form: ({ node, change, catalogue }) => (
    <>
      <NameField
        field="fact"
        value={node.fact}
        names={catalogue.facts.map(({ name }) => name)}
        change={(fact, field) => change({ ...node, fact }, field)}
      />
      <ListField
        field="values"
        value={Object.keys(node.exits).filter((exit) => !reserved.includes(exit))}
        change={(values) => {
          const kept = Object.entries(node.exits).filter(
            ([exit]) => reserved.includes(exit) || values.includes(exit),
          )
          const known = new Set(kept.map(([exit]) => exit))
          const fresh = values.filter((value) => !known.has(value)).map((value) => [value, ''])
          change({ ...node, exits: Object.fromEntries([...fresh, ...kept]) })
        }}
      />
    </>
  ),
}
