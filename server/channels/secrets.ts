import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export interface HmacProof {
  readonly algorithm: 'sha256' | 'sha512'
  /** The signature, lower-case hexadecimal; anything else never matches. */
  readonly hex: string | undefined
  /** Several while rotating; empty ones never match. */
  readonly secrets: readonly string[]
}

const hexForm = { sha256: /^[0-9a-f]{64}$/, sha512: /^[0-9a-f]{128}$/ } as const

/** Whether the bytes are signed with one of the secrets; compares with every one in constant time. */
export function isSigned(bytes: Uint8Array, { algorithm, hex, secrets }: HmacProof): boolean {
  if (hex === undefined || !hexForm[algorithm].test(hex)) return false
  const given = Buffer.from(hex, 'hex')
  let valid = false
  for (const secret of secrets) {
    if (secret === '') continue
    const expected = createHmac(algorithm, secret).update(bytes).digest()
    if (timingSafeEqual(expected, given)) valid = true
  }
  return valid
}

/**
 * Whether a text is one of the secrets; compares with every one in constant time. Hashing first gives
 * both sides one length, so that not even that shows in the time taken.
 *
 * @param secrets several while rotating; empty ones never match.
 */
export function isSecret(given: string, secrets: readonly string[]): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const hashed = digest(given)
  let valid = false
  for (const secret of secrets) {
    if (secret !== '' && timingSafeEqual(digest(secret), hashed)) valid = true
  }
  return valid
}
