import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { CallView } from '../../../server/schema/call.ts'
import { OutcomeTag } from '../../parts/outcome-tag.tsx'
import type { Column, Sorting } from '../../parts/table.tsx'
import { Table, TwoLines } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { useCallerName } from '../../parts/use-caller-name.ts'

interface CallRowsProps {
  readonly calls: readonly CallView[]
  readonly label: string
  readonly sorting?: Sorting
  readonly onSort?: (sorting: Sorting) => void
}

/** Calls as a table; a row opens the call. */
export function CallRows({ calls, label, sorting, onSort }: CallRowsProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const callerName = useCallerName()
  const columns: readonly Column<CallView>[] = [
    {
      key: 'created_at',
      head: t('home.time'),
      sorts: true,
      width: 120,
      cell: (call) => <Time at={call.initiated_at} />,
    },
    {
      key: 'caller',
      head: t('home.caller'),
      cell: (call) => {
        const { name, number } = callerName(call)
        return <TwoLines first={name} second={number} />
      },
    },
    {
      key: 'outcome',
      head: t('home.outcome'),
      cell: (call) => <OutcomeTag outcome={call.final_outcome ?? call.outcome} />,
    },
    {
      key: 'status',
      head: t('home.now'),
      sorts: true,
      cell: (call) => t(`common.status.${call.status}`),
    },
    {
      key: 'decision_ms',
      head: t('home.decidedIn'),
      align: 'end',
      sorts: true,
      cell: (call) => (call.decision_ms === null ? '–' : `${call.decision_ms.toFixed(1)} ms`),
    },
  ]
  return (
    <Table
      label={label}
      columns={columns}
      rows={calls}
      keyOf={({ ref }) => ref}
      onOpen={({ ref }) => void navigate({ to: `/calls/${ref}` })}
      {...(sorting && onSort ? { sorting, onSort } : {})}
    />
  )
}
