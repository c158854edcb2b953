import { useNavigate } from '@tanstack/react-router'
import type { EChartsCoreOption } from 'echarts/core'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Bucket, Outcomes } from '../../../../server/schema/reports.ts'
import { answer, client } from '../../../api/client.ts'
import { CallsLink } from '../calls-link.tsx'
import type { Picked } from '../chart.tsx'
import { Chart } from '../chart.tsx'
import type { DataColumn } from '../data-table.tsx'
import { DataTable } from '../data-table.tsx'
import { useCallsBehind, useReportSearch } from '../report-context.ts'
import { ReportCard } from '../report-card.tsx'
import { useReport } from '../use-report.ts'
import { numberText } from '../../../parts/number-text.ts'

const outcomes = ['accept', 'ai_pickup', 'voicemail', 'reject', 'undecided'] as const
type Outcome = (typeof outcomes)[number]

const tokens: Readonly<Record<Outcome, string>> = {
  accept: 'accept',
  ai_pickup: 'ai',
  voicemail: 'vm',
  reject: 'rej',
  undecided: 'line2',
}

const dayText = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
})
const dateText = (date: string): string => dayText.format(new Date(`${date}T00:00:00Z`))

const finalOf = (outcome: Outcome) => (outcome === 'undecided' ? ('none' as const) : outcome)

interface OptionInput {
  readonly report: Outcomes
  readonly name: (outcome: Outcome) => string
  readonly leads: string
}

const optionOf =
  ({ report, name, leads }: OptionInput) =>
  (token: (name: string) => string): EChartsCoreOption => ({
    grid: { left: 44, right: 12, top: 12, bottom: 26 },
    xAxis: {
      type: 'category',
      data: report.buckets.map(({ from_date }) => dateText(from_date)),
      axisLine: { lineStyle: { color: token('line2') } },
      axisTick: { show: false },
      axisLabel: { color: token('muted') },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      splitLine: { lineStyle: { color: token('line') } },
      axisLabel: { color: token('muted') },
    },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      confine: true,
      backgroundColor: token('surface'),
      borderColor: token('line2'),
      textStyle: { color: token('ink'), fontSize: 12 },
    },
    series: [
      ...outcomes.map((outcome) => ({
        type: 'bar',
        stack: 'outcomes',
        name: name(outcome),
        data: report.buckets.map((bucket) => bucket[outcome]),
        barMaxWidth: 26,
        itemStyle: {
          color: token(tokens[outcome]),
          borderColor: token('surface'),
          borderWidth: 1,
        },
      })),
      {
        type: 'line',
        name: leads,
        data: report.buckets.map((bucket) => bucket.leads),
        symbol: 'emptyCircle',
        symbolSize: 6,
        lineStyle: { color: token('ink'), type: 'dashed', width: 2 },
        itemStyle: { color: token('ink') },
      },
    ],
  })

function Picture({ report }: { report: Outcomes }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const behind = useCallsBehind()
  const option = useMemo(
    () =>
      optionOf({
        report,
        name: (outcome) => t(`common.outcome.${outcome}`),
        leads: t('reports.outcomes.leads'),
      }),
    [report, t],
  )
  const onPick = useCallback(
    ({ dataIndex, series }: Picked) => {
      const bucket = report.buckets[dataIndex]
      if (!bucket) return
      const { from_date, to_date } = bucket
      const outcome = outcomes.find((one) => t(`common.outcome.${one}`) === series)
      const what = outcome ? { final_outcome: finalOf(outcome) } : { lead: 'opened' as const }
      void navigate({ to: '/calls', search: behind({ from_date, to_date, ...what }) })
    },
    [report, t, navigate, behind],
  )
  return <Chart label={t('reports.outcomes.title')} height={270} option={option} onPick={onPick} />
}

/** What became of calls, over time. */
export function OutcomesCard() {
  const { t } = useTranslation()
  const search = useReportSearch()
  const read = () => answer(client.api.reports.outcomes.$get({ query: search }))
  const query = useReport('outcomes', { search, read })
  const title = t('reports.outcomes.title')
  const by = query.data?.now.by ?? 'day'
  const columns: readonly DataColumn<Bucket>[] = [
    { head: t('reports.outcomes.date'), cell: ({ from_date }) => dateText(from_date) },
    ...outcomes.map((outcome): DataColumn<Bucket> => ({
      head: t(`common.outcome.${outcome}`),
      align: 'end',
      cell: (bucket) => (
        <CallsLink
          search={{
            from_date: bucket.from_date,
            to_date: bucket.to_date,
            final_outcome: finalOf(outcome),
          }}
        >
          {numberText(bucket[outcome])}
        </CallsLink>
      ),
    })),
    {
      head: t('reports.outcomes.leads'),
      align: 'end',
      cell: ({ from_date, to_date, leads }) => (
        <CallsLink search={{ from_date, to_date, lead: 'opened' }}>{numberText(leads)}</CallsLink>
      ),
    },
    {
      head: t('reports.outcomes.closed'),
      align: 'end',
      cell: ({ closed }) => numberText(closed),
    },
  ]
  return (
    <ReportCard
      name="outcomes"
      title={title}
      hint={t('reports.outcomes.hint', { by: t(`reports.outcomes.by.${by}`) })}
      query={query}
      isWide
      picture={({ now }) => <Picture report={now} />}
      table={({ now }) => <DataTable label={title} columns={columns} rows={now.buckets} />}
    />
  )
}
