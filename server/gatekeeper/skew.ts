/** Deliveries of distinct calls the skew is taken from. */
const sampleCount = 50
/** The skew is taken anew only while those samples arrived over at least this long. */
const leastSpanMs = 10 * 60_000
const largestSkewMs = 15 * 60_000

/** Older than this, after skew, a call is journalled as missed and never acted on. */
export const staleAfterMs = 60_000

export interface Skew {
  /** Our clock minus the provider's, in milliseconds, as far as it is known. */
  readonly value: number
  /** Takes a delivery of a call that was not seen before; true when the skew has changed. */
  observe(arrivedAt: number, providerAt: number): boolean
}

/**
 * The provider's clock against ours (contract, section 4, "Stale"): the smallest difference of the
 * last 50 deliveries, because a delivery can only be late. A short burst says nothing: a backlog
 * delivered at once would look like a wrong clock.
 * @param initial the last value taken, kept across restarts
 */
export function createSkew(initial = 0): Skew {
  const samples: { arrivedAt: number; difference: number }[] = []
  let value = initial
  return {
    get value() {
      return value
    },
    observe(arrivedAt, providerAt) {
      samples.push({ arrivedAt, difference: arrivedAt - providerAt })
      if (samples.length > sampleCount) samples.shift()
      const first = samples[0]
      if (!first || samples.length < sampleCount || arrivedAt - first.arrivedAt < leastSpanMs)
        return false
      const smallest = Math.min(...samples.map((sample) => sample.difference))
      const next = Math.max(-largestSkewMs, Math.min(largestSkewMs, smallest))
      const changed = next !== value
      value = next
      return changed
    },
  }
}
