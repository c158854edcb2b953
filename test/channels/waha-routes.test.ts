import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../server/config.ts'
import type { RunningServer } from '../../server/serve.ts'
import { startServer } from '../../server/serve.ts'
import { engineFixture, varied } from './waha-fixtures.ts'

const folder = mkdtempSync(join(tmpdir(), 'callgate-engines-'))
const environment = {
  PORT: '0',
  DATABASE_URL: ':memory:',
  POLICIES_DIR: join(folder, 'policies'),
  SEEDS_DIR: join(folder, 'seeds'),
  LOG_LEVEL: 'silent',
}
const secrets = {
  WAHA_HMAC_KEY: 'new-key,old-key',
  WAWP_WEBHOOK_TOKEN: 'new-token,old-token',
}
const sign = (body: string, key: string, algorithm = 'sha512'): string =>
  createHmac(algorithm, key).update(body).digest('hex')

let server: RunningServer
let bare: RunningServer
beforeAll(async () => {
  server = await startServer(readConfig({ ...environment, ...secrets }))
  bare = await startServer(readConfig(environment))
})
afterAll(async () => {
  await Promise.all([server.close(), bare.close()])
  rmSync(folder, { recursive: true, force: true })
})

type Headers = Record<string, string>
async function post(path: string, body: string, headers: Headers = {}, to = server) {
  const response = await fetch(`${to.url}/webhooks/${path}`, { method: 'POST', body, headers })
  await response.text()
  return response.status
}
const signed = (body: string, key = 'new-key'): Headers => ({
  'x-webhook-hmac': sign(body, key),
  'x-webhook-hmac-algorithm': 'sha512',
})
const postWaha = (body: string, headers = signed(body)) => post('waha', body, headers)
const postWawp = (body: string, token = 'new-token') => post(`wawp/${token}`, body)

async function stored(to = server): Promise<{ channel: string; kind: string; line: string }[]> {
  return to.context.db.selectFrom('signals').select(['channel', 'kind', 'line']).execute()
}
const now = (): number => Math.floor(Date.now() / 1000)
let serial = 0
const call = (name: string, payload: Record<string, unknown> = {}): string =>
  varied(name, { payload: { id: `CALL${String((serial += 1))}`, timestamp: now(), ...payload } })

describe('POST /webhooks/waha', () => {
  it('answers 200 and stores a signal once, however often it comes', async () => {
    const before = (await stored()).length
    const body = call('waha-call-received')
    const answers = await Promise.all([1, 2, 3].map(() => postWaha(body)))
    expect([...answers, await postWaha(body)]).toEqual([200, 200, 200, 200])
    const after = await stored()
    expect(after).toHaveLength(before + 1)
    expect(after.at(-1)).toEqual({ channel: 'waha', kind: 'call_offered', line: 'default' })
  })

  it('accepts the old key while rotating', async () => {
    const body = call('waha-call-received')
    expect(await postWaha(body, signed(body, 'old-key'))).toBe(200)
  })

  it('refuses forged signatures with 401 and stores nothing', async () => {
    const before = (await stored()).length
    const body = call('waha-call-received')
    const right = sign(body, 'new-key')
    const algorithm = { 'x-webhook-hmac-algorithm': 'sha512' }
    const forged: Headers[] = [
      {},
      algorithm,
      { 'x-webhook-hmac': '' },
      { ...algorithm, 'x-webhook-hmac': sign(body, 'another-key') },
      { ...algorithm, 'x-webhook-hmac': sign(`${body} `, 'new-key') },
      { ...algorithm, 'x-webhook-hmac': sign(body, 'new-key', 'sha256') },
      { ...algorithm, 'x-webhook-hmac': sign(body, '') },
      { ...algorithm, 'x-webhook-hmac': right.slice(1) },
      { ...algorithm, 'x-webhook-hmac': `${right}, ${right}` },
      { 'x-webhook-hmac': right, 'x-webhook-hmac-algorithm': 'sha256' },
      { 'x-hub-signature-256': `sha256=${sign(body, 'new-key', 'sha256')}` },
    ]
    for (const headers of forged) expect(await postWaha(body, headers)).toBe(401)
    expect(await stored()).toHaveLength(before)
  })

  it('refuses what is malformed with 400 and what is too large with 413', async () => {
    const before = (await stored()).length
    for (const body of ['', '{', '[]', '"x"', '{"event":"call.received"}'])
      expect(await postWaha(body)).toBe(400)
    expect(await postWaha(' '.repeat(4 * 1024 * 1024 + 1))).toBe(413)
    expect(await stored()).toHaveLength(before)
  })

  it('acknowledges unknown events and stores nothing', async () => {
    const before = (await stored()).length
    expect(await postWaha(engineFixture('waha-session-status'))).toBe(200)
    expect(await postWaha(varied('waha-session-status', { event: 'something.new' }))).toBe(200)
    expect(await stored()).toHaveLength(before)
  })

  it('answers 503 where no key is configured, and stores nothing', async () => {
    const body = call('waha-call-received')
    expect(await post('waha', body, signed(body), bare)).toBe(503)
    expect(await stored(bare)).toEqual([])
  })
})

describe('POST /webhooks/wawp/:token', () => {
  it('answers 200 to either token while rotating', async () => {
    const before = (await stored()).length
    expect(await postWawp(call('wawp-call-received'))).toBe(200)
    expect(await postWawp(call('wawp-call-received'), 'old-token')).toBe(200)
    expect(await stored()).toHaveLength(before + 2)
  })

  it('refuses other tokens with 401 and stores nothing', async () => {
    const before = (await stored()).length
    const tokens = [
      'x',
      'new-token2',
      'NEW-TOKEN',
      'new-toke',
      '%20new-token',
      'new-token,old-token',
    ]
    for (const token of tokens)
      expect([token, await postWawp(call('wawp-call-received'), token)]).toEqual([token, 401])
    expect(await post('wawp', call('wawp-call-received'))).toBe(404)
    expect(await stored()).toHaveLength(before)
  })

  it('refuses what is malformed with 400 and what is too large with 413', async () => {
    for (const body of ['', '{', 'null']) expect(await postWawp(body)).toBe(400)
    expect(await postWawp(' '.repeat(4 * 1024 * 1024 + 1))).toBe(413)
    expect(await postWawp(engineFixture('wawp-unknown-event'))).toBe(200)
  })

  it('answers 503 where no token is configured, and stores nothing', async () => {
    expect(await post('wawp/new-token', call('wawp-call-received'), {}, bare)).toBe(503)
    expect(await stored(bare)).toEqual([])
  })
})

describe('a call of an engine', () => {
  async function callOf(providerId: string) {
    return server.context.db
      .selectFrom('calls')
      .select(['status', 'undecided', 'phone', 'user_id', 'media'])
      .where('provider_id', '=', providerId)
      .executeTakeFirst()
  }

  it('of a group is journalled as missed and left alone', async () => {
    await postWaha(call('waha-call-received-group', { id: 'GROUP' }))
    expect(await callOf('GROUP')).toMatchObject({ status: 'missed', undecided: 'group' })
  })

  it('is joined to its end by the call id alone', async () => {
    await postWawp(call('wawp-call-received', { id: 'JOINED' }))
    await postWawp(varied('wawp-call-rejected', { payload: { id: 'JOINED' } }))
    expect(await callOf('JOINED')).toMatchObject({ phone: '+16505550123', undecided: null })
  })

  it('of a lid has no phone number', async () => {
    await postWaha(call('waha-call-received-lid', { id: 'LID' }))
    expect(await callOf('LID')).toMatchObject({ phone: null, user_id: '215921108984006@lid' })
  })
})
