import type { Webhook } from '../fields.ts'
import { isSigned } from '../secrets.ts'
import { parseEnvelope } from './envelope.ts'

export interface WahaHeaders {
  /** `X-Webhook-Hmac` */
  readonly hmac: string | undefined
  /** `X-Webhook-Hmac-Algorithm` */
  readonly algorithm: string | undefined
}

/**
 * Whether a delivery of WAHA's is signed: the hexadecimal HMAC-SHA512 of the raw body. Another
 * algorithm is refused, and so is a header that was sent twice.
 * Source: WAHA, "Events", HMAC authentication.
 *
 * @param keys several while rotating; empty ones never match.
 */
export function verifyWaha(
  rawBody: Uint8Array,
  { hmac, algorithm = 'sha512' }: WahaHeaders,
  keys: readonly string[],
): boolean {
  if (algorithm.toLowerCase() !== 'sha512') return false
  return isSigned(rawBody, { algorithm: 'sha512', hex: hmac, secrets: keys })
}

/** A delivery of WAHA's to its signal. Call `verifyWaha` on the same bytes first. */
export function parseWaha(rawBody: Uint8Array): Webhook {
  return parseEnvelope('waha', rawBody)
}
