const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/**
 * Milliseconds from a failed attempt to the next, by how many there were.
 * Source: Standard Webhooks 1.0.0, "Deliverability and reliability", example schedule.
 */
const delays = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
] as const

/** Attempts of one event before it counts as failed. */
export const mostTries = delays.length + 1
/** An endpoint that has failed for so long is disabled: longer than the whole schedule of one event. */
export const patienceMs = 5 * 24 * hour
/** Longest wait that a receiver may ask for. */
const longestWaitMs = 24 * hour

/**
 * When to try again: by the schedule, up to a tenth later so that many do not come at once, and not
 * before the receiver asks for it.
 * @param tries attempts so far
 * @param chance in [0, 1)
 * @returns milliseconds, undefined when it was the last attempt
 */
export function retryDelayMs(tries: number, afterMs: number, chance: number): number | undefined {
  const delay = delays[tries - 1]
  if (delay === undefined) return undefined
  return Math.ceil(Math.max(delay * (1 + chance / 10), Math.min(afterMs, longestWaitMs)))
}
