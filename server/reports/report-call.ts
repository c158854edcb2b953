/** What came of a call, as reports count it. `not_counted`: a miss of a blocked, silenced or group call. */
export const standings = ['open', 'connected', 'missed', 'not_counted'] as const
export type Standing = (typeof standings)[number]

/** How far the message after a call got; `held` was never meant to go out. */
export const messageStates = [
  'none',
  'held',
  'waiting',
  'sent',
  'delivered',
  'read',
  'failed',
] as const
export type MessageState = (typeof messageStates)[number]

/** What closed the lead that a call opened; `nothing` so far. */
export const closings = ['nothing', 'message', 'voicemail', 'connected', 'callback'] as const
export type Closing = (typeof closings)[number]

/** Numbers of which -1 says that there is none. */
export const nothing = -1

/**
 * A call as reports count it (table `report_calls`), with words where the table has their numbers. Those
 * named after lists of this file, of `callStatuses`, `missReasons` and `outcomes` are places in them.
 */
export interface ReportCall {
  readonly call_id: number
  readonly day: number
  readonly minute: number
  /** Words. */
  readonly line: string
  readonly country: string
  readonly tier: string
  /** `placeOf` a policy and its node. */
  readonly place: string
  readonly release: string
  readonly currency: string
  /** 0 inbound, 1 outbound. */
  readonly direction: number
  readonly standing: number
  /** Place in `missReasons` plus one; 0 unless missed. */
  readonly reason: number
  readonly status: number
  /** Place in `outcomes` plus one; 0 for a call nobody decided. */
  readonly outcome: number
  /** The caller was gone before we had acted. */
  readonly ghost: number
  /** Tenths of a millisecond the decision took. */
  readonly decided: number
  readonly message: number
  /** The caller wrote after the message and before the next call. */
  readonly answered: number
  /** It opened a lead: the first missed call since the caller was last heard or reached. */
  readonly opened: number
  /** Missed calls of the lead it opened. */
  readonly attempts: number
  readonly closed_by: number
  /** Seconds from this call to what closed the lead it opened. */
  readonly closed_after: number
  /** Seconds from this call to the first call of ours to them, of the lead it opened. */
  readonly called_back_after: number
  /** The lead it belongs to was converted. */
  readonly converted: number
  /** Hundredths of the currency, of the lead it opened. */
  readonly value: number
}

/** Columns of `report_calls` that hold the number of a word. */
export const wordColumns = ['line', 'country', 'tier', 'place', 'release', 'currency'] as const
export type WordColumn = (typeof wordColumns)[number]
export const numberColumns = [
  'call_id',
  'day',
  'minute',
  'direction',
  'standing',
  'reason',
  'status',
  'outcome',
  'ghost',
  'decided',
  'message',
  'answered',
  'opened',
  'attempts',
  'closed_by',
  'closed_after',
  'called_back_after',
  'converted',
  'value',
] as const

/** The word of a step of a policy; empty for none. */
export const placeOf = (policy: string | null, node: string | null): string =>
  policy === null || node === null ? '' : JSON.stringify([policy, node])

export function readPlace(place: string): { policy: string; node: string } | undefined {
  if (place === '') return undefined
  const [policy, node] = JSON.parse(place) as [string, string] // `placeOf` wrote it
  return { policy, node }
}
