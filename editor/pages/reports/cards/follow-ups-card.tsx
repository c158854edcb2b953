import { useTranslation } from 'react-i18next'
import type { FollowUps } from '../../../../server/schema/reports.ts'
import { answer, client } from '../../../api/client.ts'
import type { CallSearch } from '../../calls/call-search.ts'
import { CallsLink } from '../calls-link.tsx'
import type { DataColumn } from '../data-table.tsx'
import { DataTable } from '../data-table.tsx'
import { useReportSearch } from '../report-context.ts'
import { ReportCard } from '../report-card.tsx'
import styles from '../reports.module.css'
import { useReport } from '../use-report.ts'
import { numberText } from '../../../parts/number-text.ts'
import { StepLink } from './regret-card.tsx'

type Row = FollowUps['rows'][number]

const counts = ['held', 'failed', 'sent', 'delivered', 'read', 'answered', 'converted'] as const

const stepOf = ({ policy, node }: Row): CallSearch =>
  policy === null || node === null ? {} : { policy, node }

/** How far our messages after calls got. */
export function FollowUpsCard() {
  const { t } = useTranslation()
  const search = useReportSearch()
  const read = () => answer(client.api.reports['follow-ups'].$get({ query: search }))
  const query = useReport('follow-ups', { search, read })
  const title = t('reports.followUps.title')
  const columns: readonly DataColumn<Row>[] = [
    {
      head: t('reports.followUps.step'),
      cell: (row) => (
        <>
          <StepLink {...row} />
          {row.text !== null && <span className={`${styles.text} given`}>{row.text}</span>}
        </>
      ),
    },
    {
      head: t('reports.followUps.calls'),
      align: 'end',
      cell: (row) => (
        <CallsLink search={{ ...stepOf(row), told: 'any' }}>{numberText(row.calls)}</CallsLink>
      ),
    },
    ...counts.map((count): DataColumn<Row> => ({
      head: t(`reports.followUps.${count}`),
      align: 'end',
      cell: (row) => (
        <CallsLink search={{ ...stepOf(row), told: count }}>{numberText(row[count])}</CallsLink>
      ),
    })),
  ]
  return (
    <ReportCard
      name="follow-ups"
      title={title}
      hint={t('reports.followUps.hint')}
      query={query}
      isWide
      table={({ now }) => <DataTable label={title} columns={columns} rows={now.rows} />}
    />
  )
}
