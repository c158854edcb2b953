import type { EChartsCoreOption } from 'echarts/core'

interface BarInput {
  readonly names: readonly string[]
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[]
}

/** Upright bars: what is now in the accent, what was before beside it in grey. */
export const barOption =
  ({ names, series }: BarInput) =>
  (token: (name: string) => string): EChartsCoreOption => ({
    grid: { left: 44, right: 8, top: 10, bottom: 26 },
    xAxis: {
      type: 'category',
      data: [...names],
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
    series: series.map(({ name, values }, index) => ({
      type: 'bar',
      name,
      data: [...values],
      barMaxWidth: 22,
      itemStyle: { color: token(index === 0 ? 'accent' : 'line2'), borderRadius: [3, 3, 0, 0] },
    })),
  })
