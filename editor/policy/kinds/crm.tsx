import { Database } from 'lucide-react'
import { defaultRemoteDeadlineMs } from '../../../server/schema/facts.ts'
import { NameField, NumberField } from './fields.tsx'
import type { Kind } from './kind.ts'

export const crmKind: Kind<'crm'> = {
  kind: 'crm',
  icon: Database,
  blank: () => ({ kind: 'crm', deadlineMs: 80, exits: {} }),
  summary: ({ deadlineMs }, t) =>
    t('editor.sum.crm', { ms: deadlineMs ?? defaultRemoteDeadlineMs }),
  Form: ({ node, change, catalogue: { installation } }) => (
    <>
      {(installation.connectors.length > 1 || node.connector !== undefined) && (
        <NameField
          field="connector"
          value={node.connector ?? 'default'}
          names={installation.connectors}
          change={(connector, field) => change({ ...node, connector }, field)}
        />
      )}
      <NumberField
        field="deadlineMs"
        value={node.deadlineMs ?? defaultRemoteDeadlineMs}
        min={1}
        max={10_000}
        change={(deadlineMs, field) => change({ ...node, deadlineMs }, field)}
      />
    </>
  ),
}
