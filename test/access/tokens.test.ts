import { readFile, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Clock } from '../../server/clock.ts'
import type { Bench } from '../gatekeeper/support.ts'
import { ask, bearer, newToken, startTeams } from './support.ts'

const minute = 60_000
let ahead = 0
const clock: Clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() }
let bench: Bench

beforeAll(async () => {
  bench = await startTeams({ overrides: { clock } })
})
afterAll(() => bench.close())

const list = async () => {
  const response = await bench.api('/api/tokens')
  return (await response.json()) as { data: { id: string; state: string; usedAt: string | null }[] }
}
const one = async (id: string) => (await list()).data.find((token) => token.id === id)
const use = (secret: string, path = '/api/agents') => ask(bench, path, { headers: bearer(secret) })

describe('a token', () => {
  test('is shown once, known by its beginning, and kept as a hash', async () => {
    const { id, secret, prefix } = await newToken(bench, { role: 'viewer' })
    expect(secret).toMatch(/^cgt_[\w-]{43}$/)
    expect(secret.startsWith(prefix)).toBe(true)
    expect(JSON.stringify(await list())).not.toContain(secret)
    const rows = await bench.server.context.db.selectFrom('tokens').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(secret)
    const audit = await (await bench.api('/api/audit?operation=createToken')).text()
    expect(audit).toContain('createToken')
    expect(audit).not.toContain(secret)
    expect(await one(id)).toMatchObject({ state: 'active', usedAt: null })
  })

  test('is in no file of the database', async () => {
    const { secret, prefix } = await newToken(bench, { role: 'viewer' })
    const path = bench.server.context.config.databasePath
    const names = await readdir(dirname(path), { withFileTypes: true })
    const files = names.filter((entry) => entry.isFile()).map(({ name }) => join(dirname(path), name)) // prettier-ignore
    const bytes = Buffer.concat(await Promise.all(files.map((file) => readFile(file))))
    expect(bytes.includes(prefix)).toBe(true)
    expect(bytes.includes(secret)).toBe(false)
  })

  test('ends when it is revoked, and when its time is over', async () => {
    const revoked = await newToken(bench, { role: 'viewer' })
    const expiresAt = new Date(clock.now() + 5 * minute).toISOString()
    const short = await newToken(bench, { role: 'viewer', expiresAt })
    expect([(await use(revoked.secret)).status, (await use(short.secret)).status]).toEqual([
      200, 200,
    ])
    await bench.api(`/api/tokens/${revoked.id}`, { method: 'DELETE' })
    ahead = 6 * minute
    expect([(await use(revoked.secret)).status, (await use(short.secret)).status]).toEqual([
      401, 401,
    ])
    expect(await one(revoked.id)).toMatchObject({ state: 'revoked' })
    expect(await one(short.id)).toMatchObject({ state: 'expired' })
    ahead = 0
  })

  test('that would end in the past is not made', async () => {
    const body = JSON.stringify({ name: 'old', role: 'viewer', expiresAt: '2020-01-01T00:00:00Z' })
    expect((await bench.api('/api/tokens', { method: 'POST', body })).status).toBe(400)
  })

  test('is noted as used at most once a minute', async () => {
    const { id, secret } = await newToken(bench, { role: 'viewer' })
    await use(secret)
    await vi.waitFor(async () => expect((await one(id))?.usedAt).not.toBeNull())
    const first = (await one(id))?.usedAt
    ahead = minute - 5_000
    await use(secret)
    await bench.server.context.writer.run('touchToken', { id: 'nobody', at: first ?? '' })
    expect((await one(id))?.usedAt).toBe(first)
    ahead = minute + 5_000
    await use(secret)
    await vi.waitFor(async () => expect((await one(id))?.usedAt).not.toBe(first))
    ahead = 0
  })

  test('is no good as a session', async () => {
    const { secret } = await newToken(bench, { role: 'admin' })
    const headers = { cookie: `callgate_session=${secret}` }
    expect((await ask(bench, '/api/agents', { headers })).status).toBe(401)
  })
})

test('a team makes 600 requests a minute with all its tokens; others, and ADMIN_TOKEN, go on', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    const [one, two] = [
      await newToken(bench, { role: 'viewer', teams: ['north'] }),
      await newToken(bench, { role: 'agent', teams: ['north'] }),
    ]
    const other = await newToken(bench, { role: 'viewer', teams: ['south'] })
    const many = async (secret: string, count: number) => {
      const statuses: number[] = []
      for (let n = 0; n < count; n += 20) {
        const some = Array.from({ length: 20 }, async () => {
          const response = await use(secret)
          await response.arrayBuffer()
          return response.status
        })
        statuses.push(...(await Promise.all(some)))
      }
      return statuses
    }
    const first = [...(await many(one.secret, 300)), ...(await many(two.secret, 300))]
    expect(new Set(first)).toEqual(new Set([200]))
    const refused = await use(one.secret)
    expect(refused.status).toBe(429)
    const wait = Number(refused.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(60)
    expect((await use(two.secret)).status).toBe(429)
    expect((await use(other.secret)).status).toBe(200)
    const adminStatuses = await Promise.all(Array.from({ length: 700 }, async () => (await bench.api('/api/agents')).status)) // prettier-ignore
    expect(new Set(adminStatuses)).toEqual(new Set([200]))
    vi.setSystemTime(Date.now() + wait * 1000 + 100)
    expect((await use(one.secret)).status).toBe(200)
  } finally {
    vi.useRealTimers()
  }
})
