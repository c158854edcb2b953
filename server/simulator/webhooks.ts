import type { Person } from './people.ts'
import type { Switches } from './switches.ts'
import type { CallRecord, EndReason, Line } from './world.ts'

type Fields = Record<string, unknown>

/** One `changes[]` element, and what the log calls it. */
export interface Change {
  field: string
  value: Fields
  /** For the log: `connect`, `terminate`, `status:RINGING` … */
  subject: string
  callId?: string
  /** The WABA id unless told. */
  entryId?: string
  /** Only account webhooks have a time at their entry. */
  entryTime?: number
}

/** Which ids of a person a payload shows. */
export interface Shown {
  phone: boolean
  waId: boolean
  userId: boolean
  parent: boolean
}

/** Unix seconds as text: how every timestamp inside `value` is spelt. */
export const unixSeconds = (ms: number): string => String(Math.floor(ms / 1000))

const parentOf = (userId: string): string => userId.replace('.', '.ENT.')

/** What a payload shows of a person, by the switches and by what was left out on purpose. */
export function shownOf(switches: Switches, omit: CallRecord['omit'] = new Set()): Shown {
  const userId = switches.userIds && !omit.has('user_id')
  return {
    phone: !omit.has('from'),
    waId: !omit.has('wa_id'),
    userId,
    parent: userId && switches.parentUserIds,
  }
}

const metadataOf = (line: Line): Fields => ({
  display_phone_number: line.digits,
  phone_number_id: line.id,
})

function contactOf(person: Person, shown: Shown): Fields {
  return {
    profile: {
      name: person.name,
      ...(person.username === undefined ? {} : { username: person.username }),
    },
    ...(person.phone !== undefined && shown.waId ? { wa_id: person.phone } : {}),
    ...(shown.userId ? { user_id: person.userId } : {}),
    ...(shown.parent ? { parent_user_id: parentOf(person.userId) } : {}),
  }
}

/** `from`, `from_user_id`, `from_parent_user_id`, or the same with another prefix. */
function idsOf(person: Person, shown: Shown, prefix: 'from' | 'to' | 'recipient'): Fields {
  const phoneKey = prefix === 'recipient' ? 'recipient_id' : prefix
  return {
    ...(person.phone !== undefined && shown.phone ? { [phoneKey]: person.phone } : {}),
    ...(shown.userId ? { [`${prefix}_user_id`]: person.userId } : {}),
    ...(shown.parent ? { [`${prefix}_parent_user_id`]: parentOf(person.userId) } : {}),
  }
}

function valueOf(line: Line, person: Person | undefined, shown: Shown): Fields {
  return {
    messaging_product: 'whatsapp',
    metadata: metadataOf(line),
    ...(person ? { contacts: [contactOf(person, shown)] } : {}),
  }
}

/** `from` and `to` of a call of either direction, with the user's ids on the user's side. */
function partiesOf(call: CallRecord, shown: Shown): Fields {
  return call.direction === 'USER_INITIATED'
    ? { to: call.line.digits, ...idsOf(call.person, shown, 'from') }
    : { from: call.line.digits, ...idsOf(call.person, shown, 'to') }
}

const payloadsOf = (call: CallRecord): Fields => ({
  ...(call.deeplinkPayload === undefined ? {} : { deeplink_payload: call.deeplinkPayload }),
  ...(call.ctaPayload === undefined ? {} : { cta_payload: call.ctaPayload }),
})

const callbackOf = (data: string | undefined): Fields =>
  data === undefined ? {} : { biz_opaque_callback_data: data }

function callChange(
  call: CallRecord,
  switches: Switches,
  fields: { event: string; [key: string]: unknown },
): Change {
  const shown = shownOf(switches, call.omit)
  const person = call.omit.has('contacts') ? undefined : call.person
  const entry = {
    id: call.id,
    ...partiesOf(call, shown),
    ...fields,
    ...(call.omit.has('direction') ? {} : { direction: call.direction }),
    ...payloadsOf(call),
  }
  return {
    field: 'calls',
    value: { ...valueOf(call.line, person, shown), calls: [entry] },
    subject: fields.event,
    callId: call.id,
  }
}

/** `connect` with the offer of a user's call, or with the answer to ours (2.2, 2.5). */
export function connectChange(call: CallRecord, switches: Switches, sdp: string): Change {
  const isInbound = call.direction === 'USER_INITIATED'
  return callChange(call, switches, {
    event: 'connect',
    timestamp: unixSeconds(call.timestampMs),
    ...(isInbound ? {} : callbackOf(call.callbackData)),
    session: { sdp_type: isInbound ? 'offer' : 'answer', sdp },
  })
}

/** Other events of a call: `call_created`, `call_recording_available` …, or one nobody knows (2.4). */
export function callEventChange(
  call: CallRecord,
  switches: Switches,
  fields: { event: string; [key: string]: unknown },
): Change {
  return callChange(call, switches, fields)
}

/** `status` of a terminate in the spelling that the switch asks for. */
function terminateStatus(reason: EndReason, spelling: Switches['terminateStatus']): unknown {
  const status = reason === 'failed' ? 'FAILED' : 'COMPLETED'
  if (spelling === 'rejected') return reason === 'rejected' ? 'REJECTED' : status
  const title = status.charAt(0) + status.slice(1).toLowerCase()
  if (spelling === 'array') return [title]
  return spelling === 'title' ? title : status
}

