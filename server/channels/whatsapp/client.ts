import { FormData } from 'undici'
import { z } from 'zod'
import type { ActionPayload, ActionResult, Recipient } from '../../schema/action.ts'
import type { Channel, Performable, PerformOptions } from '../channel.ts'
import { addressOf, blockBody, callBody, messageBody } from './bodies.ts'
import type { Body } from './bodies.ts'
import { classify } from './errors.ts'
import type { RequestKind } from './errors.ts'
import { openGraph } from './graph.ts'
import type { GraphRequest, GraphResult } from './graph.ts'

export interface WhatsappOptions {
  /** Trusted, without version, e.g. `https://graph.facebook.com`. */
  readonly graphUrl: string
  readonly version: string
  readonly accessToken: string | undefined
  /** For one request; without it 5 s for call actions and 15 s for everything else. */
  readonly timeoutMs?: number
}

/** What a question to Graph outside of an action came to. `details` names nobody. */
export type GraphAnswer =
  | { readonly ok: true; readonly body: unknown }
  | {
      readonly ok: false
      readonly status?: number
      readonly code?: number
      readonly details: string
    }

export interface Media {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly mimeType: string
  readonly filename: string
  /** A voicemail greeting is uploaded for this use and then never expires. */
  readonly useCase?: 'call_voicemail_announcement'
  readonly description?: string
}

/** The WhatsApp Cloud API. Lines are phone-number ids. */
export interface WhatsappChannel extends Channel {
  /** `body.id` is the media id. */
  uploadMedia(line: string, media: Media): Promise<GraphAnswer>
  /** Meta blocks only people who wrote within the last 24 hours. Phone numbers, at most 1,000. */
  blockUsers(line: string, phones: readonly string[]): Promise<GraphAnswer>
  unblockUsers(line: string, phones: readonly string[]): Promise<GraphAnswer>
  /** `body.calling` holds the call settings. */
  getSettings(line: string): Promise<GraphAnswer>
  updateSettings(line: string, body: Body): Promise<GraphAnswer>
  /** Whether we may call this person: `body.permission`, `body.actions`. */
  callPermissions(line: string, who: Recipient): Promise<GraphAnswer>
  /** `path` below the version, beginning with `/`. */
  get(path: string): Promise<GraphAnswer>
}

const noToken = {
  outcome: 'failed',
  details: 'no access token',
  alarm: 'META_ACCESS_TOKEN is missing: without it nothing can be sent to WhatsApp',
} as const

const callTimeoutMs = 5_000
const otherTimeoutMs = 15_000

/**
 * Performs actions through `POST /{phone-number-id}/calls`, `/messages` and `/block_users`.
 * Call actions have connections of their own, so that none waits behind a message.
 */
export function whatsappChannel(options: WhatsappOptions): WhatsappChannel {
  const accessToken = options.accessToken ?? ''
  const shared = { url: options.graphUrl, version: options.version, accessToken }
  const calls = openGraph({ ...shared, keepAliveMs: 30_000 })
  // A connection closed under a message leaves it uncertain, so idle ones are not kept for long.
  const others = openGraph({ ...shared, keepAliveMs: 4_000 })

  async function ask(request: Omit<GraphRequest, 'timeoutMs'>): Promise<GraphAnswer> {
    if (accessToken === '') return { ok: false, details: noToken.alarm }
    const timeoutMs = options.timeoutMs ?? otherTimeoutMs
    return toAnswer(await others.send({ ...request, timeoutMs }))
  }

  async function perform(action: Performable, until: PerformOptions): Promise<ActionResult> {
    const task = taskOf(action)
    if ('outcome' in task) return task
    if (accessToken === '') return noToken
    const isCall = task.kind === 'call'
    const usualMs = options.timeoutMs ?? (isCall ? callTimeoutMs : otherTimeoutMs)
    const result = await (isCall ? calls : others).send({
      method: 'POST',
      path: `/${encodeURIComponent(action.line)}/${task.endpoint}`,
      body: task.body,
      timeoutMs: Math.min(usualMs, until.deadlineAt - Date.now()),
      signal: until.signal,
    })
    return withoutTemplate(resultOf(task.kind, result), action.payload)
  }

  const at = (line: string, endpoint: string): string => `/${encodeURIComponent(line)}/${endpoint}`
  return {
    name: 'whatsapp',
    can: { reject: true, accept: true, message: true, buttons: true, block: true },
    perform,
    uploadMedia: (line, media) =>
      ask({ method: 'POST', path: at(line, 'media'), body: mediaForm(media) }),
    blockUsers: (line, phones) =>
      ask({ method: 'POST', path: at(line, 'block_users'), body: blockBody(phones) }),
    unblockUsers: (line, phones) =>
      ask({ method: 'DELETE', path: at(line, 'block_users'), body: blockBody(phones) }),
    getSettings: (line) => ask({ method: 'GET', path: at(line, 'settings') }),
    updateSettings: (line, body) => ask({ method: 'POST', path: at(line, 'settings'), body }),
    callPermissions: (line, who) =>
      ask({ method: 'GET', path: at(line, `call_permissions?${permissionQuery(who)}`) }),
    get: (path) => ask({ method: 'GET', path }),
    close: async () => {
      await Promise.all([calls.close(), others.close()])
    },
  }
}

