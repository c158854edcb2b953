import { openIfSealed } from '../access/sealed-document.ts'
import type { SecretBox } from '../access/secret-box.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { Outgoing, OutgoingResponse } from '../facts/outgoing.ts'
import { OutgoingError } from '../facts/outgoing.ts'
import type { Action, ActionResult } from '../schema/action.ts'
import { webhookHeaders } from './webhook-signature.ts'

/** Standard Webhooks advises 15 to 30 seconds. */
const timeoutMs = 15_000
const answerMax = 64 * 1024
const longestWaitMs = 60 * 60_000

function waitOf({ headers }: OutgoingResponse): { afterMs?: number } {
  const seconds = Number(headers['retry-after'])
  if (!Number.isFinite(seconds) || seconds <= 0) return {}
  return { afterMs: Math.min(longestWaitMs, seconds * 1000) }
}

/** 2xx is done, 410 asks for no more; everything else may be better next time. */
function resultOf(response: OutgoingResponse): ActionResult {
  const { status } = response
  const details = `the receiver answered ${status}`
  if (status >= 200 && status < 300) return { outcome: 'done' }
  if (status === 410) return { outcome: 'failed', code: status, details }
  return { outcome: 'retry', code: status, details, ...waitOf(response) }
}

function failureOf(error: unknown): ActionResult {
  if (!(error instanceof OutgoingError)) throw error
  // the answer was a 2xx; how long it is does not matter
  if (error.reason === 'too_large') return { outcome: 'done' }
  const outcome = error.reason === 'refused' ? 'failed' : 'retry'
  return { outcome, details: error.message }
}

/**
 * Performs `webhook` actions. A receiver tells copies apart by `webhook-id`, so doubt means again,
 * with a signature of the new attempt's time.
 */
export function createWebhookSender(deps: {
  db: Db
  outgoing: Outgoing
  clock: Clock
  /** Opens the secrets of receivers. */
  box: SecretBox
}): (action: Action, signal: AbortSignal) => Promise<ActionResult> {
  async function secretOf(ref: string): Promise<string | undefined> {
    const row = await deps.db
      .selectFrom('verifications')
      .select('webhook_secret')
      .where('ref', '=', ref)
      .executeTakeFirst()
    try {
      return row?.webhook_secret ? openIfSealed(row.webhook_secret, deps.box) : undefined
    } catch {
      return undefined
    }
  }

  return async function send({ key, payload }, signal) {
    if (payload.type !== 'webhook') return { outcome: 'failed', details: 'this is not a webhook' }
    const { url, body } = payload
    const secret = await secretOf(payload.verification)
    if (secret === undefined) return { outcome: 'failed', details: 'its secret is gone' }
    const seconds = Math.floor(deps.clock.now() / 1000)
    const signed = webhookHeaders(secret, { id: key, seconds, body })
    const headers = { 'content-type': 'application/json', 'user-agent': 'Callgate', ...signed }
    const request = { url, method: 'POST', headers, body, timeoutMs, signal } as const
    try {
      return resultOf(await deps.outgoing.request({ ...request, maxBytes: answerMax }))
    } catch (error) {
      return failureOf(error)
    }
  }
}
