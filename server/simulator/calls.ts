import type { Ending } from './after-call.ts'
import { sendCallbackPermission, sendRecordings, sendTerminate } from './after-call.ts'
import type { Delivery } from './deliver.ts'
import { silentOgg } from './ogg.ts'
import type { Person, PersonOptions } from './people.ts'
import { metaSdp } from './sdp.ts'
import { noteRefusal, refusalOf } from './refusal.ts'
import { wacid } from './wacid.ts'
import {
  callErrorChange,
  callEventChange,
  callStatusChange,
  connectChange,
  durationSeconds,
  messageChange,
  shownOf,
} from './webhooks.ts'
import type { CallEnd, CallRecord, EndReason, Line, OmittedField, Refusal, World } from './world.ts'
import { lineFor, noteCall, openWindow, pairKey, standing } from './world.ts'

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
