import { Clock } from 'lucide-react'
import { NameField } from './fields.tsx'
import type { Kind } from './kind.ts'

export const hoursKind: Kind<'hours'> = {
  kind: 'hours',
  icon: Clock,
  blank: ({ installation }) => ({
    kind: 'hours',
    calendar: Object.keys(installation.calendars)[0] ?? 'support',
    exits: {},
  }),
  summary: ({ calendar }, t) => t('editor.sum.hours', { calendar }),
  Form: ({ node, change, catalogue }) => (
    <NameField
      field="calendar"
      value={node.calendar}
      names={[...Object.keys(catalogue.installation.calendars), 'sla']}
      change={(calendar, field) => change({ ...node, calendar }, field)}
    />
  ),
}
