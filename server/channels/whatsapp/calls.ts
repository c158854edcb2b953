import { createHash } from 'node:crypto'
import { z } from 'zod'
import { normalisePhone } from '../../phone.ts'
import type { Party, SignalOf } from '../../schema/signal.ts'
import { instantOf, lenientAny, lenientText, requiredId } from '../fields.ts'
import {
  contactsOf,
  errorsOf,
  ignore,
  lenientId,
  lenientList,
  lenientSdp,
  lineOf,
  partyOf,
  secondsOf,
} from './fields.ts'
import type { Reading } from './fields.ts'

const valueSchema = z.object({ calls: lenientList, statuses: lenientList, errors: lenientList })

const callSchema = z.object({
  id: requiredId,
  event: z.string(),
  direction: lenientText,
  from: lenientId,
  to: lenientId,
  from_user_id: lenientId,
  to_user_id: lenientId,
  timestamp: lenientAny,
  cta_payload: lenientText,
  deeplink_payload: lenientText,
  session: z.object({ sdp_type: lenientText, sdp: lenientSdp }).optional().catch(undefined),
  status: lenientAny,
  start_time: lenientAny,
  end_time: lenientAny,
  duration: lenientAny,
})
type Call = z.infer<typeof callSchema>

const callStatusSchema = z.object({
  id: requiredId,
  status: z.string(),
  timestamp: lenientAny,
  recipient_id: lenientId,
  recipient_user_id: lenientId,
})

/** Known events that ask nothing of us, by the names they are counted under. */
const knownEvents: ReadonlySet<string> = new Set([
  'call_created',
  'call_recording_available',
  'call_transcription_available',
])

type Direction = 'inbound' | 'outbound'
type CallError = { code: number; details?: string }

/** What all calls of one value share. */
interface Context {
  readonly line: string
  readonly business: string | undefined
  readonly value: unknown
  readonly errors: readonly CallError[]
}

/**
 * `value` of field `calls` to signals.
 * Source: WhatsApp Cloud API, "Calling", webhooks reference (2026-06) and its user-initiated and
 * business-initiated pages.
 */
export function readCalls(value: unknown, reading: Reading): void {
  const { calls, statuses, errors } = valueSchema.parse(value)
  const { id: line, phone: business } = lineOf(value)
  if (line === undefined) return ignore(reading, 'no phone_number_id')
  const context: Context = { line, business, value, errors: errorsOf(errors) }
  for (const item of calls ?? []) readCall(item, context, reading)
  for (const item of statuses ?? []) readCallStatus(item, context, reading)
  if (calls === undefined && statuses === undefined) {
    if (context.errors.length > 0) readLineErrors(context, reading)
    else ignore(reading, 'no calls')
  }
}

function readCall(item: unknown, context: Context, reading: Reading): void {
  const call = callSchema.safeParse(item).data
  if (call === undefined) return ignore(reading, 'call does not fit')
  const event = call.event.toLowerCase()
  const direction = directionOf(call)
  if (event === 'terminate') reading.signals.push(callEnded(call, direction, context))
  else if (event !== 'connect') {
    ignore(reading, knownEvents.has(event) ? `event ${event}` : 'unknown event')
  } else if (direction === 'outbound') ignore(reading, 'connect of an outbound call')
  else reading.signals.push(callOffered(call, context))
}

/** As told; where it is not, an SDP offer comes from the caller and an answer from whom we called. */
function directionOf(call: Call): Direction {
  const told = call.direction?.toUpperCase()
  if (told === 'USER_INITIATED') return 'inbound'
  if (told === 'BUSINESS_INITIATED') return 'outbound'
  const sdpType = call.session?.sdp_type?.toLowerCase()
  if (sdpType === 'offer') return 'inbound'
  const toUserOnly = call.to_user_id !== undefined && call.from_user_id === undefined
  return sdpType === 'answer' || toUserOnly ? 'outbound' : 'inbound'
}

/**
 * The person of a call. One of Meta's samples has `from` and `to` the wrong way round, so the side
 * that is the business is told by its number.
 */
