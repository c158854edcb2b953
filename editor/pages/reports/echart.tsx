import { useComputedColorScheme } from '@mantine/core'
import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { useEffect, useRef } from 'react'
import { init } from './chart-parts.ts'
import type { ChartProps } from './chart.tsx'
import styles from './reports.module.css'

/** The colours in force, by the names of their tokens. */
const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()

/** What all charts have in common: no animation, quiet lines, texts as texts. */
const quiet = (): EChartsCoreOption => ({
  animation: false,
  textStyle: { fontFamily: 'Inter Variable, Inter, system-ui, sans-serif', fontSize: 11 },
  tooltip: {
    renderMode: 'richText',
    confine: true,
    backgroundColor: token('surface'),
    borderColor: token('line2'),
    textStyle: { color: token('ink'), fontSize: 12 },
  },
})

/** A picture of figures; the table beside it says the same. */
export function EChart({ label, height, option, onPick }: ChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme()
  useEffect(() => {
    if (!box.current) return
    const chart: EChartsType = init(box.current, undefined, { renderer: 'svg' })
    // the tokens of the scheme stand only after it was set
    chart.setOption({ ...quiet(), ...option(token) })
    if (onPick)
      chart.on('click', ({ dataIndex, seriesName = '' }) =>
        onPick({ dataIndex, series: seriesName }),
      )
    const watch = new ResizeObserver(() => chart.resize())
    watch.observe(box.current)
    return () => {
      watch.disconnect()
      chart.dispose()
    }
  }, [option, onPick, scheme])
  return <div ref={box} role="img" aria-label={label} className={styles.chart} style={{ height }} />
}
