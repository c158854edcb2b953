import { z } from 'zod'
import type { Signal, SignalOf } from '../../schema/signal.ts'
import { lenientAny, lenientText } from '../fields.ts'
import { parseJid, partyOfJids } from '../jid.ts'
import { timeOf } from './event.ts'
import type { EngineEvent, Nothing } from './event.ts'
import { messageIdOf } from './message-id.ts'
import { hintsOf } from './raw.ts'

const address = z.string().min(1).max(256).optional().catch(undefined)

const messageSchema = z.object({
  id: lenientAny,
  /** Seconds. */
  timestamp: lenientAny,
  from: address,
  fromMe: z.boolean().optional().catch(undefined),
  body: lenientText,
  hasMedia: z.boolean().optional().catch(undefined),
  media: z.object({ mimetype: lenientText }).nullish().catch(undefined),
  location: z.object({}).nullish().catch(undefined),
  vCards: z.array(z.unknown()).nullish().catch(undefined),
  replyTo: z.object({ id: lenientAny }).nullish().catch(undefined),
  _data: lenientAny,
})
type Message = z.infer<typeof messageSchema>

const ackSchema = z.object({
  id: lenientAny,
  to: address,
  fromMe: z.boolean().optional().catch(undefined),
  ack: lenientAny,
  ackName: lenientAny,
})

/**
 * `message`, and `message.any` with the same content: what a person wrote to us. Our own messages,
 * groups, channels and status posts are nothing that a lead would be closed by.
 * Source: WAHA, "Events", message and message.any (2026).
 */
export function readMessage({
  channel,
  line,
  payload,
  sentAt,
}: EngineEvent): SignalOf<'message_received'> | Nothing {
  const message = messageSchema.safeParse(payload).data
  const messageId = messageIdOf(message?.id)
  if (message === undefined || messageId === undefined) return { ignored: 'message does not fit' }
  if (message.fromMe === true) return { ignored: 'own message' }
  const kind = parseJid(message.from ?? '')?.kind
  if (kind !== 'phone' && kind !== 'lid') return { ignored: 'not from a person' }
  const { otherAddresses, profileName } = hintsOf(message._data)
  const at = timeOf(message.timestamp) ?? sentAt
  const repliesTo = messageIdOf(message.replyTo?.id)
  return {
    channel,
    kind: 'message_received',
    key: `${channel}:${messageId}:message`,
    line,
    ...(at !== undefined && { at }),
    messageId,
    from: {
      ...partyOfJids(message.from, otherAddresses),
      ...(profileName !== undefined && { profileName }),
    },
    type: typeOf(message),
    ...(message.body && { text: message.body }),
    ...(repliesTo !== undefined && { repliesTo }),
  }
}

/** WAHA tells no type; it shows in what comes with the message. */
function typeOf({ location, vCards, hasMedia, media }: Message): string {
  if (location) return 'location'
  if (vCards && vCards.length > 0) return 'contacts'
  if (hasMedia !== true) return 'text'
  return /^(audio|image|video)\//.exec(media?.mimetype ?? '')?.[1] ?? 'document'
}

type Status = SignalOf<'message_status'>['status']

/** By name, and by the number that older versions tell; pending (0) is no news. */
const statuses: ReadonlyMap<unknown, Status> = new Map<unknown, Status>([
  ['ERROR', 'failed'],
  [-1, 'failed'],
  ['SERVER', 'sent'],
  [1, 'sent'],
  ['DEVICE', 'delivered'],
  [2, 'delivered'],
  ['READ', 'read'],
  [3, 'read'],
  ['PLAYED', 'played'],
  [4, 'played'],
])

/**
 * `message.ack`: what became of a message of ours. It is found by the id it was sent under.
 * Source: WAHA, "Events", message.ack (2026).
 */
export function readAck({ channel, line, payload, sentAt }: EngineEvent): Signal | Nothing {
  const told = ackSchema.safeParse(payload).data
  const messageId = messageIdOf(told?.id)
  if (told === undefined || messageId === undefined) return { ignored: 'ack does not fit' }
  if (told.fromMe === false) return { ignored: 'not our message' }
  const status = statuses.get(told.ackName) ?? statuses.get(told.ack)
  if (status === undefined) return { ignored: 'unknown status' }
  return {
    channel,
    kind: 'message_status',
    key: `${channel}:${messageId}:${status}`,
    line,
    ...(sentAt !== undefined && { at: sentAt }),
    messageId,
    to: partyOfJids(told.to),
    status,
  }
}
