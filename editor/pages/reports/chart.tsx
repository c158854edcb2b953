import type { EChartsCoreOption } from 'echarts/core'
import { Suspense, lazy } from 'react'

/** What of a picture was clicked on. */
export interface Picked {
  readonly dataIndex: number
  readonly series: string
}

export interface ChartProps {
  readonly label: string
  readonly height: number
  /** Made of the colours in force. Must stay the same while the figures do. */
  readonly option: (token: (name: string) => string) => EChartsCoreOption
  readonly onPick?: (picked: Picked) => void
}

/** The library is large and comes only when a picture is on the screen. */
const EChart = lazy(async () => ({ default: (await import('./echart.tsx')).EChart }))

/** A picture of figures. */
export function Chart(props: ChartProps) {
  return (
    <Suspense fallback={<div style={{ height: props.height }} />}>
      <EChart {...props} />
    </Suspense>
  )
}
