import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Bench } from '../gatekeeper/support.ts'
import { startBench } from '../gatekeeper/support.ts'
import { ask, bearer, cookieOf, join, newToken, password, signIn } from './support.ts'

const publicUrl = 'https://calls.example.com'
let bench: Bench
let cookie = ''

beforeAll(async () => {
  bench = await startBench({ environment: { PUBLIC_URL: publicUrl } })
  cookie = (await join(bench, { username: 'olga', role: 'operations' })).cookie
})
afterAll(() => bench.close())

const put = async (headers: Record<string, string>, gapMinutes: number) => {
  const response = await ask(bench, '/api/settings/courtesy', {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ gapMinutes, dailyCap: 3 }),
  })
  return response.status
}
const gap = async () => {
  const response = await bench.api('/api/settings/courtesy')
  return ((await response.json()) as { courtesy: { gapMinutes: number } }).courtesy.gapMinutes
}

describe('a session changes nothing from', () => {
  test.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'https://calls.example.com.evil.example' }],
    [{ origin: 'https://calls.example.com:8443' }],
    [{ origin: 'null' }],
    [{ origin: 'file://' }],
    [{ origin: '' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }],
  ])('%j', async (headers) => {
    const before = await gap()
    expect(await put({ ...headers, cookie }, before + 1)).toBe(403)
    expect(await gap()).toBe(before)
  })
})

test('a session works from our pages, by the public address and the own', async () => {
  expect(await put({ cookie, origin: publicUrl }, 21)).toBe(200)
  expect(await put({ cookie, origin: bench.server.url }, 22)).toBe(200)
  expect(await put({ cookie, 'sec-fetch-site': 'same-origin' }, 23)).toBe(200)
  expect(await gap()).toBe(23)
})

test('a token is not asked where it comes from', async () => {
  const { secret } = await newToken(bench, { role: 'operations' })
  expect(await put({ ...bearer(secret), origin: 'https://evil.example' }, 24)).toBe(200)
})

test('no other site signs anybody in, out or up', async () => {
  for (const path of ['sign-in', 'sign-out', 'sign-out-everywhere', 'password', 'totp/start']) {
    const response = await ask(bench, `/api/auth/${path}`, {
      method: 'POST',
      headers: { cookie, origin: 'https://evil.example', 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'olga', password }),
    })
    expect([path, response.status]).toEqual([path, 403])
    expect(response.headers.getSetCookie()).toEqual([])
  }
})

test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
  'a form of type %s is not read',
  async (type) => {
    const response = await ask(bench, '/api/auth/sign-in', {
      method: 'POST',
      headers: { 'content-type': type, origin: bench.server.url },
      body: JSON.stringify({ username: 'olga', password }),
    })
    expect(response.status).toBe(415)
  },
)

test('behind https the cookie goes over https only', async () => {
  const response = await signIn(bench, { username: 'olga', password })
  expect(cookieOf(response)).not.toBe('')
  expect(response.headers.getSetCookie()[0]).toContain('Secure')
})

test('refusals come in order: credential, role, origin, body', async () => {
  const viewer = await join(bench, { username: 'vera', role: 'viewer' })
  const evil = { origin: 'https://evil.example' }
  const status = async (headers: Record<string, string>) => {
    const response = await ask(bench, '/api/settings/courtesy', {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{',
    })
    const { error } = (await response.json()) as { error: { message: string } }
    return [response.status, error.message]
  }
  expect(await status(evil)).toMatchObject([401, expect.any(String)])
  expect(await status({ ...evil, cookie: viewer.cookie })).toEqual([
    403,
    expect.stringContaining('role'),
  ])
  expect(await status({ ...evil, cookie })).toEqual([403, expect.stringContaining('site')])
  expect((await status({ cookie, origin: publicUrl }))[0]).toBe(400)
})

test('every answer forbids sniffing and framing', async () => {
  for (const path of ['/api/auth/state', '/api/calls', '/api/docs', '/healthz', '/nothing']) {
    const { headers } = await ask(bench, path)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('content-security-policy')).not.toMatch(/script-src[^;]*'unsafe/)
  }
})
