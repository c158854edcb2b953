import type { EChartsCoreOption } from 'echarts/core'

/** An hour of the week; 0 is Monday. */
export interface WeekCell {
  readonly weekday: number
  readonly hour: number
  readonly value: number
}

export const WeekGrid = { height: 270, days: 7, hours: 24 } as const

/** All hours of a week, those without a value as nought. */
export function weekCells(known: readonly WeekCell[]): WeekCell[] {
  const values = new Map(
    known.map((cell) => [cell.weekday * WeekGrid.hours + cell.hour, cell.value]),
  )
  return Array.from({ length: WeekGrid.days * WeekGrid.hours }, (_, place) => ({
    weekday: Math.floor(place / WeekGrid.hours),
    hour: place % WeekGrid.hours,
    value: values.get(place) ?? 0,
  }))
}

interface WeekInput {
  readonly cells: readonly WeekCell[]
  readonly weekday: (weekday: number) => string
  readonly tell: (cell: WeekCell) => string
}

const two = (hour: number): string => String(hour).padStart(2, '0')

/** Numbers stand in the cells from 2 up, dark on pale and pale on dark. */
export function weekOption({ cells, weekday, tell }: WeekInput) {
  const most = Math.max(2, ...cells.map(({ value }) => value))
  return (token: (name: string) => string): EChartsCoreOption => {
    const ramp = [0, 1, 2, 3, 4, 5].map((step) => token(`heat-${step}`))
    return {
      grid: { left: 40, right: 4, top: 4, bottom: 24 },
      xAxis: {
        type: 'category',
        data: Array.from({ length: WeekGrid.hours }, (_, hour) => two(hour)),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { color: token('muted'), interval: 1 },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: Array.from({ length: WeekGrid.days }, (_, day) => weekday(day)),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { color: token('muted') },
      },
      visualMap: { show: false, min: 0, max: most, inRange: { color: ramp } },
      tooltip: {
        renderMode: 'richText',
        confine: true,
        backgroundColor: token('surface'),
        borderColor: token('line2'),
        textStyle: { color: token('ink'), fontSize: 12 },
        formatter: ({ dataIndex }: { dataIndex: number }) => {
          const cell = cells[dataIndex]
          return cell ? tell(cell) : ''
        },
      },
      series: [
        {
          type: 'heatmap',
          data: cells.map(({ weekday: day, hour, value }) => ({
            value: [hour, day, value],
            label: {
              show: value >= 2,
              color: value > most * 0.5 ? token('surface') : token('ink'),
              fontSize: 11,
              fontWeight: 600,
            },
          })),
          label: {
            formatter: ({ value }: { value: readonly number[] }) => String(value[2] ?? ''),
          },
          itemStyle: { borderColor: token('surface'), borderWidth: 2, borderRadius: 3 },
          emphasis: { itemStyle: { borderColor: token('accent') } },
        },
      ],
    }
  }
}
