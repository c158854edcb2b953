import type { Delivery } from './deliver.ts'
import { silentOgg } from './ogg.ts'
import type { Person, PersonOptions } from './people.ts'
import { metaSdp } from './sdp.ts'
import { isWithinCallHours } from './settings.ts'
import { wacid, wamid } from './wacid.ts'
import {
  callErrorChange,
  callEventChange,
  callStatusChange,
  connectChange,
  durationSeconds,
  messageChange,
  shownOf,
  terminateChange,
} from './webhooks.ts'
import type { CallEnd, CallRecord, EndReason, Line, OmittedField, Refusal, World } from './world.ts'
import {
  activeCallsOf,
  isRestricted,
  lineFor,
  noteCall,
  openWindow,
  pairKey,
  standing,
} from './world.ts'

/** A call that a person places. */
export interface CallOptions extends PersonOptions {
  /** Phone-number id of the line. */
  line: string
  ctaPayload?: string
  deeplinkPayload?: string
  /** The caller gives up (or hangs up) so many real milliseconds after dialling. */
  hangUpAfterMs?: number
  /** Once answered, the caller talks so many real milliseconds and hangs up. */
  talkMs?: number
  /** Fields left out of the webhooks of this call. */
  omit?: OmittedField[]
  /** The connect says it happened so many seconds ago. */
  staleSeconds?: number
  /** The connect is posted so many (scaled) seconds after the dialling. */
  connectDelaySeconds?: number
  /** The caller hangs up at once and the terminate overtakes the connect. */
  terminateFirst?: boolean
}

/** What came of dialling: a call with its webhook under way, or a refusal that no webhook tells of. */
export type Dialled = { call: CallRecord; connect: Promise<Delivery> } | { refusal: Refusal }

function refusalOf(world: World, line: Line, person: Person): Refusal | undefined {
  const { calling } = line
  if (calling.status !== 'ENABLED') return 'calling_disabled'
  if (isRestricted(world, line, 'RESTRICTED_USER_INITIATED_CALLING')) return 'restricted'
  if (line.blocked.has(person.userId)) return 'blocked'
  const { holidayMeans, concurrentCalls } = world.switches
  if (!isWithinCallHours(calling.call_hours, world.clock.now(), holidayMeans)) {
    return 'outside_call_hours'
  }
  if (world.activePairs.has(pairKey(line, person))) return 'busy'
  const isCrowded = world.activeCalls.size >= concurrentCalls
  return isCrowded && activeCallsOf(world, line) >= concurrentCalls ? 'too_many_calls' : undefined
}

/** Dials: refused without a webhook, or ringing with one on its way (whatsapp-calling.md 11). */
export function placeCall(
  world: World,
  options: CallOptions,
  onEnd: (end: CallEnd) => void = () => undefined,
): Dialled {
  const line = lineFor(world, options.line)
  const person = world.people.meet(options)
  world.log.count('call.dialled')
  const refusal = refusalOf(world, line, person)
  if (refusal) {
    noteRefusal(world, { line, person, refusal })
    return { refusal }
  }
  const call = openCall(world, { line, person, direction: 'USER_INITIATED', options, onEnd })
  openWindow(world, line, person)
  if (world.switches.callCountsAsMessage) {
    standing(world, line, person).messagedAt = world.clock.now()
  }
  return { call, connect: startRinging(world, call, options) }
}

function noteRefusal(
  world: World,
  { line, person, refusal }: { line: Line; person: Person; refusal: Refusal },
): void {
  world.log.count(`call.refused.${refusal}`)
  world.log.add({
    kind: 'call',
    callId: '',
    line: line.id,
    direction: 'USER_INITIATED',
    from: person.phone,
    userId: person.userId,
    state: 'refused',
    reason: refusal,
  })
}

function omittedFields(world: World, options: CallOptions): Set<OmittedField> {
  const omit = new Set(options.omit)
  if (options.from === undefined || world.faults.fires('usernameOnly')) {
    omit.add('from').add('wa_id')
  }
  if (world.faults.fires('withoutDirection')) omit.add('direction')
  return omit
}

