import { Gauge } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { usualPrefixDigits } from '../../../server/schema/facts.ts'
import { ChoiceField, NumberField } from './fields.tsx'
import type { Kind } from './kind.ts'

export const velocityKind: Kind<'velocity'> = {
  kind: 'velocity',
  icon: Gauge,
  blank: () => ({ kind: 'velocity', scope: 'caller', limit: 5, windowMinutes: 10, exits: {} }),
  summary: ({ limit, windowMinutes }, t) =>
    t('editor.sum.velocity', { limit, minutes: windowMinutes }),
  Form: ({ node, change }) => {
    const { t } = useTranslation()
    return (
      <>
        <ChoiceField
          field="scope"
          value={node.scope}
          choices={(['caller', 'number', 'prefix'] as const).map((value) => ({
            value,
            label: t(`editor.scope.${value}`),
          }))}
          change={(scope) => {
            const { digits: _, ...rest } = node
            change({ ...rest, scope })
          }}
        />
        {node.scope === 'prefix' && (
          <NumberField
            field="digits"
            value={node.digits ?? usualPrefixDigits}
            min={1}
            max={15}
            change={(digits, field) => change({ ...node, digits }, field)}
          />
        )}
        <NumberField
          field="limit"
          value={node.limit}
          change={(limit, field) => change({ ...node, limit }, field)}
        />
        <NumberField
          field="windowMinutes"
          value={node.windowMinutes}
          min={1}
          max={1440}
          change={(windowMinutes, field) => change({ ...node, windowMinutes }, field)}
        />
      </>
    )
  },
}
