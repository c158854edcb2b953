/** Minutes after the time we named within which a call back is still in time. */
export const promiseGraceMinutes = 15

export type PromiseState = 'open' | 'kept' | 'broken'

/** A time we named, and the first word since. Instants are ISO. */
export interface PromiseTimes {
  readonly due_at: string
  readonly kept_at: string | null
}

/**
 * What became of a time we named: kept by a message, a connected call, a callback or somebody's own
 * contact before it or within the grace after it; broken when that has passed.
 * @param now ISO
 */
export function promiseState({ due_at, kept_at }: PromiseTimes, now: string): PromiseState {
  const latest = Date.parse(due_at) + promiseGraceMinutes * 60_000
  if (kept_at !== null) return Date.parse(kept_at) <= latest ? 'kept' : 'broken'
  return Date.parse(now) > latest ? 'broken' : 'open'
}
