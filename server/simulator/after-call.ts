import type { Delivery } from './deliver.ts'
import { silentOgg } from './ogg.ts'
import type { Person } from './people.ts'
import { wamid } from './wacid.ts'
import { callEventChange, messageChange, shownOf, terminateChange } from './webhooks.ts'
import type { CallRecord, EndReason, Line, OmittedField, World } from './world.ts'
import { standing } from './world.ts'

/** How a call ends: why, and what is told about it. */
export interface Ending {
  reason: EndReason
  errorCode?: number
  terminateAfterSeconds?: number
  /** No terminate webhook. */
  isSilent?: boolean
}

/** The terminate webhook, some moments after the end (2.3). */
export function sendTerminate(world: World, call: CallRecord, ending: Ending): void {
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
export function sendCallbackPermission(world: World, call: CallRecord): void {
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
export function sendRecordings(world: World, call: CallRecord): void {
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
