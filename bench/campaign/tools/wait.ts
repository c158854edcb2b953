import { setTimeout as delay } from 'node:timers/promises'

export { delay }

/** Asks again and again until it is so. @returns whether it came to be so in time */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  timeoutMs: number,
  everyMs = 50,
): Promise<boolean> {
  const end = performance.now() + timeoutMs
  for (;;) {
    if (await isSo()) return true
    if (performance.now() >= end) return false
    await delay(everyMs)
  }
}

/** Milliseconds that something took, and what it gave. */
export async function timed<T>(task: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const begun = performance.now()
  const value = await task()
  return { value, ms: performance.now() - begun }
}

/** The value below which `share` of them lie; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}
