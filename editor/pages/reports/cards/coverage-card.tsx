import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Coverage } from '../../../../server/schema/reports.ts'
import { answer, client } from '../../../api/client.ts'
import { Time } from '../../../parts/time.tsx'
import { Chart } from '../chart.tsx'
import { DataTable } from '../data-table.tsx'
import { useReportSearch } from '../report-context.ts'
import { ReportCard } from '../report-card.tsx'
import styles from '../reports.module.css'
import { useReport } from '../use-report.ts'
import { useWeekday } from '../use-weekday.ts'
import { WeekGrid, weekCells, weekOption } from '../week-chart.ts'
import { numberText } from '../../../parts/number-text.ts'

function Lines({ lines }: { lines: Coverage['lines'] }) {
  const { t } = useTranslation()
  return (
    <DataTable
      label={t('reports.coverage.line')}
      rows={lines}
      columns={[
        { head: t('reports.coverage.line'), cell: ({ name, line }) => name ?? line },
        {
          head: t('reports.coverage.perWeek'),
          align: 'end',
          cell: ({ hiddenMinutes }) =>
            t('reports.coverage.hours', { count: Math.round(hiddenMinutes / 60) }),
        },
        {
          head: t('reports.coverage.since'),
          align: 'end',
          cell: ({ since }) => <Time at={since} />,
        },
      ]}
    />
  )
}

function Picture({ coverage }: { coverage: Coverage }) {
  const { t } = useTranslation()
  const weekdayText = useWeekday()
  const option = useMemo(
    () =>
      weekOption({
        cells: weekCells(coverage.cells.map((cell) => ({ ...cell, value: cell.lines }))),
        weekday: weekdayText,
        tell: ({ weekday, hour, value }) =>
          `${weekdayText(weekday)} ${hour}:00 · ${t('reports.coverage.lines')}: ${value}`,
      }),
    [coverage, t, weekdayText],
  )
  if (coverage.cells.length === 0) return <p className="muted">{t('reports.coverage.none')}</p>
  return (
    <>
      <Chart label={t('reports.coverage.label')} height={WeekGrid.height} option={option} />
      <Lines lines={coverage.lines} />
      <p className={`${styles.summary} muted`}>{t('reports.coverage.about')}</p>
    </>
  )
}

/** When nobody can call, because Meta hides the call button. */
export function CoverageCard() {
  const { t } = useTranslation()
  const search = useReportSearch()
  const weekdayText = useWeekday()
  const read = () => answer(client.api.reports.coverage.$get({ query: search }))
  const query = useReport('coverage', { search, read })
  const title = t('reports.coverage.title')
  return (
    <ReportCard
      name="coverage"
      title={title}
      hint={t('reports.coverage.hint')}
      query={query}
      isWide
      picture={({ now }) => <Picture coverage={now} />}
      table={({ now }) => (
        <DataTable
          label={title}
          rows={now.cells}
          columns={[
            { head: t('reports.coverage.weekday'), cell: ({ weekday }) => weekdayText(weekday) },
            { head: t('reports.coverage.hour'), cell: ({ hour }) => `${hour}:00` },
            {
              head: t('reports.coverage.lines'),
              align: 'end',
              cell: ({ lines }) => numberText(lines),
            },
            {
              head: t('reports.coverage.minutes'),
              align: 'end',
              cell: ({ minutes }) => numberText(minutes),
            },
          ]}
        />
      )}
    />
  )
}
