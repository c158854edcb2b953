import type { ActionType } from '../schema/action.ts'

const usual = { firstMs: 500, mostMs: 10_000 }
const call = { firstMs: 250, mostMs: 4_000 }

/** Exponential, from `firstMs` up to `mostMs`. Call actions must fit into seconds of ringing. */
const steps: Record<ActionType, { firstMs: number; mostMs: number }> = {
  pre_accept: call,
  accept: call,
  reject: call,
  terminate: call,
  message: { firstMs: 2_000, mostMs: 60_000 },
  notify: usual,
  block: usual,
  webhook: { firstMs: 5_000, mostMs: 2 * 60 * 60_000 },
}

/**
 * Milliseconds until an action may be tried again: doubled with each attempt, ± 25 %, never less
 * than the provider asked for.
 * @param chance in [0, 1)
 */
export function backOffMs(
  { type, attempts, afterMs = 0 }: { type: ActionType; attempts: number; afterMs?: number },
  chance: number,
): number {
  const { firstMs, mostMs } = steps[type]
  const wait = Math.min(mostMs, firstMs * 2 ** Math.max(0, attempts - 1))
  return Math.ceil(Math.max(afterMs, wait * (0.75 + chance / 2)))
}
