import { Voicemail } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { ChoiceField, NumberField, TextField } from './fields.tsx'
import type { Kind } from './kind.ts'

export const voicemailKind: Kind<'voicemail'> = {
  kind: 'voicemail',
  icon: Voicemail,
  blank: () => ({ kind: 'voicemail', mode: 'record', greeting: 'default', maxSeconds: 120 }),
  summary: ({ greeting = 'default', maxSeconds = 120 }, t) =>
    t('editor.sum.greeting', { name: greeting, seconds: maxSeconds }),
  Form: ({ node, change }) => {
    const { t } = useTranslation()
    return (
      <>
        <ChoiceField
          field="mode"
          value={node.mode ?? 'record'}
          choices={(['record', 'greeting_only', 'voice_note'] as const).map((value) => ({
            value,
            label: t(`editor.mode.${value}`),
          }))}
          change={(mode) => change({ ...node, mode })}
        />
        <TextField
          field="greeting"
          value={node.greeting}
          change={(greeting, field) => change({ ...node, greeting }, field)}
        />
        <NumberField
          field="maxSeconds"
          value={node.maxSeconds}
          min={5}
          max={600}
          change={(maxSeconds, field) => change({ ...node, maxSeconds }, field)}
        />
      </>
    )
  },
}