/** Registers a new call of either direction, ringing. */
export function openCall(
  world: World,
  start: {
    line: Line
    person: Person
    direction: CallRecord['direction']
    options: CallOptions
    onEnd?: (end: CallEnd) => void
  },
): CallRecord {
  const { line, person, direction, options } = start
  const now = world.clock.now()
  const isInbound = direction === 'USER_INITIATED'
  const parties = { user: person.phone ?? person.userId, business: line.digits, inbound: isInbound }
  const isStale = isInbound && world.faults.fires('staleConnect')
  const staleSeconds = options.staleSeconds ?? (isStale ? world.switches.staleSeconds : 0)
  const call: CallRecord = {
    id: wacid(parties, world.random),
    line,
    person,
    direction,
    isSip: line.calling.sip?.status === 'ENABLED',
    omit: isInbound ? omittedFields(world, options) : new Set(),
    ctaPayload: options.ctaPayload,
    deeplinkPayload: options.deeplinkPayload,
    talkMs: options.talkMs,
    timestampMs: now - staleSeconds * 1000,
    dialledAtMs: now,
    state: 'ringing',
    cancelTimers: [],
    onEnd: start.onEnd ?? (() => undefined),
  }
  world.activeCalls.set(call.id, call)
  world.activePairs.set(pairKey(line, person), call)
  noteCall(world, call)
  return call
}

function startRinging(world: World, call: CallRecord, options: CallOptions): Promise<Delivery> {
  if (options.terminateFirst || world.faults.fires('terminateFirst')) {
    endCall(world, call, { reason: 'abandoned', terminateAfterSeconds: 0 })
    return sendConnect(world, call, world.clock.timing.disorderSeconds)
  }
  call.cancelTimers.push(
    world.clock.after(ringSecondsOf(world, call.line), () => onRingTimeout(world, call)),
  )
  if (options.hangUpAfterMs !== undefined) {
    const hangUpMs = options.hangUpAfterMs
    call.cancelTimers.push(world.clock.afterMs(hangUpMs, () => hangUp(world, call)))
  }
  const lateSeconds = world.faults.fires('lateConnect') ? world.switches.lateConnectSeconds : 0
  return sendConnect(world, call, options.connectDelaySeconds ?? lateSeconds)
}

function ringSecondsOf(world: World, line: Line): number {
  const { voicemail } = line.calling
  const timeout = voicemail?.audio?.default.timeout_seconds
  const isShortened = voicemail?.status === 'ENABLED' && voicemail.triggers?.includes('TIMEOUT')
  return isShortened && timeout !== undefined ? timeout : world.clock.timing.ringSeconds
}

/** A SIP number gets `call_created` if it asked for webhooks, and never a `connect` (7). */
async function sendConnect(world: World, call: CallRecord, seconds: number): Promise<Delivery> {
  const { emitter, switches, random, faults } = world
  if (call.isSip) return sendCallCreated(world, call)
  const change = connectChange(call, switches, metaSdp(random, 'offer'))
  if (faults.fires('legacyConnection')) addLegacyConnection(change.value)
  const delivery =
    seconds > 0 ? await emitter.emitAfter(seconds, () => change) : emitter.emit(change)
  if (!switches.paymentMethod) emitter.emit(callErrorChange(call, switches, 131044))
  if (faults.fires('callStatuses')) {
    emitter.emit(callStatusChange(call, switches, { status: 'RINGING', atMs: world.clock.now() }))
  }
  if (faults.fires('unknownEvent')) sendUnknownEvent(world, call)
  return delivery
}

function sendCallCreated(world: World, call: CallRecord): Delivery {
  const none = { answered: Promise.resolve(0), settled: Promise.resolve(0) }
  if (call.line.calling.sip?.webhook_delivery !== 'ENABLED') return none
  const timestamp = String(Math.floor(call.timestampMs / 1000))
  return world.emitter.emit(
    callEventChange(call, world.switches, { event: 'call_created', timestamp }),
  )
}

function sendUnknownEvent(world: World, call: CallRecord): void {
  const timestamp = String(Math.floor(world.clock.now() / 1000))
  world.emitter.emit(
    callEventChange(call, world.switches, {
      event: 'call_teleported',
      timestamp,
      to_planet: 'Mars',
    }),
  )
}

