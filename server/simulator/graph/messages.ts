import { z } from 'zod'
import { acceptMessage } from '../messages.ts'
import { currentPermission } from '../outbound.ts'
import type { Person } from '../people.ts'
import type { Line, World } from '../world.ts'
import { isRestricted, standing } from '../world.ts'
import { GraphError } from './errors.ts'
import type { MessageForm, TemplateSend } from './message-forms.ts'
import { messageFormSchema } from './message-forms.ts'
import { requestUsage } from './permissions.ts'
import type { LineHandler } from './request.ts'
import { ok, parseBody, recipientOf } from './request.ts'

const readSchema = z.object({
  messaging_product: z.literal('whatsapp'),
  status: z.literal('read'),
  message_id: z.string().min(1),
})
const typeSchema = z.looseObject({ type: z.string().optional(), status: z.unknown().optional() })
const knownTypes = new Set(messageFormSchema.options.map((form) => form.shape.type.value))

function formOf(body: unknown): MessageForm {
  const { type } = parseBody(typeSchema, body)
  if (type !== undefined && !knownTypes.has(type as MessageForm['type'])) {
    throw new GraphError(131051, `Message type ${type} is not supported`)
  }
  const withType = typeof body === 'object' ? { type: 'text', ...body } : body
  return parseBody(messageFormSchema, withType)
}

/**
 * `POST /{phone-number-id}/messages` (whatsapp-calling.md 6). Errors: 100, 131008, 131021, 131047,
 * 131051, 131056, 130403, 130429, 132000, 132001, 1380xx for permission requests.
 */
export const postMessage: LineHandler = async (world, line, request) => {
  const isRead = parseBody(typeSchema, request.body).status === 'read'
  if (isRead) {
    parseBody(readSchema, request.body)
    return ok({ success: true })
  }
  const form = formOf(request.body)
  const { person, input, byUserId } = recipientOf(world, form)
  check(world, line, person, form)
  const callbackData = form.biz_opaque_callback_data
  const id = await acceptMessage(world, { line, person, form, callbackData })
  const contact = byUserId
    ? { input, user_id: person.userId }
    : { input, wa_id: person.phone ?? input.replace(/\D/g, '') }
  return ok({ messaging_product: 'whatsapp', contacts: [contact], messages: [{ id }] })
}

function check(world: World, line: Line, person: Person, form: MessageForm): void {
  if (person.phone === line.digits) throw new GraphError(131021, 'Recipient is the sender')
  if (line.blocked.has(person.userId)) throw new GraphError(130403, 'You blocked this user')
  if (form.type === 'template') checkTemplate(world, form.template)
  else checkWindow(world, line, person)
  if (form.type === 'audio' && form.audio.id !== undefined) checkMedia(world, form.audio.id)
  if (form.type === 'interactive' && form.interactive.type === 'call_permission_request') {
    checkPermissionRequest(world, line, person)
  }
  takeThroughput(world, line)
  takePairToken(world, line, person)
}

function checkWindow(world: World, line: Line, person: Person): void {
  if (world.switches.windowError === 'async' || isInWindow(world, line, person)) return
  throw new GraphError(
    131047,
    'Message failed to send because more than 24 hours have passed since the customer last replied to this number',
  )
}

const isInWindow = (world: World, line: Line, person: Person): boolean =>
  standing(world, line, person).windowUntil > world.clock.now()

function checkTemplate(world: World, sent: TemplateSend): void {
  const { templates } = world.account
  if (!templates) return
  const found = templates.find(
    ({ name, language }) => name === sent.name && language === sent.language.code,
  )
  if (!found) {
    throw new GraphError(132001, 'Template name does not exist in the translation')
  }
  const body = sent.components?.find(({ type }) => type.toLowerCase() === 'body')
  const count = body?.parameters?.length ?? 0
  if (count !== found.parameters) {
    const details = `body: number of localizable_params (${count}) does not match the expected number of params (${found.parameters})`
    throw new GraphError(132000, details)
  }
}

function checkMedia(world: World, id: string): void {
  const file = world.media.get(id)
  if (!file) throw new GraphError(100, 'Invalid media id')
  if (file.isAnnouncement) throw new GraphError(100, 'Announcements cannot be sent')
}

function checkPermissionRequest(world: World, line: Line, person: Person): void {
  if (line.calling.status !== 'ENABLED') throw new GraphError(138000, 'Calling is not enabled')
  if (isRestricted(world, line, 'RESTRICTED_BUSINESS_INITIATED_CALLING')) {
    throw new GraphError(138014, 'Calling is temporarily disabled for this number')
  }
  if (currentPermission(world, line, person).status === 'permanent') {
    throw new GraphError(138017, 'The user has granted a permanent permission')
  }
  if (requestUsage(world, line, person).some(({ used, allowed }) => used >= allowed)) {
    throw new GraphError(138009, 'Call permission request limit hit')
  }
}

function takeThroughput(world: World, line: Line): void {
  const second = Math.floor(Date.now() / 1000)
  if (line.throughput.second !== second) line.throughput = { second, count: 0 }
  if (line.throughput.count >= world.switches.throughput) {
    throw new GraphError(130429, 'Cloud API message throughput has been reached')
  }
  line.throughput.count += 1
}

/** One message per 6 seconds to one person, 45 at once (6.10). */
function takePairToken(world: World, line: Line, person: Person): void {
  const own = standing(world, line, person)
  const { pairBurst, pairSeconds } = world.switches
  const now = world.clock.now()
  const earned = Math.max(0, now - own.pairAt) / (pairSeconds * 1000)
  own.pairTokens = Math.min(pairBurst, own.pairTokens + earned)
  own.pairAt = now
  if (own.pairTokens < 1) {
    throw new GraphError(131056, 'Too many messages sent to this user from this number')
  }
  own.pairTokens -= 1
}
