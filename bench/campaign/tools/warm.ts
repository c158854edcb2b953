import type { Size } from '../verdict.ts'
import { lines } from './bodies.ts'
import type { Stage } from './stage.ts'

const loads: Record<Size, { perSecond: number; seconds: number }> = {
  quick: { perSecond: 40, seconds: 1.5 },
  full: { perSecond: 100, seconds: 12 },
}

/**
 * Calls until the server is as fast as it stays: its code is compiled as it is used, which takes a
 * thousand calls or so, and costs several times as much until then.
 * @returns epoch ms when they began
 */
export async function warm({ other }: Stage, size: Size): Promise<number> {
  const since = Date.now()
  await other.ask('load', { ...loads[size], lines })
  await other.ask('idle', 20_000)
  return since
}
