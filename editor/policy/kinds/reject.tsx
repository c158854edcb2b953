import { MessageSquareReply } from 'lucide-react'
import { Switch } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { TextField } from './fields.tsx'
import { MessageComposer } from './message-composer.tsx'
import type { Kind } from './kind.ts'

export const rejectKind: Kind<'reject'> = {
  kind: 'reject',
  icon: MessageSquareReply,
  blank: () => ({
    kind: 'reject',
    message: { text: 'Please write to us here and we will answer.' },
  }),
  summary: ({ message, silent, reason }, t) => {
    if (silent) return reason ?? ''
    return message ? t('editor.sum.text', { text: message.text }) : t('editor.sum.nothing')
  },
  Form: ({ node, change, catalogue }) => {
    const { t } = useTranslation()
    const { message, silent, reason: _, ...rest } = node
    return (
      <>
        <Switch
          label={t('editor.field.silent')}
          checked={silent === true}
          onChange={({ currentTarget }) =>
            change(
              currentTarget.checked
                ? { ...rest, silent: true, reason: '' }
                : { ...rest, message: message ?? { text: '' } },
            )
          }
        />
        {silent ? (
          <TextField
            field="reason"
            value={node.reason}
            change={(reason, field) => change({ ...node, reason }, field)}
          />
        ) : (
          <MessageComposer
            message={message ?? { text: '' }}
            catalogue={catalogue}
            change={(next, field) => change({ ...node, message: next }, field)}
          />
        )}
      </>
    )
  },
}