/** The form before `session`: a JSON string inside a string (2.2). */
function addLegacyConnection(value: Record<string, unknown>): void {
  const calls: unknown = value['calls']
  if (!Array.isArray(calls)) return
  for (const call of calls) {
    call.connection = { webrtc: { sdp: JSON.stringify(call.session) } }
  }
}

function onRingTimeout(world: World, call: CallRecord): void {
  if (call.state !== 'ringing' && call.state !== 'pre_accepted') return
  const { voicemail } = call.line.calling
  const takes = voicemail?.status === 'ENABLED' && voicemail.triggers?.includes('TIMEOUT')
  if (takes && voicemail.audio?.default.timeout_seconds !== undefined) {
    startVoicemail(world, call, 'not_answered')
  } else {
    endCall(world, call, { reason: 'not_answered' })
  }
}

/** The business rejected; Meta's voicemail may take the call (4.4). */
export function rejectCall(world: World, call: CallRecord): void {
  const { voicemail } = call.line.calling
  if (voicemail?.status === 'ENABLED' && voicemail.triggers?.includes('REJECT')) {
    startVoicemail(world, call, 'rejected')
  } else {
    endCall(world, call, { reason: 'rejected' })
  }
}

/** The business, or a callee, picked up. */
export function pickUp(world: World, call: CallRecord): void {
  const { clock, switches } = world
  for (const cancel of call.cancelTimers) if (call.talkMs !== undefined) cancel()
  call.state = 'accepted'
  call.acceptedAtMs = clock.now()
  standing(world, call.line, call.person).unanswered = 0
  noteCall(world, call)
  if (call.talkMs !== undefined) {
    call.cancelTimers.push(clock.afterMs(call.talkMs, () => hangUp(world, call)))
  }
  if (!switches.mediaExpected) return
  const fail = (): void => endCall(world, call, { reason: 'failed', errorCode: 138021 })
  call.cancelTimers.push(clock.after(clock.timing.mediaTimeoutSeconds, fail))
}

/** The person hangs up; nothing on an ended call or one that voicemail has taken. */
export function hangUp(world: World, call: CallRecord): void {
  if (call.state === 'ended' || call.state === 'voicemail') return
  endCall(world, call, { reason: call.state === 'accepted' ? 'completed' : 'abandoned' })
}

function startVoicemail(world: World, call: CallRecord, reason: EndReason): void {
  const { clock, switches } = world
  for (const cancel of call.cancelTimers) cancel()
  call.state = 'voicemail'
  noteCall(world, call, reason)
  const startedAtMs = clock.now()
  if (switches.voicemailTerminate === 'before') sendTerminate(world, call, { reason })
  call.cancelTimers = [
    clock.after(clock.timing.voicemailSeconds, () => {
      if (switches.voicemailHasDuration) call.acceptedAtMs = startedAtMs
      sendVoicemail(world, call)
      endCall(world, call, { reason, isSilent: switches.voicemailTerminate !== 'after' })
    }),
  ]
}

/** An audio message whose id is that of the call. */
function sendVoicemail(world: World, call: CallRecord): void {
  const mimeType = 'audio/ogg; codecs=opus'
  const audio = world.media.add(silentOgg(2), mimeType)
  openWindow(world, call.line, call.person)
  const { line, person } = call
  world.log.count('message.voicemail')
  world.emitter.emit(
    messageChange(
      { line, person, shown: shownOf(world.switches, call.omit) },
      {
        id: call.id,
        type: 'audio',
        atMs: world.clock.now(),
        content: { audio: { id: audio.id, sha256: audio.sha256, mime_type: mimeType } },
      },
    ),
  )
}

/** How a call ends: why, and what is told about it. */
export interface Ending {
  reason: EndReason
  errorCode?: number
  terminateAfterSeconds?: number
  /** No terminate webhook. */
  isSilent?: boolean
}

