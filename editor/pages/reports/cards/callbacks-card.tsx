import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Callbacks } from '../../../../server/schema/reports.ts'
import { answer, client } from '../../../api/client.ts'
import { barOption } from '../bar-option.ts'
import { CallsLink } from '../calls-link.tsx'
import { Chart } from '../chart.tsx'
import { DataTable } from '../data-table.tsx'
import { useReportSearch } from '../report-context.ts'
import { ReportCard } from '../report-card.tsx'
import styles from '../reports.module.css'
import { useReport } from '../use-report.ts'
import { numberText } from '../../../parts/number-text.ts'
import { signed, useSpan } from '../words.ts'

interface Compared {
  readonly now: Callbacks
  readonly then: Callbacks
}

function useRows() {
  const { t } = useTranslation()
  const span = useSpan()
  return ({ now, then }: Compared) =>
    now.within.map(({ seconds, leads }, index) => ({
      name: seconds === null ? t('reports.callbacks.later') : span(seconds),
      leads,
      before: then.within[index]?.leads ?? 0,
    }))
}

function Picture(compared: Compared) {
  const { t } = useTranslation()
  const rowsOf = useRows()
  const span = useSpan()
  const { now, then } = compared
  const option = useMemo(
    () => {
      const rows = rowsOf({ now, then })
      return barOption({
        names: rows.map(({ name }) => name),
        series: [
          { name: t('reports.callbacks.leads'), values: rows.map(({ leads }) => leads) },
          { name: t('reports.before'), values: rows.map(({ before }) => before) },
        ],
      })
    },
    // the words change with the language, which `t` stands for
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [now, then, t],
  )
  return (
    <>
      <Chart label={t('reports.callbacks.label')} height={220} option={option} />
      <p className={styles.summary}>
        {t('reports.callbacks.summary', { median: span(now.median), p90: span(now.p90) })}{' '}
        {t('reports.callbacks.never')}:{' '}
        <CallsLink search={{ lead: 'opened' }}>{numberText(now.leads - now.calledBack)}</CallsLink>
      </p>
    </>
  )
}

/** How soon missed callers were called back. */
export function CallbacksCard() {
  const { t } = useTranslation()
  const search = useReportSearch()
  const rowsOf = useRows()
  const read = () => answer(client.api.reports.callbacks.$get({ query: search }))
  const query = useReport('callbacks', { search, read })
  const title = t('reports.callbacks.title')
  return (
    <ReportCard
      name="callbacks"
      title={title}
      hint={t('reports.callbacks.hint')}
      query={query}
      picture={(report) => <Picture now={report.now} then={report.then} />}
      table={(report) => (
        <DataTable
          label={title}
          rows={rowsOf(report)}
          columns={[
            { head: t('reports.callbacks.within'), cell: ({ name }) => name },
            {
              head: t('reports.callbacks.leads'),
              align: 'end',
              cell: ({ leads }) => (
                <CallsLink search={{ lead: 'called_back' }}>{numberText(leads)}</CallsLink>
              ),
            },
            {
              head: t('reports.change'),
              align: 'end',
              cell: ({ leads, before }) => signed(leads, before),
            },
          ]}
        />
      )}
    />
  )
}
