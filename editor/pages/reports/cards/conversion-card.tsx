import { useTranslation } from 'react-i18next'
import { answer, client } from '../../../api/client.ts'
import { CallsLink } from '../calls-link.tsx'
import { DataTable } from '../data-table.tsx'
import { useReportSearch } from '../report-context.ts'
import { ReportCard } from '../report-card.tsx'
import { useReport } from '../use-report.ts'
import { numberText, shareText } from '../../../parts/number-text.ts'
import { useReason, valueText } from '../words.ts'

/** Leads that were converted, and what they were worth. */
export function ConversionCard() {
  const { t } = useTranslation()
  const search = useReportSearch()
  const reasonText = useReason()
  const read = () => answer(client.api.reports.conversion.$get({ query: search }))
  const query = useReport('conversion', { search, read })
  const title = t('reports.conversion.title')
  return (
    <ReportCard
      name="conversion"
      title={title}
      hint={t('reports.conversion.hint')}
      query={query}
      table={({ now }) => (
        <DataTable
          label={title}
          rows={now.reasons}
          columns={[
            { head: t('reports.missed.reason'), cell: ({ reason }) => reasonText(reason) },
            {
              head: t('reports.conversion.leads'),
              align: 'end',
              cell: ({ reason, leads }) => (
                <CallsLink search={{ lead: 'opened', reason }}>{numberText(leads)}</CallsLink>
              ),
            },
            {
              head: t('reports.conversion.converted'),
              align: 'end',
              cell: ({ reason, converted }) => (
                <CallsLink search={{ lead: 'converted', reason }}>
                  {numberText(converted)}
                </CallsLink>
              ),
            },
            {
              head: t('reports.conversion.share'),
              align: 'end',
              cell: ({ leads, converted }) => shareText(converted, leads),
            },
            {
              head: t('reports.conversion.value'),
              align: 'end',
              cell: ({ values }) => valueText(values),
            },
          ]}
        />
      )}
    />
  )
}
