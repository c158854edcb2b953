/**
 * Instants (epoch milliseconds) in ascending order. One alone stands for itself: most callers call
 * once, and an array for each of a million of them would cost half as much again.
 */
export type Times = number | number[]

/** Adds an instant, wherever it belongs; late ones are near the end, so little is moved. */
export function addTime(times: Times | undefined, at: number): Times {
  if (times === undefined) return at
  if (typeof times === 'number') return times <= at ? [times, at] : [at, times]
  let index = times.length
  times.push(at)
  for (; index > 0; index -= 1) {
    const before = times[index - 1] ?? at
    if (before <= at) break
    times[index] = before
  }
  times[index] = at
  return times
}

/** How many instants are not after `at`. */
function countUpTo(times: number[], at: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? Infinity) <= at) low = middle + 1
    else high = middle
  }
  return low
}

/** How many instants lie in `(from, to]`. */
export function countBetween(times: Times | undefined, from: number, to: number): number {
  if (times === undefined) return 0
  if (typeof times === 'number') return times > from && times <= to ? 1 : 0
  return countUpTo(times, to) - countUpTo(times, from)
}

/**
 * Drops the instants up to `cutoff`; from a long array only when they are a good part of it, so that
 * the moving costs a constant per instant.
 * @returns undefined when none is left
 */
export function dropUpTo(times: Times, cutoff: number): Times | undefined {
  if (typeof times === 'number') return times <= cutoff ? undefined : times
  const old = countUpTo(times, cutoff)
  if (old === times.length) return undefined
  if (old === 0 || old * 8 < times.length) return times
  const left = times.slice(old)
  return left.length === 1 ? left[0] : left
}

export function mergeTimes(into: Times | undefined, other: Times): Times {
  if (into === undefined) return other
  const both = [into, other].flat()
  return both.sort((a, b) => a - b)
}
