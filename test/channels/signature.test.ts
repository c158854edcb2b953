import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { verifySignature, verifySubscription } from '../../server/channels/whatsapp/signature.ts'
import { bytes } from './fixtures.ts'

const secret = 'test_app_secret'
const body = '{"object":"whatsapp_business_account","entry":[]}'
const hex = 'dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756'
const sign = (text: string, key: string, algorithm = 'sha256'): string =>
  createHmac(algorithm, key).update(text).digest('hex')

describe('verifySignature', () => {
  it.each([
    [secret, body, hex],
    [
      secret,
      '{"object": "whatsapp_business_account", "entry": []}',
      '56cbbaf4961c6cfdae48b7f116c047e5eb513d2c931baae63a2bc1afd26f803a',
    ],
    ['otro_secreto', body, '769b03d8c2ae6498f2d1e1f7299c0ba55448c69d741e7b0bb243d852d8a8d8c7'],
  ])('accepts the vector of %s', (key, text, digest) => {
    expect(verifySignature(bytes(text), `sha256=${digest}`, [key])).toBe(true)
  })

  it('accepts the old and the new secret while rotating', () => {
    for (const key of ['old', 'new']) {
      expect(verifySignature(bytes(body), `sha256=${sign(body, key)}`, ['new', 'old'])).toBe(true)
    }
  })

  it('signs the bytes, not the JSON they mean', () => {
    const escaped = '{"name":"Zo\\u00eb","url":"a\\/b"}'
    const header = `sha256=${sign(escaped, secret)}`
    expect(verifySignature(bytes(escaped), header, [secret])).toBe(true)
    expect(verifySignature(bytes(JSON.stringify(JSON.parse(escaped))), header, [secret])).toBe(
      false,
    )
  })

  const forged: [string, string | undefined][] = [
    ['missing', undefined],
    ['empty', ''],
    ['no digest', 'sha256='],
    ['no algorithm', hex],
    ['upper case', `sha256=${hex.toUpperCase()}`],
    ['upper-case algorithm', `SHA256=${hex}`],
    ['one digit short', `sha256=${hex.slice(1)}`],
    ['one digit long', `sha256=${hex}0`],
    ['truncated to half', `sha256=${hex.slice(0, 32)}`],
    ['first digit changed', `sha256=e${hex.slice(1)}`],
    ['last digit changed', `sha256=${hex.slice(0, -1)}7`],
    ['not hexadecimal', `sha256=${'g'.repeat(64)}`],
    ['zeros', `sha256=${'0'.repeat(64)}`],
    ['SHA-1', `sha1=${sign(body, secret, 'sha1')}`],
    ['SHA-1 under the name of SHA-256', `sha256=${sign(body, secret, 'sha1')}`],
    ['SHA-512', `sha512=${sign(body, secret, 'sha512')}`],
    ['SHA-512 under the name of SHA-256', `sha256=${sign(body, secret, 'sha512')}`],
    ['another secret', `sha256=${sign(body, 'wrong')}`],
    ['no secret', `sha256=${sign(body, '')}`],
    ['another body', `sha256=${sign(`${body} `, secret)}`],
    ['base64', `sha256=${Buffer.from(hex, 'hex').toString('base64')}`],
    ['leading space', ` sha256=${hex}`],
    ['trailing space', `sha256=${hex} `],
    ['trailing line end', `sha256=${hex}\n`],
    ['space after the sign', `sha256= ${hex}`],
    ['quoted', `"sha256=${hex}"`],
    ['two headers joined', `sha256=${hex}, sha256=${hex}`],
    ['two digests', `sha256=${hex},${hex}`],
    ['valid after invalid', `sha256=${'0'.repeat(64)}, sha256=${hex}`],
    ['hexadecimal prefix', `sha256=0x${hex.slice(2)}`],
    ['none algorithm', `none=${hex}`],
    ['full-width digits', `sha256=${hex.replace('0', '０')}`],
    ['NUL', `sha256=${hex}\0`],
  ]
  it.each(forged)('refuses %s', (_name, header) => {
    expect(verifySignature(bytes(body), header, [secret, ''])).toBe(false)
  })

  it('refuses everything when no secret is configured', () => {
    expect(verifySignature(bytes(body), `sha256=${hex}`, [])).toBe(false)
    expect(verifySignature(bytes(body), `sha256=${sign(body, '')}`, [''])).toBe(false)
  })

  it('refuses a body with one bit changed', () => {
    const changed = Buffer.from(body)
    changed[5] = (changed[5] ?? 0) ^ 1
    expect(verifySignature(changed, `sha256=${hex}`, [secret])).toBe(false)
  })
})

describe('verifySubscription', () => {
  const query = {
    'hub.mode': 'subscribe',
    'hub.verify_token': 'let-me-in',
    'hub.challenge': 'not<a>number',
  }
  it('gives the challenge back as it came', () => {
    expect(verifySubscription(query, 'let-me-in')).toEqual({
      status: 200,
      challenge: 'not<a>number',
    })
  })

  it.each([
    ['wrong token', { ...query, 'hub.verify_token': 'let-me-in2' }, 'let-me-in'],
    ['no token', { ...query, 'hub.verify_token': undefined }, 'let-me-in'],
    ['no challenge', { ...query, 'hub.challenge': undefined }, 'let-me-in'],
    ['another mode', { ...query, 'hub.mode': 'unsubscribe' }, 'let-me-in'],
    ['no mode', { ...query, 'hub.mode': undefined }, 'let-me-in'],
    ['nothing configured', { ...query, 'hub.verify_token': '' }, ''],
    ['token not configured', query, undefined],
  ])('refuses %s', (_name, given, token) => {
    expect(verifySubscription(given, token)).toEqual({ status: 403 })
  })
})
