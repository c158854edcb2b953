import { useTranslation } from 'react-i18next'
import { answer, client } from '../../../api/client.ts'
import type { CallSearch } from '../../calls/call-search.ts'
import { CallsLink } from '../calls-link.tsx'
import { Bar, DataTable } from '../data-table.tsx'
import { useReportSearch } from '../report-context.ts'
import { ReportCard } from '../report-card.tsx'
import styles from '../reports.module.css'
import { useReport } from '../use-report.ts'
import { numberText, shareText } from '../../../parts/number-text.ts'
import { signed } from '../words.ts'

type Way = 'nothing' | 'message' | 'voicemail' | 'connected' | 'callback'

const leadOf = (way: Way): NonNullable<CallSearch['lead']> => (way === 'nothing' ? 'open' : way)

/** What missed callers did next, and what we did. */
export function ReContactCard() {
  const { t } = useTranslation()
  const search = useReportSearch()
  const read = () => answer(client.api.reports['re-contact'].$get({ query: search }))
  const query = useReport('re-contact', { search, read })
  const title = t('reports.reContact.title')
  return (
    <ReportCard
      name="re-contact"
      title={title}
      query={query}
      table={({ now, then }) => {
        const most = Math.max(...now.ways.map(({ leads }) => leads), 0)
        const rows = now.ways.map((row, index) => ({
          ...row,
          before: then.ways[index]?.leads ?? 0,
        }))
        return (
          <>
            <DataTable
              label={title}
              rows={rows}
              columns={[
                {
                  head: t('reports.reContact.way'),
                  cell: ({ way }) => t(`reports.reContact.ways.${way}`),
                },
                { head: '', isBar: true, cell: ({ leads }) => <Bar value={leads} of={most} /> },
                {
                  head: t('reports.reContact.leads'),
                  align: 'end',
                  cell: ({ way, leads }) => (
                    <CallsLink
                      search={{ lead: leadOf(way) }}
                      label={t(`reports.reContact.ways.${way}`)}
                    >
                      {numberText(leads)}
                    </CallsLink>
                  ),
                },
                {
                  head: t('reports.reContact.calledAgain'),
                  align: 'end',
                  cell: ({ calledAgain }) => numberText(calledAgain),
                },
                {
                  head: t('reports.change'),
                  align: 'end',
                  cell: ({ leads, before }) => signed(leads, before),
                },
              ]}
            />
            <p className={styles.summary}>
              <CallsLink search={{ lead: 'again' }}>
                {t('reports.reContact.again', { share: shareText(now.again, now.leads) })}
              </CallsLink>
            </p>
          </>
        )
      }}
    />
  )
}
