import { randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'

/** What authenticator apps agree on: SHA-1, six digits, thirty seconds (RFC 6238). */
const options = { issuer: 'Callgate', algorithm: 'SHA1', digits: 6, period: 30 } as const

const generator = (secret: string, username = ''): TOTP =>
  new TOTP({ ...options, label: username, secret: Secret.fromBase32(secret) })

/** A new secret, and the address that authenticator apps read from a QR code. */
export function newTotp(username: string): { secret: string; uri: string } {
  const secret = new Secret({ size: 20 }).base32
  return { secret, uri: generator(secret, username).toString() }
}

/**
 * The time step a code is of, one step of clock difference allowed.
 * @returns undefined for a wrong code
 */
export function stepOf(secret: string, code: string, now: number): number | undefined {
  const token = code.replaceAll(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return undefined
  const delta = generator(secret).validate({ token, timestamp: now, window: 1 })
  return delta === null ? undefined : Math.floor(now / 1000 / options.period) + delta
}

const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Ten codes for the day the phone is lost, each good once. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: 10 }, () => {
    const letters = [...randomBytes(10)].map((byte) => alphabet[byte % alphabet.length]).join('')
    return `${letters.slice(0, 5)}-${letters.slice(5)}`
  })
}

/** A recovery code as it was given out, however it was typed. */
export const plainRecoveryCode = (typed: string): string => {
  const letters = typed.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return `${letters.slice(0, 5)}-${letters.slice(5)}`
}