/** Ends a call for any reason and sends its terminate webhook. */
export function endCall(world: World, call: CallRecord, ending: Ending): void {
  if (call.state === 'ended') return
  for (const cancel of call.cancelTimers) cancel()
  call.cancelTimers = []
  const { clock } = world
  call.endedAtMs = clock.now()
  call.state = 'ended'
  world.activeCalls.delete(call.id)
  world.activePairs.delete(pairKey(call.line, call.person))
  world.endedCalls.set(call.id, call)
  noteCall(world, call, ending.reason)
  if (!ending.isSilent) sendTerminate(world, call, ending)
  if (call.direction === 'USER_INITIATED') sendCallbackPermission(world, call)
  if (call.acceptedAtMs !== undefined) sendRecordings(world, call)
  call.onEnd({
    reason: ending.reason,
    rangMs: (call.acceptedAtMs ?? call.endedAtMs) - call.dialledAtMs,
    ...(call.acceptedAtMs === undefined
      ? {}
      : { durationSeconds: durationSeconds(call.acceptedAtMs, call.endedAtMs) }),
  })
}

function sendTerminate(world: World, call: CallRecord, ending: Ending): void {
  const { emitter, switches, clock, faults } = world
  if (call.isSip && call.line.calling.sip?.webhook_delivery !== 'ENABLED') return
  const atMs = clock.now()
  const { reason, errorCode } = ending
  const isBare = faults.fires('withoutContacts')
  const omit = new Set<OmittedField>(isBare ? [...call.omit, 'contacts'] : call.omit)
  const told = { ...call, omit }
  const seconds = ending.terminateAfterSeconds ?? clock.timing.terminateSeconds
  void emitter.emitAfter(seconds, () =>
    terminateChange(told, switches, { reason, atMs, errorCode }),
  )
}

/** The automatic reply of `callback_permission_status` (2.6), unless there is a permanent one. */
function sendCallbackPermission(world: World, call: CallRecord): void {
  if (call.line.calling.callback_permission_status !== 'ENABLED') return
  const { permission } = standing(world, call.line, call.person)
  if (permission.status === 'permanent') return
  permission.status = 'temporary'
  permission.expiresAt = Math.floor(world.clock.now() / 1000) + 7 * 86_400
  sendPermissionReply(world, {
    line: call.line,
    person: call.person,
    contextId: call.id,
    omit: call.omit,
    reply: {
      response: 'accept',
      is_permanent: false,
      expiration_timestamp: String(permission.expiresAt),
      response_source: 'automatic',
    },
  })
}

/** A `call_permission_reply` webhook (2.6); its id is new. */
export function sendPermissionReply(
  world: World,
  told: {
    line: Line
    person: Person
    contextId?: string
    omit?: CallRecord['omit']
    reply: Record<string, unknown>
  },
): Delivery {
  const { line, person, contextId, reply } = told
  const parties = { user: person.phone ?? person.userId, business: line.digits, inbound: true }
  return world.emitter.emit(
    messageChange(
      { line, person, shown: shownOf(world.switches, told.omit) },
      {
        id: wamid(parties, world.random),
        type: 'interactive',
        atMs: world.clock.now(),
        contextId,
        content: {
          interactive: { type: 'call_permission_reply', call_permission_reply: reply },
        },
      },
    ),
  )
}

/** Recording and transcript of a call that asked for them (2.4). */
function sendRecordings(world: World, call: CallRecord): void {
  const { emitter, switches, clock, media } = world
  const file = (bytes: Buffer, mimeType: string): Record<string, unknown> => {
    const { id, sha256 } = media.add(bytes, mimeType)
    return { id, sha256, mime_type: mimeType, url: `${world.url}/media-download/${id}` }
  }
  const tell = (event: string, make: () => Record<string, unknown>): void => {
    void emitter.emitAfter(clock.timing.recordingSeconds, () => {
      const timestamp = String(Math.floor(clock.now() / 1000))
      return callEventChange(call, switches, { event, timestamp, ...make() })
    })
  }
  if (call.isRecorded) {
    tell('call_recording_available', () => ({
      call_recording: { type: 'audio', audio: file(silentOgg(2), 'audio/ogg; codecs=opus') },
    }))
  }
  if (call.isTranscribed) {
    tell('call_transcription_available', () => ({
      call_transcript: { document: file(Buffer.from('{"segments":[]}'), 'application/json') },
    }))
  }
}
