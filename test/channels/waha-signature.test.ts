import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { verifyWaha } from '../../server/channels/waha/webhook.ts'
import { verifyWawp } from '../../server/channels/wawp/webhook.ts'
import { bytes } from './fixtures.ts'

const key = 'test_hmac_key'
const body = '{"event":"call.received","session":"default","payload":{"id":"A"}}'
const sign = (text: string, secret: string, algorithm = 'sha512'): string =>
  createHmac(algorithm, secret).update(text).digest('hex')
const hex = sign(body, key)

describe('verifyWaha', () => {
  it('accepts the example of the documentation', () => {
    const text = '{"event":"message","session":"default","engine":"WEBJS"}'
    const hmac =
      '208f8a55dde9e05519e898b10b89bf0d0b3b0fdf11fdbf09b6b90476301b98d8097c462b2b17a6ce93b6b47a136cf2e78a33a63f6752c2c1631777076153fa89'
    expect(verifyWaha(bytes(text), { hmac, algorithm: 'sha512' }, ['my-secret-key'])).toBe(true)
  })

  it('accepts the old and the new key while rotating', () => {
    for (const old of ['old', 'new']) {
      const headers = { hmac: sign(body, old), algorithm: 'sha512' }
      expect(verifyWaha(bytes(body), headers, ['new', 'old'])).toBe(true)
    }
  })

  it('accepts a signature whose algorithm is not told', () => {
    expect(verifyWaha(bytes(body), { hmac: hex, algorithm: undefined }, [key])).toBe(true)
  })

  it.each<[string, string | undefined]>([
    ['missing', undefined],
    ['empty', ''],
    ['upper case', hex.toUpperCase()],
    ['one digit short', hex.slice(1)],
    ['one digit long', `${hex}0`],
    ['truncated to half', hex.slice(0, 64)],
    ['first digit changed', `${hex.startsWith('0') ? '1' : '0'}${hex.slice(1)}`],
    ['last digit changed', `${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}`],
    ['not hexadecimal', 'g'.repeat(128)],
    ['zeros', '0'.repeat(128)],
    ['with the algorithm before it', `sha512=${hex}`],
    ['SHA-256', sign(body, key, 'sha256')],
    ['SHA-256 twice', sign(body, key, 'sha256').repeat(2)],
    ['SHA-1', sign(body, key, 'sha1')],
    ['SHA3-512', sign(body, key, 'sha3-512')],
    ['another key', sign(body, 'wrong')],
    ['no key', sign(body, '')],
    ['another body', sign(`${body} `, key)],
    ['base64', Buffer.from(hex, 'hex').toString('base64')],
    ['leading space', ` ${hex}`],
    ['trailing space', `${hex} `],
    ['trailing line end', `${hex}\n`],
    ['quoted', `"${hex}"`],
    ['two headers joined', `${hex}, ${hex}`],
    ['two digests', `${hex},${hex}`],
    ['valid after invalid', `${'0'.repeat(128)}, ${hex}`],
    ['hexadecimal prefix', `0x${hex.slice(2)}`],
    ['full-width digits', hex.replace(/\d/, '０')],
    ['NUL', `${hex}\0`],
  ])('refuses %s', (_name, hmac) => {
    expect(verifyWaha(bytes(body), { hmac, algorithm: 'sha512' }, [key, ''])).toBe(false)
  })

  it.each(['sha256', 'sha1', 'none', '', 'sha512, sha512', 'sha3-512', 'SHA512/256'])(
    'refuses the algorithm %j',
    (algorithm) => {
      expect(verifyWaha(bytes(body), { hmac: hex, algorithm }, [key])).toBe(false)
    },
  )

  it('refuses everything when no key is configured', () => {
    const headers = { hmac: sign(body, ''), algorithm: 'sha512' }
    expect(verifyWaha(bytes(body), headers, [])).toBe(false)
    expect(verifyWaha(bytes(body), headers, [''])).toBe(false)
  })

  it('refuses a body with one bit changed', () => {
    const changed = Buffer.from(body)
    changed[5] = (changed[5] ?? 0) ^ 1
    expect(verifyWaha(changed, { hmac: hex, algorithm: 'sha512' }, [key])).toBe(false)
  })
})

describe('verifyWawp', () => {
  it('accepts the old and the new token while rotating', () => {
    expect(verifyWawp('old-token', ['new-token', 'old-token'])).toBe(true)
    expect(verifyWawp('new-token', ['new-token', 'old-token'])).toBe(true)
  })

  it.each(['', 'a-toke', 'a-token2', 'A-TOKEN', ' a-token', 'a-token ', 'a-token\0', 'a-token,b'])(
    'refuses %j',
    (token) => {
      expect(verifyWawp(token, ['a-token', ''])).toBe(false)
    },
  )

  it('refuses everything when no token is configured', () => {
    expect(verifyWawp('', [])).toBe(false)
    expect(verifyWawp('', [''])).toBe(false)
  })
})
