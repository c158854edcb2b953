import { Crown } from 'lucide-react'
import { ListField, NumberField } from './fields.tsx'
import type { Kind } from './kind.ts'

export const vipKind: Kind<'vip'> = {
  kind: 'vip',
  icon: Crown,
  blank: () => ({ kind: 'vip', minPriority: 80, exits: {} }),
  summary: ({ minPriority, tags }, t) => {
    const parts: string[] = [
      ...(minPriority === undefined ? [] : [t('editor.sum.priority', { count: minPriority })]),
      ...(tags ? [t('editor.sum.tags', { tags: tags.join(', ') })] : []),
    ]
    const [a, b] = parts
    if (a === undefined) return t('editor.sum.nothing')
    return b === undefined ? a : t('editor.sum.or', { a, b })
  },
  Form: ({ node, change }) => (
    <>
      <NumberField
        field="minPriority"
        value={node.minPriority}
        change={(minPriority, field) => change({ ...node, minPriority }, field)}
      />
      <ListField
        field="tags"
        value={node.tags ?? []}
        change={(tags) => {
          const { tags: _, ...rest } = node
          change(tags.length > 0 ? { ...rest, tags } : rest)
        }}
      />
    </>
  ),
}
