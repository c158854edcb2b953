import { Tag } from 'lucide-react'
import { ListField } from './fields.tsx'
import type { Kind } from './kind.ts'

export const tagKind: Kind<'tag'> = {
  kind: 'tag',
  icon: Tag,
  blank: () => ({ kind: 'tag', tags: ['follow-up'], next: '' }),
  summary: ({ tags }) => tags.join(', '),
  Form: ({ node, change }) => (
    <ListField field="tags" value={node.tags} change={(tags) => change({ ...node, tags })} />
  ),
}
