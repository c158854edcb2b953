import type { Decision, NodeTrace } from '../schema/decision.ts'
import { leadReasons } from '../schema/lead.ts'

/** Why a call was missed. `rule` is a rule of ours, `stale` a delivery that came too late. */
export const missReasons = leadReasons
export type MissReason = (typeof missReasons)[number]

const shutExits: Readonly<Record<string, Readonly<Record<string, MissReason>>>> = {
  hours: { closed: 'closed', holiday: 'closed' },
  agents: { busy: 'nobody_free', dnd: 'nobody_free', offline: 'nobody_free' },
  velocity: { exceeded: 'rule' },
}

function shutBy({ kind, exit }: NodeTrace): MissReason | undefined {
  return exit === null ? undefined : shutExits[kind]?.[exit]
}

/**
 * Why a decision did not connect the caller. An outcome that could not be done says it first; else the
 * last gate on the way that was shut: closed hours, agents who are not free, too many calls; else it
 * was simply a rule.
 */
export function reasonOf(decision: Pick<Decision, 'fallback' | 'steps' | 'trace'>): MissReason {
  const step = decision.steps.at(-1)?.why
  if (step === 'no_answer') return 'no_answer'
  if (step === 'busy') return 'nobody_free'
  if (step === 'error') return 'failure'
  if (step !== undefined) return 'not_possible'
  if (decision.fallback !== false) return 'failure'
  for (const node of decision.trace.toReversed()) {
    const reason = shutBy(node)
    if (reason !== undefined) return reason
  }
  return 'rule'
}

/** What is known of a missed call that says why it was missed. */
export interface MissedCall {
  readonly undecided: string | null
  readonly status: string
  readonly final_outcome: string | null
  /** As `reasonOf` gave it when the call was decided. */
  readonly why: string | null
}

export function missReason(call: MissedCall): MissReason {
  if (call.undecided !== null) return call.undecided === 'stale' ? 'stale' : 'gave_up'
  if (call.status === 'failed') return 'failure'
  if (call.final_outcome !== 'reject') return 'gave_up'
  return missReasons.find((known) => known === call.why) ?? 'rule'
}

const words: Readonly<Record<Exclude<MissReason, 'rule' | 'gave_up'>, string>> = {
  closed: 'we were closed',
  nobody_free: 'nobody was free',
  no_answer: 'our agents did not answer',
  not_possible: 'what the policy chose could not be done here',
  failure: 'our own failure',
  stale: 'the call reached us too late',
}

/** A reason in plain words. @param detail `seconds`: how long a caller who gave up let it ring */
export function describeReason(
  reason: MissReason,
  detail: { node: string | null; seconds: number | null },
): string {
  switch (reason) {
    case 'rule':
      return detail.node === null ? 'a rule of ours' : `our rule "${detail.node}"`
    case 'gave_up':
      if (detail.seconds === null) return 'the caller gave up'
      return `the caller gave up within ${detail.seconds} second${detail.seconds === 1 ? '' : 's'}`
    default:
      return words[reason]
  }
}
