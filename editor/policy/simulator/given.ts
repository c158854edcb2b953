import { isTimed } from '../../../server/policy/why-not/time-lever.ts'
import type { Faults, Stated } from '../../../server/policy/try-call/faults.ts'
import type { Trial } from '../../../server/policy/try-call/try-call.ts'
import type { CallView } from '../../../server/schema/call.ts'
import type { Decision } from '../../../server/schema/decision.ts'
import { hidden } from '../../../server/schema/privacy.ts'
import type { Alternative } from '../../../server/schema/why-not.ts'

export const modes = ['contact', 'call', 'anybody'] as const
export type Mode = (typeof modes)[number]

/** Whose call is thought out, when it comes, and what is otherwise about it. */
export interface Given {
  readonly mode: Mode
  /** A contact's phone number or user id. */
  readonly caller: string | undefined
  /** Reference of a past call. */
  readonly ref: string | undefined
  /** Arrival, in epoch milliseconds. */
  readonly at: number
  readonly faults: Faults
  /** Facts set by hand. */
  readonly facts: Stated
}

/** A past call with the decision on record. */
export interface PastCall {
  readonly call: Pick<CallView, 'ref' | 'line' | 'media' | 'from_number' | 'user_id' | 'contact'>
  readonly decision: Pick<Decision, 'at' | 'facts'>
}

/** How a past call's caller is found in the address book; undefined where the number may not be seen. */
export function callerOf({ call }: PastCall): string | undefined {
  const phone = call.from_number?.includes(hidden) ? undefined : call.from_number
  return phone ?? call.user_id ?? undefined
}

const isHidden = (value: unknown): boolean => typeof value === 'string' && value.includes(hidden)

/** The facts on record that hold for the call as it is thought out: a call at another time has other hours. */
export function recordOf({ decision }: PastCall, at: number) {
  const isMoved = at !== Date.parse(decision.at)
  return Object.entries(decision.facts).filter(
    ([name, seen]) => !(isMoved && isTimed(name)) && !('value' in seen && isHidden(seen.value)),
  )
}

/** Whether facts of a past call are masked for who looks at it. */
export const hasHidden = (facts: Decision['facts']): boolean =>
  Object.values(facts).some((seen) => 'value' in seen && isHidden(seen.value))

/** The call as the engine tries it. */
export function trialOf(given: Given, past: PastCall | undefined): Trial {
  const { mode, caller, at, faults, facts } = given
  const when = { at: new Date(at).toISOString() }
  if (mode !== 'call' || !past)
    return {
      case: { ...when, ...(mode === 'contact' && caller !== undefined ? { caller } : {}) },
      faults,
      facts,
    }
  const { call } = past
  const record = recordOf(past, at)
  const named = callerOf(past)
  return {
    case: {
      ...when,
      call: { id: call.ref, number: call.line, media: call.media },
      ...(named === undefined ? {} : { caller: named }),
      facts: Object.fromEntries(
        record.map(([name, seen]) => {
          if ('unknown' in seen) return [name, 'unknown']
          return [name, typeof seen.value === 'object' ? [...seen.value] : seen.value]
        }),
      ),
    },
    faults,
    facts,
    took: Object.fromEntries(record.map(([name, seen]) => [name, seen.ms])),
  }
}

/** The call with what an alternative asks for: the time moved, facts set by hand. */
export function withAlternative(given: Given, { changes, facts }: Alternative): Given {
  const time = changes.find((change) => change.kind === 'time')
  const set = Object.entries(facts).flatMap(([name, value]) => {
    if (time && isTimed(name)) return []
    if (value === null) return [[name, 'unknown'] as const]
    return [[name, typeof value === 'object' ? [...value] : value] as const]
  })
  return {
    ...given,
    at: time?.at ?? given.at,
    facts: { ...given.facts, ...Object.fromEntries(set) },
  }
}
