import { z } from 'zod'
import type { Signal } from '../../schema/signal.ts'
import { lenientAny, plainName } from '../fields.ts'
import type { Webhook } from '../fields.ts'
import { decodeJson } from '../json.ts'
import { readCall } from './calls.ts'
import { timeOf } from './event.ts'
import type { EngineEvent, Nothing } from './event.ts'
import { readAck, readMessage } from './messages.ts'

const envelopeSchema = z.object({
  event: z.string().min(1),
  // one named `.` or `..` would change the path of a request
  session: z
    .string()
    .min(1)
    .max(64)
    .refine((session) => !/^\.{1,2}$/.test(session)),
  timestamp: lenientAny,
  payload: lenientAny,
})

const readers: ReadonlyMap<string, (event: EngineEvent) => Signal | Nothing> = new Map([
  ['call.received', readCall],
  ['call.accepted', readCall],
  ['call.rejected', readCall],
  ['message', readMessage],
  ['message.any', readMessage],
  ['message.ack', readAck],
])

/**
 * A delivery to its signal. Unknown events, and known ones whose payload does not fit, are counted in
 * `ignored`; only what is no envelope at all is `ok: false`. Prove its origin on the same bytes first.
 * Sources: WAHA, "Events" and "Calls" (2026); Wawp, "Webhooks", where the envelope is the same.
 */
export function parseEnvelope(channel: EngineEvent['channel'], rawBody: Uint8Array): Webhook {
  const decoded = decodeJson(rawBody)
  if (!decoded.ok) return decoded
  const envelope = envelopeSchema.safeParse(decoded.value).data
  if (envelope === undefined) return { ok: false, message: 'not a webhook envelope' }
  const { event, session: line, payload } = envelope
  const sentAt = timeOf(envelope.timestamp)
  const read = readers.get(event)
  const result = read?.({ channel, event, line, payload, sentAt }) ?? { ignored: 'unknown event' }
  return 'ignored' in result
    ? { ok: true, signals: [], ignored: [{ field: plainName(event), why: result.ignored }] }
    : { ok: true, signals: [result], ignored: [] }
}
