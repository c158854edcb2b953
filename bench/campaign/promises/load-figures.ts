import type { Ledger } from '../tools/other-side-messages.ts'
import type { Journal } from '../tools/journal.ts'
import { quantile } from '../tools/wait.ts'

/** Milliseconds of each call, as Meta saw it and as the journal has it. */
export interface CallTimes {
  /** From posting to the answer, as Meta saw it. */
  readonly answered: readonly number[]
  /** `decision.ms`. */
  readonly decided: readonly number[]
  /** What the answer took beyond the decision. */
  readonly beyond: readonly number[]
  /** From the decision to the reject's arrival at Graph. */
  readonly queued: readonly number[]
}

/** Of the calls that were offered from `since` on (epoch ms) and answered at the first attempt. */
export function callTimes(journal: Journal, ledger: Ledger, since: number): CallTimes {
  const rows = journal
    .column(
      `select calls.provider_id || ' ' || calls.decision_ms || ' ' || decisions.at
       from calls join decisions on decisions.call_id = calls.id`,
    )
    .map((row) => row.split(' '))
  const decisions = new Map(
    rows.map(([id = '', ms, at = '']) => [id, { ms: Number(ms), at: Date.parse(at) }]),
  )
  const answered: number[] = []
  const decided: number[] = []
  const beyond: number[] = []
  for (const { callId, attempt, status, ms, at } of ledger.connects) {
    const decision = decisions.get(callId)
    if (!decision || status !== 200 || attempt !== 1 || at < since) continue
    answered.push(ms)
    decided.push(decision.ms)
    beyond.push(Math.max(0, ms - decision.ms))
  }
  const queued = ledger.actions.flatMap(({ callId = '', at }) => {
    const decision = decisions.get(callId)
    return decision && at >= since ? [at - decision.at] : []
  })
  return { answered, decided, beyond, queued }
}

export const p50 = (values: readonly number[]): number => quantile(values, 0.5)
export const p99 = (values: readonly number[]): number => quantile(values, 0.99)
export const most = (values: readonly number[]): number =>
  values.reduce((top, value) => Math.max(top, value), 0)
