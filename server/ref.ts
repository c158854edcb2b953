import { randomBytes } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * A call's opaque reference: what links, logs, messages and URLs show, because Meta's call ids
 * hold the caller's number. 80 random bits, 16 characters.
 */
export function newRef(): string {
  return Array.from(randomBytes(16), (byte) => alphabet[byte & 31]).join('')
}

/** The end of an address that leads on elsewhere, which nobody guesses: 128 random bits. */
export const newLinkToken = (): string => randomBytes(16).toString('base64url')
