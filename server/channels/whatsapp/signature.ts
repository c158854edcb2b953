import { isSecret, isSigned } from '../secrets.ts'

const headerForm = /^sha256=([0-9a-f]{64})$/

/**
 * Whether `X-Hub-Signature-256` is the HMAC-SHA256 of the raw bytes under one of the app secrets.
 * Meta signs the bytes it sends, escapes included, so only the raw body will do.
 * Compares with every secret in constant time; a header sent twice (joined by a comma) is refused.
 *
 * @param secrets several while rotating; empty ones never match.
 */
export function verifySignature(
  rawBody: Uint8Array,
  header: string | undefined,
  secrets: readonly string[],
): boolean {
  const hex = headerForm.exec(header ?? '')?.[1]
  return isSigned(rawBody, { algorithm: 'sha256', hex, secrets })
}

export type Subscription =
  { readonly status: 200; readonly challenge: string } | { readonly status: 403 }

/**
 * Meta's handshake when the callback URL is saved. The challenge is an opaque text, to be answered as
 * plain text. Source: WhatsApp Cloud API, "Webhooks", verification requests.
 *
 * @param query the query parameters by name: `hub.mode`, `hub.verify_token`, `hub.challenge`.
 * @param verifyToken `META_VERIFY_TOKEN`; without one every handshake is refused.
 */
export function verifySubscription(
  query: Readonly<Record<string, string | undefined>>,
  verifyToken: string | undefined,
): Subscription {
  const challenge = query['hub.challenge']
  const token = query['hub.verify_token']
  if (!verifyToken || token === undefined || challenge === undefined) return { status: 403 }
  if (query['hub.mode'] !== 'subscribe' || !isSecret(token, [verifyToken])) return { status: 403 }
  return { status: 200, challenge }
}
