import { useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { HeatMap } from '../../../../server/schema/reports.ts'
import { answer, client } from '../../../api/client.ts'
import { CallsLink } from '../calls-link.tsx'
import type { Picked } from '../chart.tsx'
import { Chart } from '../chart.tsx'
import { DataTable } from '../data-table.tsx'
import { useCallsBehind, useReportSearch } from '../report-context.ts'
import { ReportCard } from '../report-card.tsx'
import styles from '../reports.module.css'
import { useReport } from '../use-report.ts'
import { useWeekday } from '../use-weekday.ts'
import { WeekGrid, weekCells, weekOption } from '../week-chart.ts'
import { numberText, shareText } from '../../../parts/number-text.ts'

/** The two hours of the week in which the most calls were missed. */
function worstHours({ cells }: HeatMap) {
  const missed = new Map(cells.map((cell) => [cell.weekday * 24 + cell.hour, cell.missed]))
  let worst = { place: 0, count: 0 }
  for (let place = 0; place < 7 * 24; place += 1) {
    if (place % 24 === 23) continue
    const count = (missed.get(place) ?? 0) + (missed.get(place + 1) ?? 0)
    if (count > worst.count) worst = { place, count }
  }
  const hour = worst.place % 24
  return { weekday: Math.floor(worst.place / 24), from: hour, to: hour + 2, count: worst.count }
}

function Suggestion({ heatMap }: { heatMap: HeatMap }) {
  const { t } = useTranslation()
  const weekdayText = useWeekday()
  const total = heatMap.cells.reduce((sum, { missed }) => sum + missed, 0)
  const worst = worstHours(heatMap)
  if (worst.count === 0) return undefined
  return (
    <p className={styles.summary}>
      {t('reports.heatMap.suggestion', {
        weekday: weekdayText(worst.weekday),
        from: worst.from,
        to: worst.to,
        count: worst.count,
        total: numberText(total),
        share: shareText(worst.count, total),
      })}
    </p>
  )
}

function Picture({ heatMap }: { heatMap: HeatMap }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const behind = useCallsBehind()
  const weekdayText = useWeekday()
  const cells = useMemo(
    () => weekCells(heatMap.cells.map((cell) => ({ ...cell, value: cell.missed }))),
    [heatMap],
  )
  const option = useMemo(
    () =>
      weekOption({
        cells,
        weekday: weekdayText,
        tell: ({ weekday, hour, value }) =>
          t('reports.heatMap.cell', { weekday: weekdayText(weekday), hour, count: value }),
      }),
    [cells, t, weekdayText],
  )
  const onPick = useCallback(
    ({ dataIndex }: Picked) => {
      const cell = cells[dataIndex]
      if (!cell) return
      const { weekday, hour } = cell
      void navigate({ to: '/calls', search: behind({ standing: 'missed', weekday, hour }) })
    },
    [cells, navigate, behind],
  )
  return (
    <>
      <Chart
        label={t('reports.heatMap.label')}
        height={WeekGrid.height}
        option={option}
        onPick={onPick}
      />
      <Suggestion heatMap={heatMap} />
    </>
  )
}

/** When callers were missed. */
export function HeatMapCard() {
  const { t } = useTranslation()
  const search = useReportSearch()
  const weekdayText = useWeekday()
  const read = () => answer(client.api.reports['heat-map'].$get({ query: search }))
  const query = useReport('heat-map', { search, read })
  const title = t('reports.heatMap.title')
  return (
    <ReportCard
      name="heat-map"
      title={title}
      hint={t('reports.heatMap.hint')}
      query={query}
      isWide
      picture={({ now }) => <Picture heatMap={now} />}
      table={({ now }) => (
        <DataTable
          label={title}
          rows={now.cells}
          columns={[
            { head: t('reports.coverage.weekday'), cell: ({ weekday }) => weekdayText(weekday) },
            { head: t('reports.heatMap.hour'), cell: ({ hour }) => `${hour}:00` },
            {
              head: t('reports.figures.calls'),
              align: 'end',
              cell: ({ weekday, hour, calls }) => (
                <CallsLink search={{ weekday, hour }}>{numberText(calls)}</CallsLink>
              ),
            },
            {
              head: t('reports.figures.missed'),
              align: 'end',
              cell: ({ weekday, hour, missed }) => (
                <CallsLink search={{ standing: 'missed', weekday, hour }}>
                  {numberText(missed)}
                </CallsLink>
              ),
            },
          ]}
        />
      )}
    />
  )
}
