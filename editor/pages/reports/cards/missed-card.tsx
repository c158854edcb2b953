import { useTranslation } from 'react-i18next'
import { answer, client } from '../../../api/client.ts'
import { CallsLink } from '../calls-link.tsx'
import type { DataColumn } from '../data-table.tsx'
import { Bar, DataTable } from '../data-table.tsx'
import { useReportSearch } from '../report-context.ts'
import { ReportCard } from '../report-card.tsx'
import { useReport } from '../use-report.ts'
import { numberText } from '../../../parts/number-text.ts'
import { signed, useReason } from '../words.ts'

interface Row {
  readonly reason: string
  readonly calls: number
  readonly leads: number
  readonly before: number
}

/** Why calls were missed. */
export function MissedCard() {
  const { t } = useTranslation()
  const search = useReportSearch()
  const reasonText = useReason()
  const read = () => answer(client.api.reports.missed.$get({ query: search }))
  const query = useReport('missed', { search, read })
  const columns = (most: number): readonly DataColumn<Row>[] => [
    { head: t('reports.missed.reason'), cell: ({ reason }) => reasonText(reason) },
    {
      head: '',
      isBar: true,
      cell: ({ reason, calls }) => (
        <Bar value={calls} of={most} {...(reason === 'failure' ? { tone: 'err' } : {})} />
      ),
    },
    {
      head: t('reports.missed.calls'),
      align: 'end',
      cell: ({ reason, calls }) => (
        <CallsLink search={{ standing: 'missed', reason }} label={reasonText(reason)}>
          {numberText(calls)}
        </CallsLink>
      ),
    },
    {
      head: t('reports.missed.leads'),
      align: 'end',
      cell: ({ reason, leads }) => (
        <CallsLink search={{ lead: 'opened', reason }} label={reasonText(reason)}>
          {numberText(leads)}
        </CallsLink>
      ),
    },
    {
      head: t('reports.change'),
      align: 'end',
      cell: ({ calls, before }) => signed(calls, before),
    },
  ]
  const title = t('reports.missed.title')
  return (
    <ReportCard
      name="missed"
      title={title}
      query={query}
      table={({ now, then }) => {
        const before = new Map(then.reasons.map(({ reason, calls }) => [reason, calls]))
        const rows = now.reasons.map((row) => ({ ...row, before: before.get(row.reason) ?? 0 }))
        const most = Math.max(...rows.map(({ calls }) => calls), 0)
        return <DataTable label={title} columns={columns(most)} rows={rows} />
      }}
    />
  )
}
