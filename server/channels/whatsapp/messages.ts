import { z } from 'zod'
import type { Party, SignalOf } from '../../schema/signal.ts'
import { instantOf, lenientAny, lenientText, requiredId } from '../fields.ts'
import {
  contactsOf,
  errorsOf,
  ignore,
  isKnown,
  lenientId,
  lenientList,
  lineOf,
  partyOf,
} from './fields.ts'
import type { Reading } from './fields.ts'

const valueSchema = z.object({ messages: lenientList, statuses: lenientList })

const captioned = z.object({ caption: lenientText }).optional().catch(undefined)
const titled = z.object({ title: lenientText }).optional().catch(undefined)

const messageSchema = z.object({
  id: requiredId,
  type: lenientText,
  from: lenientId,
  from_user_id: lenientId,
  timestamp: lenientAny,
  context: z.object({ id: lenientText }).optional().catch(undefined),
  text: z.object({ body: lenientText }).optional().catch(undefined),
  button: z.object({ text: lenientText }).optional().catch(undefined),
  image: captioned,
  video: captioned,
  document: captioned,
  interactive: z
    .object({
      type: lenientText,
      button_reply: titled,
      list_reply: titled,
      call_permission_reply: lenientAny,
    })
    .optional()
    .catch(undefined),
  system: lenientAny,
})
type Message = z.infer<typeof messageSchema>

const permissionSchema = z.object({
  response: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['accept', 'reject'])),
  is_permanent: z.boolean().optional().catch(undefined),
  expiration_timestamp: lenientAny,
  response_source: lenientText,
})

const systemSchema = z.object({
  type: z.string(),
  wa_id: lenientId,
  new_wa_id: lenientId,
  customer: lenientId,
  user_id: lenientId,
  previous_user_id: lenientId,
})

const statusSchema = z.object({
  id: requiredId,
  status: z.string().toLowerCase(),
  timestamp: lenientAny,
  recipient_id: lenientId,
  recipient_user_id: lenientId,
  biz_opaque_callback_data: lenientText,
  errors: lenientList,
})

/** What all messages of one value share. */
interface Context {
  readonly line: string
  readonly value: unknown
}

/**
 * `value` of field `messages` to signals: what people write, answers to call permission requests,
 * native voicemails, changed ids, and what became of our own messages.
 * Source: WhatsApp Cloud API, "messages" webhooks reference; "Obtain user call permissions" (2026).
 */
export function readMessages(value: unknown, reading: Reading): void {
  const { messages, statuses } = valueSchema.parse(value)
  const { id: line } = lineOf(value)
  if (line === undefined) return ignore(reading, 'no phone_number_id')
  for (const item of messages ?? []) readMessage(item, { line, value }, reading)
  for (const item of statuses ?? []) readStatus(item, { line, value }, reading)
  if (messages === undefined && statuses === undefined) ignore(reading, 'no messages')
}

function readMessage(item: unknown, context: Context, reading: Reading): void {
  const message = messageSchema.safeParse(item).data
  if (message === undefined) return ignore(reading, 'message does not fit')
  if (message.type === 'system') return readSystem(message, context, reading)
  // Sent when somebody opens the chat for the first time: nothing was written.
  if (message.type === 'request_welcome') return ignore(reading, 'request_welcome')
  const from = partyOf(
    { waId: message.from, userId: message.from_user_id },
    contactsOf(context.value),
  )
  if (!isKnown(from)) return ignore(reading, 'no sender')
  if (message.interactive?.type === 'call_permission_reply') {
    readPermission(message, { from, ...context }, reading)
  } else reading.signals.push(messageReceived(message, from, context))
}

function common(message: Message, context: Context) {
  const at = instantOf(message.timestamp)
  return {
    channel: 'whatsapp' as const,
    key: `whatsapp:${message.id}:message`,
    line: context.line,
    ...(at && { at }),
  }
}

