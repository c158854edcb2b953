import { BellRing } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { ChoiceField } from './fields.tsx'
import { TemplateField } from './template-field.tsx'
import type { Kind } from './kind.ts'

export const notifyKind: Kind<'notify'> = {
  kind: 'notify',
  icon: BellRing,
  blank: () => ({
    kind: 'notify',
    level: 'info',
    text: 'A call from {{caller.name | default: "a caller"}}',
    next: '',
  }),
  summary: ({ text }, t) => t('editor.sum.text', { text }),
  Form: ({ node, change, catalogue }) => {
    const { t } = useTranslation()
    return (
      <>
        <ChoiceField
          field="level"
          value={node.level}
          choices={(['info', 'high'] as const).map((value) => ({
            value,
            label: t(`editor.level.${value}`),
          }))}
          change={(level) => change({ ...node, level })}
        />
        <TemplateField
          field="text"
          value={node.text}
          most={1000}
          catalogue={catalogue}
          change={(text, field) => change({ ...node, text }, field)}
        />
      </>
    )
  },
}