function personOf(call: Call, direction: Direction, context: Context): Party {
  const sides = direction === 'inbound' ? [call.from, call.to] : [call.to, call.from]
  const isBusiness = (side: string | undefined): boolean =>
    side !== undefined &&
    context.business !== undefined &&
    normalisePhone(side) === context.business
  const [expected, other] = sides
  const waId = isBusiness(expected) ? (isBusiness(other) ? undefined : other) : expected
  const userId = direction === 'inbound' ? call.from_user_id : call.to_user_id
  return partyOf({ waId, userId }, contactsOf(context.value))
}

function common(call: Call, event: string, context: Context) {
  const at = instantOf(call.timestamp)
  return {
    channel: 'whatsapp' as const,
    key: `whatsapp:${call.id}:${event}`,
    line: context.line,
    callId: call.id,
    ...(at && { at }),
  }
}

function callOffered(call: Call, context: Context): SignalOf<'call_offered'> {
  return {
    ...common(call, 'connect', context),
    kind: 'call_offered',
    from: personOf(call, 'inbound', context),
    media: 'voice',
    ...(call.cta_payload !== undefined && { ctaPayload: call.cta_payload }),
    ...(call.deeplink_payload !== undefined && { deeplinkPayload: call.deeplink_payload }),
    ...(call.session?.sdp !== undefined && { sdp: call.session.sdp }),
  }
}

function callEnded(call: Call, direction: Direction, context: Context): SignalOf<'call_ended'> {
  const status = statusOf(call.status)
  const startedAt = instantOf(call.start_time)
  const endedAt = instantOf(call.end_time)
  const durationSeconds = secondsOf(call.duration)
  const errors = context.errors
  return {
    ...common(call, 'terminate', context),
    kind: 'call_ended',
    from: personOf(call, direction, context),
    direction,
    ...(status !== undefined && { status }),
    ...(startedAt && { startedAt }),
    ...(endedAt && { endedAt }),
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(errors.length > 0 && status !== 'COMPLETED' && { errors: [...errors] }),
  }
}

/** `COMPLETED`, `Completed` and `["Completed"]` all occur. */
function statusOf(told: unknown): string | undefined {
  const first: unknown = Array.isArray(told) ? told[0] : told
  return typeof first === 'string' && first !== '' ? first.slice(0, 40).toUpperCase() : undefined
}

const callStatuses = { RINGING: 'ringing', ACCEPTED: 'accepted', REJECTED: 'rejected' } as const
const isCallStatus = (status: string): status is keyof typeof callStatuses =>
  Object.hasOwn(callStatuses, status)

/** Statuses exist for business-initiated calls only; the recipient is the person. */
function readCallStatus(item: unknown, context: Context, reading: Reading): void {
  const told = callStatusSchema.safeParse(item).data
  if (told === undefined) return ignore(reading, 'status does not fit')
  const name = told.status.toUpperCase()
  if (!isCallStatus(name)) return ignore(reading, 'unknown status')
  const status = callStatuses[name]
  const at = instantOf(told.timestamp)
  const ids = { waId: told.recipient_id, userId: told.recipient_user_id }
  reading.signals.push({
    channel: 'whatsapp',
    kind: 'call_status',
    key: `whatsapp:${told.id}:${status}`,
    line: context.line,
    ...(at && { at }),
    callId: told.id,
    from: partyOf(ids, contactsOf(context.value)),
    direction: 'outbound',
    status,
  })
}

/** Errors without a call are about the line, e.g. 131044: no valid payment method. */
function readLineErrors(context: Context, reading: Reading): void {
  const errors = [...context.errors]
  const hash = createHash('sha256')
    .update(JSON.stringify([context.line, errors]))
    .digest('hex')
  reading.signals.push({
    channel: 'whatsapp',
    kind: 'line_changed',
    key: `whatsapp:${hash.slice(0, 32)}:error`,
    line: context.line,
    event: 'error',
    details: { errors },
  })
}