/** `terminate`, with start, end and duration only if somebody picked up (2.3). */
export function terminateChange(
  call: CallRecord,
  switches: Switches,
  end: { reason: EndReason; atMs: number; errorCode?: number },
): Change {
  const startMs = call.acceptedAtMs
  const change = callChange(call, switches, {
    event: 'terminate',
    ...callbackOf(call.callbackData),
    timestamp: unixSeconds(end.atMs),
    status: terminateStatus(end.reason, switches.terminateStatus),
    ...(startMs === undefined
      ? {}
      : {
          start_time: unixSeconds(startMs),
          end_time: unixSeconds(end.atMs),
          duration: durationSeconds(startMs, end.atMs),
        }),
  })
  if (end.errorCode !== undefined) change.value['errors'] = [callError(end.errorCode)]
  return change
}

/** Whole seconds between the two seconds that a terminate tells. */
export const durationSeconds = (startMs: number, endMs: number): number =>
  Math.floor(endMs / 1000) - Math.floor(startMs / 1000)

const callErrorTitles: Record<number, string> = {
  131044: 'No valid payment method',
  138004: 'Connection error',
  138007: 'Connect timeout',
  138019: 'Call setup failed',
  138020: 'Relay connection failed',
  138021: 'Media receive timeout',
  138022: 'Media transmit timeout',
  138023: 'No media signals',
}

function callError(code: number): Fields {
  const title = callErrorTitles[code] ?? 'Call failed'
  return {
    code,
    message: title,
    href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
    error_data: { details: title },
  }
}

/** The error webhook of a user-initiated call; its body is inferred (2.4). */
export function callErrorChange(call: CallRecord, switches: Switches, code: number): Change {
  const value = valueOf(call.line, call.person, shownOf(switches, call.omit))
  return {
    field: 'calls',
    value: { ...value, errors: [callError(code)] },
    subject: `error:${code}`,
    callId: call.id,
  }
}

/** RINGING, ACCEPTED or REJECTED of a call (array `statuses`, field `calls`; 2.5). */
export function callStatusChange(
  call: CallRecord,
  switches: Switches,
  status: { status: string; atMs: number },
): Change {
  const shown = shownOf(switches, call.omit)
  return {
    field: 'calls',
    value: {
      ...valueOf(call.line, undefined, shown),
      statuses: [
        {
          id: call.id,
          type: 'call',
          status: status.status,
          timestamp: unixSeconds(status.atMs),
          ...idsOf(call.person, shown, 'recipient'),
          ...callbackOf(call.callbackData),
        },
      ],
    },
    subject: `status:${status.status}`,
    callId: call.id,
  }
}

/** Between whom, and which ids are shown. */
export interface Between {
  line: Line
  person: Person
  shown: Shown
}

/** What a person wrote: text, button reply, audio, permission reply … (2.6, 6.5). */
export function messageChange(
  { line, person, shown }: Between,
  message: { id: string; type: string; atMs: number; contextId?: string; content: Fields },
): Change {
  const context = { from: line.digits, id: message.contextId }
  return {
    field: 'messages',
    value: {
      ...valueOf(line, person, shown),
      messages: [
        {
          ...idsOf(person, shown, 'from'),
          id: message.id,
          timestamp: unixSeconds(message.atMs),
          type: message.type,
          ...(message.contextId === undefined ? {} : { context }),
          ...message.content,
        },
      ],
    },
    subject: `message:${message.type}`,
    ...(message.id.startsWith('wacid.') ? { callId: message.id } : {}),
  }
}

/** sent, delivered, read, played or failed of a message of ours (6.1). */
export function messageStatusChange(
  { line, person, shown }: Between,
  status: { id: string; status: string; atMs: number; callbackData?: string; error?: Fields },
): Change {
  return {
    field: 'messages',
    value: {
      ...valueOf(line, undefined, shown),
      statuses: [
        {
          id: status.id,
          status: status.status,
          timestamp: unixSeconds(status.atMs),
          ...idsOf(person, shown, 'recipient'),
          ...callbackOf(status.callbackData),
          ...(status.error === undefined ? {} : { errors: [status.error] }),
        },
      ],
    },
    subject: `message-status:${status.status}`,
  }
}

/** A person's number or user id changed (2.8). */
export function identityChange(
  { line, person, shown }: Between,
  change: { id: string; atMs: number; previousUserId: string; kind: string },
): Change {
  const isNumber = change.kind === 'user_changed_number'
  const system = {
    type: change.kind,
    ...(isNumber && person.phone !== undefined ? { wa_id: person.phone } : {}),
    user_id: person.userId,
    previous_user_id: change.previousUserId,
  }
  return messageChange(
    { line, person, shown: isNumber ? shown : { ...shown, phone: false, waId: false } },
    { id: change.id, type: 'system', atMs: change.atMs, content: { system } },
  )
}

/** A warning or restriction of the account (2.7): entry id "0", a time at the entry, no metadata. */
export function accountChange(line: Line, value: Fields, atMs: number): Change {
  return {
    field: 'account_update',
    value: { phone_number: line.digits, ...value },
    subject: `account_update:${String(value['event'])}`,
    entryId: '0',
    entryTime: Math.floor(atMs / 1000),
  }
}

/** Settings that Meta observes changed, also by ourselves (2.7). */
export function settingsChange(
  line: Line,
  update: { type: string; atMs: number; calling: Fields },
): Change {
  return {
    field: 'account_settings_update',
    value: {
      messaging_product: 'whatsapp',
      timestamp: unixSeconds(update.atMs),
      type: update.type,
      phone_number_settings: { phone_number_id: line.id, calling: update.calling },
    },
    subject: 'account_settings_update',
  }
}
