import { z } from 'zod'
import { channelSchema } from './primitives.ts'

/** Who, as a channel tells it: either id may be missing. */
export const partySchema = z.object({
  /** E.164 with `+`, normalised (Brazilian, Argentine and Mexican forms joined). */
  phone: z.string().optional(),
  /** Business-scoped user id, or a WhatsApp `…@lid`. */
  userId: z.string().optional(),
  /** As the provider spelt it, to be given back to it; never shown. */
  address: z.string().optional(),
  profileName: z.string().optional(),
})
export type Party = z.infer<typeof partySchema>

const common = {
  channel: channelSchema,
  /** Unique among all signals: channel, provider id and event. A second one is a duplicate. */
  key: z.string(),
  /** Meta's phone-number id; a session of WAHA or Wawp. */
  line: z.string(),
  /** Provider time, ISO; absent where the provider tells none. */
  at: z.iso.datetime().optional(),
}

const callOffered = z.object({
  ...common,
  kind: z.literal('call_offered'),
  callId: z.string(),
  from: partySchema,
  media: z.enum(['voice', 'video']),
  group: z.boolean().optional(),
  ctaPayload: z.string().optional(),
  deeplinkPayload: z.string().optional(),
  /** Raw SDP offer, kept for a media path. */
  sdp: z.string().optional(),
})

const callEnded = z.object({
  ...common,
  kind: z.literal('call_ended'),
  callId: z.string(),
  from: partySchema,
  direction: z.enum(['inbound', 'outbound']),
  /** As told, upper case: COMPLETED, FAILED, REJECTED … */
  status: z.string().optional(),
  startedAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional(),
  /** Whole seconds; only when somebody picked up. */
  durationSeconds: z.int().min(0).optional(),
  errors: z.array(z.object({ code: z.int(), details: z.string().optional() })).optional(),
})

/** Taken on another device (WAHA), or picked up by the person we called (Meta). */
const callStatus = z.object({
  ...common,
  kind: z.literal('call_status'),
  callId: z.string(),
  from: partySchema,
  direction: z.enum(['inbound', 'outbound']),
  status: z.enum(['ringing', 'accepted', 'rejected']),
})

const messageReceived = z.object({
  ...common,
  kind: z.literal('message_received'),
  messageId: z.string(),
  from: partySchema,
  type: z.string(),
  text: z.string().optional(),
  /** Meta's native voicemail: an audio message whose id is the id of the call. */
  voicemailOf: z.string().optional(),
  /** Id of our message, or of the call, that this one answers. */
  repliesTo: z.string().optional(),
})

const messageStatus = z.object({
  ...common,
  kind: z.literal('message_status'),
  messageId: z.string(),
  to: partySchema,
  status: z.enum(['sent', 'delivered', 'read', 'played', 'failed']),
  /** Our idempotency key, given back by `biz_opaque_callback_data`. */
  actionKey: z.string().optional(),
  error: z.object({ code: z.int(), details: z.string().optional() }).optional(),
})

const permissionReplied = z.object({
  ...common,
  kind: z.literal('permission_replied'),
  messageId: z.string(),
  from: partySchema,
  response: z.enum(['accept', 'reject']),
  permanent: z.boolean(),
  expiresAt: z.iso.datetime().optional(),
  automatic: z.boolean(),
  repliesTo: z.string().optional(),
})

/** A person's ids changed: what was known under `previous` is now under `from`. */
const identityChanged = z.object({
  ...common,
  kind: z.literal('identity_changed'),
  from: partySchema,
  previous: partySchema,
})

/** Meta warned about, restricted or changed a line. */
const lineChanged = z.object({
  ...common,
  kind: z.literal('line_changed'),
  event: z.string(),
  details: z.record(z.string(), z.unknown()),
})

/**
 * One provider-neutral thing that happened (glossary: signal).
 * The key makes it happen once; nothing in it is trusted beyond its type.
 */
export const signalSchema = z.discriminatedUnion('kind', [
  callOffered,
  callEnded,
  callStatus,
  messageReceived,
  messageStatus,
  permissionReplied,
  identityChanged,
  lineChanged,
])
export type Signal = z.infer<typeof signalSchema>
export type SignalOf<K extends Signal['kind']> = Extract<Signal, { kind: K }>
