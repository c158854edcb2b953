import type { Webhook } from '../fields.ts'
import { isSecret } from '../secrets.ts'
import { parseEnvelope } from '../waha/envelope.ts'

/**
 * Whether the last part of the address is one of the secret tokens. Wawp documents no signature, so
 * the address is what proves that a delivery comes from who was told it.
 *
 * @param tokens several while rotating; empty ones never match.
 */
export function verifyWawp(token: string, tokens: readonly string[]): boolean {
  return isSecret(token, tokens)
}

/** A delivery of Wawp's to its signal; its envelope is WAHA's. Call `verifyWawp` first. */
export function parseWawp(rawBody: Uint8Array): Webhook {
  return parseEnvelope('wawp', rawBody)
}