function messageReceived(
  message: Message,
  from: Party,
  context: Context,
): SignalOf<'message_received'> {
  const text = textOf(message)
  const repliesTo = message.context?.id
  const isVoicemail = message.type === 'audio' && message.id.startsWith('wacid.')
  return {
    ...common(message, context),
    kind: 'message_received',
    messageId: message.id,
    from,
    type: typeOf(message),
    ...(text && { text }),
    ...(isVoicemail && { voicemailOf: message.id }),
    ...(repliesTo && { repliesTo }),
  }
}

/** Meta's samples of interactive messages leave the type out. */
function typeOf({ type, interactive }: Message): string {
  return type?.slice(0, 80) || (interactive ? 'interactive' : 'unknown')
}

/** The words of a message: what was written, the caption, or the label of the button pressed. */
function textOf({
  text,
  button,
  interactive,
  image,
  video,
  document,
}: Message): string | undefined {
  const reply = interactive?.button_reply ?? interactive?.list_reply
  const caption = (image ?? video ?? document)?.caption
  return text?.body ?? button?.text ?? reply?.title ?? caption
}

function readPermission(
  message: Message,
  { from, ...context }: Context & { from: Party },
  reading: Reading,
): void {
  const reply = permissionSchema.safeParse(message.interactive?.call_permission_reply).data
  if (reply === undefined) return ignore(reading, 'permission reply does not fit')
  const expiresAt = instantOf(reply.expiration_timestamp)
  const repliesTo = message.context?.id
  reading.signals.push({
    ...common(message, context),
    kind: 'permission_replied',
    messageId: message.id,
    from,
    response: reply.response,
    permanent: reply.is_permanent ?? false,
    ...(expiresAt && { expiresAt }),
    automatic: reply.response_source?.toLowerCase() === 'automatic',
    ...(repliesTo && { repliesTo }),
  })
}

/** A new phone number brings a new user id; the message itself still comes from the old number. */
function readSystem(message: Message, context: Context, reading: Reading): void {
  const system = systemSchema.safeParse(message.system).data
  if (system?.type !== 'user_changed_number' && system?.type !== 'user_changed_user_id') {
    return ignore(reading, 'system message')
  }
  const newId = system.wa_id ?? system.new_wa_id
  const oldId = system.customer ?? (newId === undefined ? undefined : message.from)
  const contacts = contactsOf(context.value)
  const userId = system.user_id
  const from = partyOf({ waId: newId, userId }, contacts)
  const before = partyOf({ waId: oldId, userId: system.previous_user_id }, [])
  const { phone, address, ...rest } = before
  const previous = phone === undefined || phone === from.phone ? rest : { phone, address, ...rest }
  if (!isKnown(from) || !isKnown(previous)) return ignore(reading, 'system message without ids')
  reading.signals.push({ ...common(message, context), kind: 'identity_changed', from, previous })
}

const messageStatuses: ReadonlySet<string> = new Set<SignalOf<'message_status'>['status']>([
  'sent',
  'delivered',
  'read',
  'played',
  'failed',
])
const isMessageStatus = (status: string): status is SignalOf<'message_status'>['status'] =>
  messageStatuses.has(status)

function readStatus(item: unknown, context: Context, reading: Reading): void {
  const told = statusSchema.safeParse(item).data
  if (told === undefined) return ignore(reading, 'status does not fit')
  if (!isMessageStatus(told.status)) return ignore(reading, 'unknown status')
  const at = instantOf(told.timestamp)
  const ids = { waId: told.recipient_id, userId: told.recipient_user_id }
  const [error] = errorsOf(told.errors)
  reading.signals.push({
    channel: 'whatsapp',
    kind: 'message_status',
    key: `whatsapp:${told.id}:${told.status}`,
    line: context.line,
    ...(at && { at }),
    messageId: told.id,
    to: partyOf(ids, contactsOf(context.value)),
    status: told.status,
    ...(told.biz_opaque_callback_data && { actionKey: told.biz_opaque_callback_data }),
    ...(error && { error }),
  })
}
