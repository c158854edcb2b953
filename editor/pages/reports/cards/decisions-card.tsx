import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Decisions } from '../../../../server/schema/reports.ts'
import { answer, client } from '../../../api/client.ts'
import { barOption } from '../bar-option.ts'
import { CallsLink } from '../calls-link.tsx'
import { Chart } from '../chart.tsx'
import { DataTable } from '../data-table.tsx'
import { useReportSearch } from '../report-context.ts'
import { ReportCard } from '../report-card.tsx'
import styles from '../reports.module.css'
import { useReport } from '../use-report.ts'
import { numberText, shareText } from '../../../parts/number-text.ts'
import { signed } from '../words.ts'

interface Compared {
  readonly now: Decisions
  readonly then: Decisions
}

const msText = (ms: number | null): string => (ms === null ? '–' : ms.toFixed(1))

function useRows() {
  const { t } = useTranslation()
  return ({ now, then }: Compared) => {
    const last = Math.max(...now.within.map(({ ms }) => ms ?? 0))
    return now.within.map(({ ms, calls }, index) => ({
      name:
        ms === null
          ? t('reports.decisions.later', { ms: last })
          : t('reports.decisions.ms', { ms }),
      calls,
      before: then.within[index]?.calls ?? 0,
    }))
  }
}

function Picture({ now, then }: Compared) {
  const { t } = useTranslation()
  const rowsOf = useRows()
  const option = useMemo(
    () => {
      const rows = rowsOf({ now, then })
      return barOption({
        names: rows.map(({ name }) => name),
        series: [
          { name: t('reports.decisions.calls'), values: rows.map(({ calls }) => calls) },
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
      <Chart label={t('reports.decisions.label')} height={220} option={option} />
      <p className={styles.summary}>
        {t('reports.decisions.summary', {
          p50: msText(now.p50),
          p95: msText(now.p95),
          p99: msText(now.p99),
        })}{' '}
        <CallsLink search={{ ghost: 'true' }}>
          {t('reports.decisions.ghosts', { share: shareText(now.ghosts, now.calls) })}
        </CallsLink>
      </p>
    </>
  )
}

/** How long decisions took. */
export function DecisionsCard() {
  const { t } = useTranslation()
  const search = useReportSearch()
  const rowsOf = useRows()
  const read = () => answer(client.api.reports.decisions.$get({ query: search }))
  const query = useReport('decisions', { search, read })
  const title = t('reports.decisions.title')
  return (
    <ReportCard
      name="decisions"
      title={title}
      hint={t('reports.decisions.hint')}
      query={query}
      picture={(report) => <Picture now={report.now} then={report.then} />}
      table={(report) => (
        <DataTable
          label={title}
          rows={rowsOf(report)}
          columns={[
            { head: t('reports.decisions.within'), cell: ({ name }) => name },
            {
              head: t('reports.decisions.calls'),
              align: 'end',
              cell: ({ calls }) => numberText(calls),
            },
            {
              head: t('reports.change'),
              align: 'end',
              cell: ({ calls, before }) => signed(calls, before),
            },
          ]}
        />
      )}
    />
  )
}
