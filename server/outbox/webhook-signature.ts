import { createHmac, randomBytes } from 'node:crypto'

const prefix = 'whsec_'

/** A new signing key: `whsec_` and 256 random bits in base64. */
export function newWebhookSecret(): string {
  return `${prefix}${randomBytes(32).toString('base64')}`
}

export interface SignedContent {
  /** `webhook-id`: the same in every attempt. */
  readonly id: string
  /** `webhook-timestamp`: seconds since the epoch, of this attempt. */
  readonly seconds: number
  readonly body: string
}

/**
 * The headers of a webhook after the Standard Webhooks specification (symmetric, `v1`):
 * HMAC-SHA256 over `id.timestamp.body`, in base64; one signature of each secret, so that a receiver may
 * know either while they are rotated.
 * Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
 */
export function webhookHeaders(
  secrets: string | readonly string[],
  content: SignedContent,
): Record<string, string> {
  const { id, seconds, body } = content
  const signatures = [secrets].flat().map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  }
}
