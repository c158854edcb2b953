import { Bot } from 'lucide-react'
import { NameField } from './fields.tsx'
import type { Kind } from './kind.ts'

export const aiPickupKind: Kind<'ai_pickup'> = {
  kind: 'ai_pickup',
  icon: Bot,
  blank: ({ installation }) => ({
    kind: 'ai_pickup',
    assistant: installation.assistants[0]?.id ?? 'reception',
  }),
  summary: ({ assistant }, t) => t('editor.sum.assistant', { name: assistant }),
  Form: ({ node, change, catalogue }) => (
    <NameField
      field="assistant"
      value={node.assistant}
      names={catalogue.installation.assistants.map(({ id }) => id)}
      change={(assistant, field) => change({ ...node, assistant }, field)}
    />
  ),
}
