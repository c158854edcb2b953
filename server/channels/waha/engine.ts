import { z } from 'zod'
import type { ActionPayload, ActionResult } from '../../schema/action.ts'
import type { Channel, Performable, PerformOptions } from '../channel.ts'
import { openHttp } from '../http-pool.ts'
import type { HttpAnswer, HttpFailure } from '../http-pool.ts'
import { chatIdOf } from '../jid.ts'
import { scrub } from '../scrub.ts'
import { classify } from './errors.ts'
import type { ProviderNames, RequestKind } from './errors.ts'
import { messageIdOf } from './message-id.ts'
import { plainText } from './text.ts'

/** A request of one provider's; always a POST of JSON. */
export interface EngineRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}

/** What differs between WAHA and Wawp. */
export interface EngineApi {
  readonly name: 'waha' | 'wawp'
  readonly names: ProviderNames
  /** Told in no result. */
  readonly secrets: readonly string[]
  /** What everything comes to while something is not configured. */
  readonly missing: ActionResult | undefined
  reject(line: string, call: { readonly id: string; readonly from: string }): EngineRequest
  sendText(line: string, message: { readonly chatId: string; readonly text: string }): EngineRequest
}

const callTimeoutMs = 5_000
const messageTimeoutMs = 15_000

/**
 * A channel over an engine that can decline calls and send texts, and nothing else.
 * Call actions have connections of their own, so that none waits behind a message.
 *
 * @param timeoutMs for one request; without it 5 s for call actions and 15 s for messages.
 */
export function engineChannel(api: EngineApi, timeoutMs?: number): Channel {
  const calls = openHttp(30_000)
  // A connection closed under a message leaves it uncertain, so idle ones are not kept for long.
  const messages = openHttp(4_000)

  async function perform(action: Performable, until: PerformOptions): Promise<ActionResult> {
    const task = taskOf(api, action)
    if ('outcome' in task) return task
    if (api.missing) return api.missing
    const isCall = task.kind === 'call'
    const usualMs = timeoutMs ?? (isCall ? callTimeoutMs : messageTimeoutMs)
    const result = await (isCall ? calls : messages).send({
      ...task.request,
      method: 'POST',
      timeoutMs: Math.min(usualMs, until.deadlineAt - Date.now()),
      signal: until.signal,
    })
    return resultOf(task, result, api)
  }

  return {
    name: api.name,
    can: { reject: true, accept: false, message: true, buttons: false, block: false },
    perform,
    close: async () => {
      await Promise.all([calls.close(), messages.close()])
    },
  }
}

interface Task {
  readonly kind: RequestKind
  readonly request: EngineRequest
  /** Whom and what the request names. */
  readonly ids: readonly string[]
}

const failed = (details: string): ActionResult => ({ outcome: 'failed', details })
const nobody = failed('nobody to address')

function taskOf(api: EngineApi, { payload, line }: Performable): Task | ActionResult {
  switch (payload.type) {
    case 'reject':
      return rejectTask(api, line, payload)
    case 'message': {
      const chatId = chatIdOf(payload.to)
      if (chatId === undefined) return nobody
      const text = plainText(payload.message)
      const ids = [chatId, line, text, ...Object.values(payload.to)]
      return { kind: 'message', request: api.sendText(line, { chatId, text }), ids }
    }
    case 'pre_accept':
    case 'accept':
    case 'terminate':
      return failed('this channel can only decline calls')
    case 'block':
      return failed('this channel cannot block')
    case 'notify':
    case 'webhook':
      return failed('a notification is no business of a channel')
    default:
      return payload satisfies never
  }
}

type Reject = Extract<ActionPayload, { type: 'reject' }>

/** The caller is given back as the provider spelt them, for that is what the call is known under. */
function rejectTask(api: EngineApi, line: string, { callId, to }: Reject): Task | ActionResult {
  const from = to.address ?? chatIdOf(to)
  if (from === undefined) return nobody
  const request = api.reject(line, { id: callId, from })
  return { kind: 'call', request, ids: [callId, from, line, ...Object.values(to)] }
}

function resultOf(task: Task, result: HttpAnswer | HttpFailure, api: EngineApi): ActionResult {
  if (result.kind !== 'answer') {
    const inDoubt = result.kind === 'lost' && task.kind === 'message'
    return { outcome: inDoubt ? 'uncertain' : 'retry', details: result.details }
  }
  const { status, body, retryAfterMs } = result
  if (status >= 200 && status < 300) return successOf(task.kind, body)
  const details = wordsOf(result, [...task.ids, ...api.secrets])
  const waits = retryAfterMs === undefined ? {} : { retryAfterMs }
  return classify(task.kind, { status, details, ...waits }, api.names)
}

const answerSchema = z.object({
  success: z.boolean().optional().catch(undefined),
  error: z.unknown().optional(),
  id: z.unknown().optional(),
  key: z.object({ id: z.unknown().optional() }).optional().catch(undefined),
  message_id: z.unknown().optional(),
})

/** WAHA answers with the message as its engine tells it, Wawp with that or with `success` alone. */
function successOf(kind: RequestKind, body: unknown): ActionResult {
  const told = answerSchema.safeParse(body).data
  // A 200 that is not the provider's own: for all we know the message went out.
  if (told === undefined && kind === 'message')
    return { outcome: 'uncertain', details: 'answer not understood' }
  if (told?.success === false || told?.error) return failed('answered without success')
  const providerId =
    kind === 'message' ? messageIdOf(told?.id ?? told?.key?.id ?? told?.message_id) : undefined
  return { outcome: 'done', ...(providerId !== undefined && { providerId }) }
}

const text = z.string().min(1).optional().catch(undefined)
const errorSchema = z.object({
  message: z
    .union([z.string().min(1), z.array(z.string()).transform((all) => all.join(', '))])
    .optional()
    .catch(undefined),
  error: text,
  exception: z.object({ message: text }).optional().catch(undefined),
})

function wordsOf({ status, body }: HttpAnswer, known: readonly string[]): string {
  const told = errorSchema.safeParse(body).data
  const words = told?.message ?? told?.exception?.message ?? told?.error
  const code = `HTTP ${String(status)}`
  return words === undefined ? code : `${code}: ${scrub(words, known)}`
}