interface Task {
  readonly kind: RequestKind
  readonly endpoint: 'calls' | 'messages' | 'block_users'
  readonly body: Body
}

const failed = (details: string): ActionResult => ({ outcome: 'failed', details })

function taskOf({ payload, key }: Performable): Task | ActionResult {
  switch (payload.type) {
    case 'pre_accept':
    case 'accept':
    case 'reject':
    case 'terminate':
      return { kind: 'call', endpoint: 'calls', body: callBody(payload, key) }
    case 'message': {
      if (payload.asTemplate && !payload.message.template) return failed('no template')
      const body = messageBody(payload, key)
      return body ? { kind: 'message', endpoint: 'messages', body } : failed('nobody to address')
    }
    case 'block': {
      const address = addressOf(payload.to)
      if (!address || 'recipient' in address) return failed('Meta blocks by phone number only')
      return { kind: 'other', endpoint: 'block_users', body: blockBody([address.to]) }
    }
    case 'notify':
    case 'webhook':
      return failed('a notification is no business of a channel')
    default:
      return payload satisfies never
  }
}

/** Graph's answer to what it means for the action. */
function resultOf(kind: RequestKind, result: GraphResult): ActionResult {
  const { details } = result
  if (result.kind !== 'answer') {
    const inDoubt = result.kind === 'lost' && kind === 'message'
    return { outcome: inDoubt ? 'uncertain' : 'retry', details }
  }
  if (result.ok) return successOf(kind, result.body)
  const verdict = classify(kind, result.status, result.code, details)
  const { retryAfterMs } = result
  return verdict.outcome === 'retry' && retryAfterMs !== undefined
    ? { ...verdict, afterMs: retryAfterMs }
    : verdict
}

const successSchema = z.object({
  success: z.boolean().optional().catch(undefined),
  messages: z
    .array(z.object({ id: z.string() }))
    .optional()
    .catch(undefined),
  block_users: z
    .object({ failed_users: z.array(z.unknown()).optional().catch(undefined) })
    .optional()
    .catch(undefined),
})

function successOf(kind: RequestKind, body: unknown): ActionResult {
  const told = successSchema.safeParse(body).data
  // A 200 that is not Graph's own: for all we know the message went out.
  if (told === undefined && kind === 'message') {
    return { outcome: 'uncertain', details: 'answer not understood' }
  }
  if (told?.success === false) return failed('answered without success')
  if ((told?.block_users?.failed_users?.length ?? 0) > 0) return failed('Meta did not block them')
  const providerId = told?.messages?.[0]?.id
  return { outcome: 'done', ...(providerId !== undefined && { providerId }) }
}

/** 131047 can be helped only where there is a template that has not been tried. */
function withoutTemplate(result: ActionResult, payload: ActionPayload): ActionResult {
  if (result.outcome !== 'use_template' || payload.type !== 'message') return result
  const untried = payload.message.template !== undefined && !payload.asTemplate
  return untried ? result : { outcome: 'failed', code: result.code, details: result.details }
}

function toAnswer(result: GraphResult): GraphAnswer {
  if (result.kind !== 'answer') return { ok: false, details: result.details }
  const { ok, status, code, details, body } = result
  return ok ? { ok, body } : { ok, status, ...(code !== undefined && { code }), details }
}

function mediaForm({ bytes, mimeType, filename, useCase, description }: Media): FormData {
  const form = new FormData()
  form.set('messaging_product', 'whatsapp')
  form.set('type', mimeType)
  if (useCase) form.set('use_case', useCase)
  if (description) form.set('description', description)
  form.set('file', new Blob([bytes], { type: mimeType }), filename)
  return form
}

function permissionQuery(who: Recipient): URLSearchParams {
  const digits = (who.address ?? who.phone ?? '').replace(/\D/g, '')
  return new URLSearchParams(
    digits === '' ? { recipient: who.userId ?? '' } : { user_wa_id: digits },
  )
}
