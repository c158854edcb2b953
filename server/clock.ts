import { performance } from 'node:perf_hooks'

/** Time, so that tests can set it. Durations come from `monotonic`, which no clock change moves. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Milliseconds from an arbitrary origin. */
  monotonic(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}

/** An instant as the journal stores it. */
export function toIso(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
