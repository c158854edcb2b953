import type { LRUCache } from 'lru-cache'
import type { Clock, Pending } from './clock.ts'
import type { Emitter } from './emitter.ts'
import type { FaultBook } from './faults.ts'
import type { Log } from './log.ts'
import type { MediaStore } from './media-store.ts'
import type { People, Person, Standing } from './people.ts'
import { standingOf } from './people.ts'
import type { Random } from './random.ts'
import type { CallingSettings } from './settings.ts'
import type { Switches } from './switches.ts'

/** Meta's restriction of a line's calling; expiration in Unix seconds. */
export interface Restriction {
  type: 'RESTRICTED_BUSINESS_INITIATED_CALLING' | 'RESTRICTED_USER_INITIATED_CALLING'
  reason: string
  expiration?: number
}

/** A business number. What may be changed while the simulator runs is not readonly. */
export interface Line {
  readonly id: string
  readonly display: string
  readonly digits: string
  verifiedName: string
  qualityRating: 'GREEN' | 'YELLOW' | 'RED' | 'UNKNOWN'
  /** Unique recipients a day; calling needs 2,000 unless `isTestNumber`. */
  messagingLimit: number
  isTestNumber: boolean
  calling: CallingSettings
  restrictions: Restriction[]
  readonly blocked: Map<string, Person>
  /** Messages accepted in the current second. */
  throughput: { second: number; count: number }
}

export type CallState = 'ringing' | 'pre_accepted' | 'accepted' | 'voicemail' | 'ended' | 'refused'

/**
 * Why a call ended. `rejected`, `terminated`: by the business; `not_answered`: time was up;
 * `abandoned`: the user hung up before an answer; `completed`: after it; `declined`: by the person
 * the business called.
 */
export type EndReason =
  'rejected' | 'not_answered' | 'abandoned' | 'terminated' | 'completed' | 'declined' | 'failed'

/** Why a caller could not even ring: no webhook tells of it. */
export type Refusal =
  'calling_disabled' | 'restricted' | 'outside_call_hours' | 'blocked' | 'busy' | 'too_many_calls'

export interface CallEnd {
  /** `closed`: the simulator was. */
  reason: EndReason | Refusal | 'closed'
  /** Real milliseconds from the dialling to the answer, or to the end. */
  rangMs: number
  /** Whole seconds, only of a call that was picked up. */
  durationSeconds?: number
}

export type OmittedField = 'from' | 'wa_id' | 'contacts' | 'direction' | 'user_id'

export interface CallRecord {
  readonly id: string
  readonly line: Line
  readonly person: Person
  readonly direction: 'USER_INITIATED' | 'BUSINESS_INITIATED'
  readonly isSip: boolean
  readonly omit: ReadonlySet<OmittedField>
  readonly ctaPayload?: string
  readonly deeplinkPayload?: string
  readonly talkMs?: number
  /** Milliseconds on Meta's clock, as the connect webhook tells. */
  readonly timestampMs: number
  readonly dialledAtMs: number
  state: CallState
  callbackData?: string
  ourSdp?: string
  acceptedAtMs?: number
  endedAtMs?: number
  isRecorded?: boolean
  isTranscribed?: boolean
  cancelTimers: (() => void)[]
  onEnd: (end: CallEnd) => void
}

/** A template of the account; parameters of its body. */
export interface Template {
  name: string
  language: string
  parameters: number
}

export interface Account {
  readonly wabaId: string
  readonly appId: string
  readonly appSecret: string
  readonly accessToken: string
  readonly displayName: string
  subscription: { url: string; verifyToken: string; fields: string[] }
  /** Absent: every template exists. */
  templates?: Template[]
  /** Unix seconds; 0 for never. */
  tokenExpiresAt: number
  scopes: string[]
}

/** Everything there is on Meta's side. */
export interface World {
  readonly account: Account
  readonly switches: Switches
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly faults: FaultBook
  readonly pending: Pending
  readonly people: People
  readonly lines: ReadonlyMap<string, Line>
  readonly activeCalls: Map<string, CallRecord>
  /** The call of a person with a line, by `pairKey`. */
  readonly activePairs: Map<string, CallRecord>
  readonly endedCalls: LRUCache<string, CallRecord>
  readonly media: MediaStore
  readonly emitter: Emitter
  /** Base of Graph; known once it listens. */
  url: string
}

export const pairKey = (line: Line, person: Person): string => `${line.id} ${person.userId}`

/** The line with this phone-number id. Throws RangeError if there is none. */
export function lineFor(world: World, id: string): Line {
  const line = world.lines.get(id)
  if (!line) throw new RangeError('the simulator has no line with this id')
  return line
}

/** What is between a person and a line. */
export function standing(world: World, line: Line, person: Person): Standing {
  return standingOf(person, line.id, world.switches.pairBurst)
}

/** Opens or refreshes the 24-hour window (whatsapp-calling.md 6.8). */
export function openWindow(world: World, line: Line, person: Person): void {
  standing(world, line, person).windowUntil = world.clock.now() + 24 * 3_600_000
}

/** Calls under way on a line. */
export function activeCallsOf(world: World, line: Line): number {
  let count = 0
  for (const call of world.activeCalls.values()) if (call.line === line) count += 1
  return count
}

/** Whether a restriction of that kind is in force. */
export function isRestricted(world: World, line: Line, type: Restriction['type']): boolean {
  const now = world.clock.now() / 1000
  return line.restrictions.some(
    (entry) => entry.type === type && (entry.expiration === undefined || entry.expiration > now),
  )
}

/** Logs a state that a call has come to. */
export function noteCall(world: World, call: CallRecord, reason?: string): void {
  world.log.count(`call.${call.state}${reason === undefined ? '' : `.${reason}`}`)
  world.log.add({
    kind: 'call',
    callId: call.id,
    line: call.line.id,
    direction: call.direction,
    from: call.person.phone,
    userId: call.person.userId,
    state: call.state,
    reason,
  })
}
