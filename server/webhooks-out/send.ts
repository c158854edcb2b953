import { openIfSealed } from '../access/sealed-document.ts'
import type { SecretBox } from '../access/secret-box.ts'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { WebhookEndpointRow } from '../db/tables.ts'
import type { Outgoing, OutgoingResponse } from '../facts/outgoing.ts'
import { OutgoingError } from '../facts/outgoing.ts'
import { webhookHeaders } from '../outbox/webhook-signature.ts'

/** What one attempt came to. */
export interface Sent {
  readonly outcome: 'done' | 'retry' | 'gone'
  /** Of the answer; null when none came. */
  readonly status: number | null
  readonly error: string | null
  /** The receiver asks to be left alone for so long. */
  readonly afterMs: number
  /** It is too much for the receiver: nothing else is sent there for a while. */
  readonly isThrottled: boolean
}

export interface SendDeps {
  readonly outgoing: Outgoing
  readonly clock: Clock
  readonly box: SecretBox
}

/** Standard Webhooks advises 15 to 30 seconds. */
const timeoutMs = 15_000
const answerMax = 64 * 1024
const throttling: readonly number[] = [429, 502, 503, 504]
const fine = { outcome: 'done', error: null, afterMs: 0, isThrottled: false } as const

/** `Retry-After`, in seconds or as a date. */
function afterMsOf({ headers }: OutgoingResponse, now: number): number {
  const text = headers['retry-after'] ?? ''
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isFinite(ms) ? Math.max(0, ms) : 0
}

function sentOf(response: OutgoingResponse, now: number): Sent {
  const { status } = response
  if (status >= 200 && status < 300) return { ...fine, status }
  return {
    outcome: status === 410 ? 'gone' : 'retry',
    status,
    error: `the receiver answered ${status}`,
    afterMs: afterMsOf(response, now),
    isThrottled: throttling.includes(status),
  }
}

function failureOf(error: unknown): Sent {
  if (!(error instanceof OutgoingError)) throw error
  // the answer was a 2xx; how long it is does not matter
  if (error.reason === 'too_large') return { ...fine, status: null }
  return { outcome: 'retry', status: null, error: error.message, afterMs: 0, isThrottled: false }
}

/** The secrets an endpoint's events are signed with at an instant (ISO). */
function secretsOf(endpoint: WebhookEndpointRow, box: SecretBox, now: string): string[] {
  const { secret, old_secret, old_secret_until } = endpoint
  const isOverlapping = old_secret !== null && old_secret_until !== null && old_secret_until > now
  return [secret, ...(isOverlapping ? [old_secret] : [])].map((one) => openIfSealed(one, box))
}

/** Signs an event and sends it to an endpoint once. */
export async function sendEvent(
  { outgoing, clock, box }: SendDeps,
  endpoint: WebhookEndpointRow,
  event: { readonly ref: string; readonly body: string; readonly signal: AbortSignal },
): Promise<Sent> {
  const now = clock.now()
  const { ref: id, body, signal } = event
  try {
    const secrets = secretsOf(endpoint, box, toIso(now))
    const signed = webhookHeaders(secrets, { id, seconds: Math.floor(now / 1000), body })
    const headers = { 'content-type': 'application/json', 'user-agent': 'Callgate', ...signed }
    const request = { url: endpoint.url, method: 'POST', headers, body, timeoutMs, signal } as const
    return sentOf(await outgoing.request({ ...request, maxBytes: answerMax }), now)
  } catch (error) {
    if (error instanceof OutgoingError) return failureOf(error)
    const told = 'its secret cannot be opened: give it another'
    return { outcome: 'retry', status: null, error: told, afterMs: 0, isThrottled: false }
  }
}
