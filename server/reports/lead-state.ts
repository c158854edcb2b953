import type { CallRow, MessagesTable } from '../db/tables.ts'
import { missReason } from './why.ts'
import type { MissReason } from './why.ts'

/** What of a call decides about leads. */
export type LeadCall = Pick<
  CallRow,
  | 'id'
  | 'channel'
  | 'line'
  | 'direction'
  | 'status'
  | 'undecided'
  | 'offered_at'
  | 'arrived_at'
  | 'started_at'
  | 'ended_at'
  | 'end_arrived_at'
  | 'duration_seconds'
  | 'final_outcome'
  | 'final_node'
  | 'why'
  | 'no_lead'
>
export type LeadMessage = Pick<MessagesTable, 'at' | 'arrived_at' | 'voicemail_of'>

/** A moment of the journal: the provider's time, compared in whole seconds, and our arrival for ties. */
export interface Moment {
  /** ISO. */
  readonly at: string
  /** ISO. */
  readonly arrivedAt: string
}

export type ClosedBy = 'message' | 'voicemail' | 'connected' | 'callback'

/** A person's lead, as the journal has it. */
export interface LeadState {
  readonly state: 'open' | 'closed'
  /** Provider time of the first missed call since the person was last heard or reached. */
  readonly opened: Moment
  readonly last: Moment
  readonly lastCall: LeadCall
  /** Missed calls since then. */
  readonly attempts: number
  readonly closed: { readonly at: string; readonly by: ClosedBy } | null
  readonly why: MissReason
  /** How long a caller who gave up let it ring. */
  readonly seconds: number | null
}

export const secondOf = (iso: string): string => iso.slice(0, 19)

/** Who left word in the same second, and arrived at the same time, did so after the call. */
export function isSince(word: Moment, call: Moment): boolean {
  const [a, b] = [secondOf(word.at), secondOf(call.at)]
  return a === b ? word.arrivedAt >= call.arrivedAt : a > b
}

export function byTime(a: Moment, b: Moment): number {
  const [x, y] = [secondOf(a.at), secondOf(b.at)]
  if (x !== y) return x < y ? -1 : 1
  if (a.arrivedAt !== b.arrivedAt) return a.arrivedAt < b.arrivedAt ? -1 : 1
  return 0
}

/** Somebody talked: the end told a duration, or the channel, which tells none, said it was taken. */
export function isConnected(
  call: Pick<LeadCall, 'channel' | 'duration_seconds' | 'started_at' | 'ended_at'>,
): boolean {
  if (call.duration_seconds !== null) return true
  return call.channel !== 'whatsapp' && call.started_at !== null && call.ended_at !== null
}

/** A call to us that is over, nobody talked, and that counts: neither blocked nor silently rejected. */
export function isMiss(call: LeadCall): boolean {
  if (call.direction !== 'inbound' || call.no_lead !== null || isConnected(call)) return false
  return call.final_outcome === 'reject' || ['missed', 'rejected', 'failed'].includes(call.status)
}

/** What a call means for leads; while this stays, no lead changes. */
export function standingOf(call: LeadCall): string {
  if (isConnected(call)) return 'connected'
  return isMiss(call) ? `missed:${missReason(call)}` : 'none'
}

export const missedAt = (call: LeadCall): Moment => ({
  at: call.offered_at ?? call.ended_at ?? call.arrived_at,
  arrivedAt: call.arrived_at,
})

const connectedAt = (call: LeadCall): Moment => ({
  at: call.ended_at ?? call.arrived_at,
  arrivedAt: call.end_arrived_at ?? call.arrived_at,
})

export const messageMoment = (message: LeadMessage): Moment => ({
  at: message.at ?? message.arrived_at,
  arrivedAt: message.arrived_at,
})

export interface Word extends Moment {
  readonly by: ClosedBy
}

export const messageWord = (message: LeadMessage): Word => ({
  ...messageMoment(message),
  by: message.voicemail_of === null ? 'message' : 'voicemail',
})

/** How long it rang, by the provider's times. */
export function ringSeconds(call: Pick<LeadCall, 'offered_at' | 'ended_at'>): number | null {
  if (call.offered_at === null || call.ended_at === null) return null
  const seconds = Math.round((Date.parse(call.ended_at) - Date.parse(call.offered_at)) / 1000)
  return seconds >= 0 ? seconds : null
}

/** Calls of one person, in any order. */
export interface CallPart {
  /** The last missed call, in whose place in time the messages beside it are looked for. */
  readonly last: Moment
  readonly misses: readonly { readonly call: LeadCall; readonly moment: Moment }[]
  readonly talks: readonly Word[]
}

/** @returns undefined when no call was ever missed: then there is no lead */
export function readCalls(calls: readonly LeadCall[]): CallPart | undefined {
  const misses = calls
    .filter(isMiss)
    .map((call) => ({ call, moment: missedAt(call) }))
    .sort((a, b) => byTime(a.moment, b.moment) || a.call.id - b.call.id)
  const last = misses.at(-1)?.moment
  if (!last) return undefined
  const talks = calls.filter(isConnected).map((call): Word => {
    return { ...connectedAt(call), by: call.direction === 'inbound' ? 'connected' : 'callback' }
  })
  return { last, misses, talks }
}

/**
 * The lead of a person (contract, section 4). What is said and reached is compared with the last
 * missed call: the first word since closes the lead, and the missed calls since the last word before
 * are its attempts.
 * @param messages at least the last before the last missed call, and the first since
 */
export function leadOf(part: CallPart, messages: readonly LeadMessage[]): LeadState | undefined {
  const words = [...messages.map(messageWord), ...part.talks].sort(byTime)
  const before = words.findLast((word) => !isSince(word, part.last))
  const since = words.find((word) => isSince(word, part.last))
  const run = part.misses.filter(({ moment }) => !before || !isSince(before, moment))
  const [first, latest] = [run[0], run.at(-1)]
  if (!first || !latest) return undefined
  const why = missReason(latest.call)
  return {
    state: since ? 'closed' : 'open',
    opened: first.moment,
    last: latest.moment,
    lastCall: latest.call,
    attempts: run.length,
    closed: since ? { at: since.at, by: since.by } : null,
    why,
    seconds: why === 'gave_up' ? ringSeconds(latest.call) : null,
  }
}
