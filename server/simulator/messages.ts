import type { Delivery } from './deliver.ts'
import { titleOf } from './graph/errors.ts'
import type { MessageForm } from './graph/message-forms.ts'
import { visibleText } from './graph/message-forms.ts'
import { silentOgg } from './ogg.ts'
import type { Person, PersonOptions } from './people.ts'
import { wamid } from './wacid.ts'
import { identityChange, messageChange, messageStatusChange, shownOf } from './webhooks.ts'
import type { Line, OmittedField, World } from './world.ts'
import { lineFor, openWindow, standing } from './world.ts'

const inboxSize = 100

interface Accepted {
  line: Line
  person: Person
  form: MessageForm
  callbackData?: string
}

function note(world: World, sent: Accepted & { id: string }, status: string): void {
  world.log.count(`message.${status}`)
  world.log.add({
    kind: 'message',
    messageId: sent.id,
    line: sent.line.id,
    phone: sent.person.phone,
    userId: sent.person.userId,
    direction: 'outbound',
    type: sent.form.type,
    status,
    callbackData: sent.callbackData,
  })
}

/** Takes a message of the business; its statuses follow, or precede the answer. Returns its id. */
export async function acceptMessage(world: World, accepted: Accepted): Promise<string> {
  const { line, person, form } = accepted
  const parties = { user: person.phone ?? person.userId, business: line.digits, inbound: false }
  const id = wamid(parties, world.random)
  const sent = { ...accepted, id }
  note(world, sent, 'accepted')
  const failure = failureCode(world, accepted)
  if (failure !== undefined) {
    await tellStatuses(world, sent, [{ status: 'failed', code: failure }])
    return id
  }
  if (form.type === 'interactive' && form.interactive.type === 'call_permission_request') {
    const own = standing(world, line, person)
    own.requests.push(world.clock.now())
    own.requestId = id
  }
  receive(world, sent)
  const isVoiceNote = form.type === 'audio' && form.audio.voice === true
  const seen = world.switches.readReceipts ? ['read', ...(isVoiceNote ? ['played'] : [])] : []
  const statuses = ['sent', 'delivered', ...seen].map((status) => ({ status }))
  await tellStatuses(world, sent, statuses)
  return id
}

function failureCode(world: World, { line, person, form }: Accepted): number | undefined {
  if (world.faults.fires('messageFails')) return world.switches.messageFailureCode
  const isFree = form.type !== 'template'
  const isLate = standing(world, line, person).windowUntil <= world.clock.now()
  return isFree && isLate ? 131047 : undefined
}

function receive(world: World, sent: Accepted & { id: string }): void {
  const { person, form } = sent
  person.inbox.push({
    id: sent.id,
    line: sent.line.id,
    type: form.type === 'interactive' ? form.interactive.type : form.type,
    text: visibleText(form),
    content: form,
    at: world.clock.now(),
  })
  if (person.inbox.length > inboxSize) person.inbox.shift()
}

async function tellStatuses(
  world: World,
  sent: Accepted & { id: string },
  statuses: readonly { status: string; code?: number }[],
): Promise<void> {
  const isEarly = world.faults.fires('statusBeforeResponse')
  const told = statuses.map((status, index) => {
    const seconds = isEarly ? 0 : world.clock.timing.statusSeconds * (index + 1)
    return world.emitter.emitAfter(seconds, () => {
      note(world, sent, status.status)
      return statusOf(world, sent, status)
    })
  })
  if (!isEarly) return
  const deliveries = await Promise.all(told)
  await Promise.all(deliveries.map((delivery) => delivery.answered))
}

function statusOf(
  world: World,
  sent: Accepted & { id: string },
  { status, code }: { status: string; code?: number },
): ReturnType<typeof messageStatusChange> {
  const { line, person, id, callbackData } = sent
  const title = titleOf(code ?? 0)
  const error =
    code === undefined
      ? undefined
      : {
          code,
          title,
          message: title,
          error_data: { details: title },
          href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
        }
  return messageStatusChange(
    { line, person, shown: shownOf(world.switches) },
    { id, status, atMs: world.clock.now(), callbackData, error },
  )
}

/** What a person writes to the business. */
export interface WriteOptions extends PersonOptions {
  /** Phone-number id of the line. */
  line: string
  text?: string
  /** Answer to a reply button: `of` is the id of the message with the buttons. */
  button?: { id: string; title: string; of?: string }
  /** Answer to a flow. */
  flow?: { response: Readonly<Record<string, unknown>>; of?: string }
  /** A voice note. */
  audio?: boolean
  omit?: OmittedField[]
  /** The webhook says it happened so many seconds ago. */
  staleSeconds?: number
}

function contentOf(
  world: World,
  options: WriteOptions,
): { type: string; contextId?: string; content: Record<string, unknown> } {
  const { button, flow } = options
  if (button) {
    const reply = { id: button.id, title: button.title }
    const interactive = { type: 'button_reply', button_reply: reply }
    return { type: 'interactive', contextId: button.of, content: { interactive } }
  }
  if (flow) {
    const reply = { name: 'flow', body: 'Sent', response_json: JSON.stringify(flow.response) }
    const interactive = { type: 'nfm_reply', nfm_reply: reply }
    return { type: 'interactive', contextId: flow.of, content: { interactive } }
  }
  if (options.audio) {
    const mimeType = 'audio/ogg; codecs=opus'
    const { id, sha256 } = world.media.add(silentOgg(2), mimeType)
    return { type: 'audio', content: { audio: { id, sha256, mime_type: mimeType, voice: true } } }
  }
  return { type: 'text', content: { text: { body: options.text ?? 'Hello' } } }
}

/** A person writes: opens the window and makes them blockable. Returns the id and the delivery. */
export function writeMessage(world: World, options: WriteOptions): { id: string } & Delivery {
  const line = lineFor(world, options.line)
  const person = world.people.meet(options)
  const omit = new Set(options.omit)
  if (options.from === undefined) omit.add('from').add('wa_id')
  const now = world.clock.now()
  const parties = { user: person.phone ?? person.userId, business: line.digits, inbound: true }
  const id = wamid(parties, world.random)
  if (line.blocked.has(person.userId)) {
    world.log.count('message.refused.blocked')
    return { id, answered: Promise.resolve(0), settled: Promise.resolve(0) }
  }
  openWindow(world, line, person)
  standing(world, line, person).messagedAt = now
  const message = contentOf(world, options)
  world.log.count('message.received')
  world.log.add({
    kind: 'message',
    messageId: id,
    line: line.id,
    phone: person.phone,
    userId: person.userId,
    direction: 'inbound',
    type: message.type,
    status: 'received',
  })
  const atMs = now - (options.staleSeconds ?? 0) * 1000
  const between = { line, person, shown: shownOf(world.switches, omit) }
  const delivery = world.emitter.emit(messageChange(between, { id, atMs, ...message }))
  return { id, ...delivery }
}

/** A person takes a new number (and gets a new user id): a system message tells (2.8). */
export function renumberPerson(
  world: World,
  change: { from?: string; userId?: string; line: string; to: string },
): Delivery {
  const line = lineFor(world, change.line)
  const person = world.people.meet(change)
  const parties = { user: person.phone ?? person.userId, business: line.digits, inbound: true }
  const id = wamid(parties, world.random)
  const { previousUserId } = world.people.renumber(person, change.to)
  return world.emitter.emit(
    identityChange(
      { line, person, shown: shownOf(world.switches) },
      { id, atMs: world.clock.now(), previousUserId, kind: 'user_changed_number' },
    ),
  )
}
