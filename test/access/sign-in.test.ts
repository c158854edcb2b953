import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Secret, TOTP } from 'otpauth'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { firstStart } from '../../server/access/first-start.ts'
import { hashPassword } from '../../server/access/passwords.ts'
import type { Clock } from '../../server/clock.ts'
import type { Bench } from '../gatekeeper/support.ts'
import { startBench } from '../gatekeeper/support.ts'
import { ask, bearer, cookieOf, invite, join, newToken, password, send, signIn } from './support.ts'

const minute = 60_000
const hour = 60 * minute
let ahead = 0
const clock: Clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() }

let bench: Bench
beforeAll(async () => {
  bench = await startBench({ overrides: { clock } })
})
afterAll(() => bench.close())
afterEach(() => {
  ahead = 0
  vi.useRealTimers()
})

const errorOf = async (response: Response) => {
  // each test looks at what it needs
  const { error } = (await response.json()) as {
    error: { code: string; message: string; details?: { triesLeft?: number } }
  }
  return { status: response.status, code: error.code, left: error.details?.triesLeft }
}
const isIn = async (cookie: string): Promise<boolean> =>
  (await ask(bench, '/api/calls', { headers: { cookie } })).status === 200
const seenAt = async (accountId: string): Promise<string> => {
  const sessions = bench.server.context.db.selectFrom('sessions').select('seen_at')
  return (await sessions.where('account_id', '=', accountId).executeTakeFirstOrThrow()).seen_at
}
const someone = (username: string) => join(bench, { username, role: 'operations' })

describe('a session', () => {
  test('is a new one at each sign-in, whatever cookie came along', async () => {
    await someone('fiona')
    const planted = 'callgate_session=cgs_planted-by-somebody-else'
    const body = { username: 'fiona', password }
    const response = await send(bench, '/api/auth/sign-in', { body, cookie: planted })
    const first = cookieOf(response)
    expect(first).not.toBe(planted)
    const again = await send(bench, '/api/auth/sign-in', { body, cookie: first })
    expect(cookieOf(again)).not.toBe(first)
    expect(await isIn(planted)).toBe(false)
  })

  test('has a cookie that scripts and other sites do not get', async () => {
    await someone('curt')
    const response = await signIn(bench, { username: 'Curt', password })
    const [set = ''] = response.headers.getSetCookie()
    expect(set).toMatch(/^callgate_session=cgs_[\w-]{43};/)
    expect(set).toMatch(/; Path=\/(;|$)/)
    expect(set).toContain('HttpOnly')
    expect(set).toContain('SameSite=Lax')
    expect(set).not.toContain('Secure')
  })

  test('is kept as a hash only', async () => {
    const { cookie } = await someone('hanna')
    const secret = cookie.split('=')[1] ?? ''
    const rows = await bench.server.context.db.selectFrom('sessions').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(secret)
    const hash = createHash('sha256').update(secret).digest('base64url')
    expect(rows.map((row) => row.hash)).toContain(hash)
  })

  test('slides while it is used, ends after twelve idle hours, and after thirty days anyhow', async () => {
    const { cookie, id } = await someone('steady')
    const use = async () => {
      expect(await isIn(cookie)).toBe(true)
      // noted behind the answer
      const isNoted = async () => clock.now() - Date.parse(await seenAt(id)) < 2 * minute
      await vi.waitFor(async () => expect(await isNoted()).toBe(true))
    }
    for (ahead = 0; ahead < 30 * 24 * hour - hour; ahead += 11 * hour) await use()
    ahead = 30 * 24 * hour + minute
    expect(await isIn(cookie)).toBe(false)

    ahead = 0
    const idle = (await someone('idle')).cookie
    ahead = 12 * hour + minute
    expect(await isIn(idle)).toBe(false)
  })

  test('is noted as seen at most once a minute', async () => {
    const { cookie, id } = await someone('seen')
    const before = await seenAt(id)
    ahead = minute - 5_000
    await isIn(cookie)
    await sleep(60)
    expect(await seenAt(id)).toBe(before)
    ahead = minute + 5_000
    await isIn(cookie)
    await vi.waitFor(async () =>
      expect(Date.parse(await seenAt(id))).toBeGreaterThan(Date.parse(before) + minute),
    )
  })

  test('can be seen and ended by its owner, and by nobody else', async () => {
    const one = await someone('owner')
    const other = await someone('stranger')
    const second = cookieOf(await signIn(bench, { username: 'owner', password }))
    const response = await ask(bench, '/api/auth/sessions', { headers: { cookie: second } })
    const { data } = (await response.json()) as { data: { id: string; current: boolean }[] }
    expect(data).toHaveLength(2)
    const first = data.find(({ current }) => !current)?.id ?? ''
    const end = (cookie: string) =>
      send(bench, `/api/auth/sessions/${first}`, { method: 'DELETE', cookie })
    expect((await end(other.cookie)).status).toBe(404)
    expect(await isIn(one.cookie)).toBe(true)
    expect((await end(second)).status).toBe(200)
    expect([await isIn(one.cookie), await isIn(second)]).toEqual([false, true])
  })
})

describe('signing out', () => {
  test('ends this session; everywhere ends all of them', async () => {
    const { cookie } = await someone('outi')
    const more = cookieOf(await signIn(bench, { username: 'outi', password }))
    await send(bench, '/api/auth/sign-out', { cookie: more })
    expect([await isIn(cookie), await isIn(more)]).toEqual([true, false])
    const third = cookieOf(await signIn(bench, { username: 'outi', password }))
    await send(bench, '/api/auth/sign-out-everywhere', { cookie: third })
    expect([await isIn(cookie), await isIn(third)]).toEqual([false, false])
  })

  const endsOf = async (headers: Record<string, string>, end: () => Promise<unknown>) => {
    const response = await ask(bench, '/api/live', { headers })
    const reader = response.body?.getReader()
    await reader?.read()
    const begun = Date.now()
    await end()
    while (!((await reader?.read())?.done ?? true));
    return Date.now() - begun
  }

  test('ends a live feed that is open within a second; so does revoking a token', async () => {
    const { cookie } = await someone('lived')
    const out = () => send(bench, '/api/auth/sign-out-everywhere', { cookie })
    expect(await endsOf({ cookie }, out)).toBeLessThan(1000)
    const { secret, id } = await newToken(bench, { role: 'viewer' })
    const revoke = () => bench.api(`/api/tokens/${id}`, { method: 'DELETE' })
    expect(await endsOf(bearer(secret), revoke)).toBeLessThan(1000)
  })

  test('happens to those whom an admin signs out, disables, resets or deletes', async () => {
    const cases: [string, string, RequestInit][] = [
      ['out', '/sign-out', { method: 'POST' }],
      ['off', '', { method: 'PATCH', body: '{"disabled":true}' }],
      ['reset', '/reset', { method: 'POST' }],
      ['gone', '', { method: 'DELETE' }],
    ]
    for (const [username, path, init] of cases) {
      const { id, cookie } = await someone(`by-admin-${username}`)
      expect((await bench.api(`/api/accounts/${id}${path}`, init)).status).toBe(200)
      expect(await isIn(cookie)).toBe(false)
    }
  })
})

test('a new password ends the other sessions and needs the old one', async () => {
  const { cookie } = await someone('paula')
  const here = cookieOf(await signIn(bench, { username: 'paula', password }))
  const change = (current: string, next: string) =>
    send(bench, '/api/auth/password', { body: { current, next }, cookie: here })
  expect((await change('not it at all', 'another long one')).status).toBe(400)
  expect((await change(password, 'short')).status).toBe(400)
  expect((await change(password, 'another long one')).status).toBe(200)
  expect([await isIn(cookie), await isIn(here)]).toEqual([false, true])
  expect((await signIn(bench, { username: 'paula', password })).status).toBe(401)
  expect((await signIn(bench, { username: 'paula', password: 'another long one' })).status).toBe(
    200,
  )
})

test('a change of role counts from the next request on', async () => {
  const { id, cookie } = await someone('rory')
  const settings = () => ask(bench, '/api/settings/courtesy', { headers: { cookie } })
  expect((await settings()).status).toBe(200)
  await bench.api(`/api/accounts/${id}`, { method: 'PATCH', body: '{"role":"viewer"}' })
  expect((await settings()).status).toBe(403)
})

describe('guessing', () => {
  test('is slowed after five tries, with the same answers for a name that is not there', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    await someone('victim')
    const tries = async (username: string) => {
      const answers = []
      for (let n = 0; n < 6; n += 1)
        answers.push(await errorOf(await signIn(bench, { username, password: `guess ${n}` })))
      return answers
    }
    const real = await tries('victim')
    expect(real.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429])
    expect(real.map(({ left }) => left)).toEqual([4, 3, 2, 1, 0, undefined])
    expect(await tries('nobody-of-that-name')).toEqual(real)
    const locked = await signIn(bench, { username: 'victim', password })
    expect(locked.status).toBe(429)
    const wait = Number(locked.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(14 * 60)
    expect(wait).toBeLessThanOrEqual(15 * 60)
    vi.setSystemTime(Date.now() + wait * 1000 + 1000)
    expect((await signIn(bench, { username: 'victim', password })).status).toBe(200)
  })

  test('does not lock out who is signed in, nor other people', async () => {
    const { cookie } = await someone('working')
    for (let n = 0; n < 7; n += 1) await signIn(bench, { username: 'working', password: 'wrong' })
    expect((await signIn(bench, { username: 'working', password })).status).toBe(429)
    expect(await isIn(cookie)).toBe(true)
    await someone('colleague')
    expect((await signIn(bench, { username: 'colleague', password })).status).toBe(200)
  })

  test('many at once is no way around', async () => {
    await someone('burst')
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) => signIn(bench, { username: 'burst', password: `g${n}` })),
    )
    expect(all.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(all.filter(({ status }) => status === 429)).toHaveLength(15)
  })

  test('takes as long for a name that is not there', async () => {
    await someone('timed')
    await someone('timed-too')
    const time = async (username: string) => {
      const begun = performance.now()
      await signIn(bench, { username, password: 'wrong' })
      return performance.now() - begun
    }
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[2] ?? 0
    const [there, absent]: [number[], number[]] = [[], []]
    for (let n = 0; n < 5; n += 1) {
      there.push(await time(n < 3 ? 'timed' : 'timed-too'))
      absent.push(await time(n < 3 ? 'absent' : 'absent-too'))
    }
    // without the hash an absent name would answer in well under a tenth of the time
    expect(median(absent)).toBeGreaterThan(median(there) / 3)
  })
})

describe('the second step', () => {
  const enable = async (username: string) => {
    const signed = await someone(username)
    const { cookie } = signed
    const begun = await send(bench, '/api/auth/totp/start', { cookie })
    const { secret, uri } = (await begun.json()) as { secret: string; uri: string }
    expect(uri).toMatch(/^otpauth:\/\/totp\/Callgate:/)
    const app = new TOTP({ secret: Secret.fromBase32(secret) })
    const code = () => app.generate({ timestamp: clock.now() })
    const wrong = await send(bench, '/api/auth/totp/confirm', { cookie, body: { code: '000' } })
    expect(wrong.status).toBe(400)
    const right = await send(bench, '/api/auth/totp/confirm', { cookie, body: { code: code() } })
    const { recoveryCodes } = (await right.json()) as { recoveryCodes: string[] }
    return { ...signed, secret, code, recoveryCodes }
  }
  const enter = (username: string, code?: string) =>
    signIn(bench, { username, password, ...(code === undefined ? {} : { code }) })

  test('asks for a code, takes each once, and only near its time', async () => {
    const { code } = await enable('theo')
    expect(await errorOf(await enter('theo'))).toMatchObject({ status: 401, code: 'totp_required' })
    // the code that turned it on was used
    expect((await enter('theo', code())).status).toBe(401)
    ahead = minute
    const next = code()
    expect((await enter('theo', next)).status).toBe(200)
    expect(await errorOf(await enter('theo', next))).toMatchObject({ code: 'totp_required' })
    const later = code()
    ahead = 10 * minute
    expect((await enter('theo', later)).status).toBe(401)
  })

  test('is guessed no faster than a password', async () => {
    await enable('gus')
    for (let n = 0; n < 5; n += 1) expect((await enter('gus', `00000${n}`)).status).toBe(401)
    expect((await enter('gus', '000009')).status).toBe(429)
  })

  test('takes each recovery code once, however it is typed', async () => {
    const { recoveryCodes } = await enable('rita')
    expect(new Set(recoveryCodes).size).toBe(10)
    const [first = ''] = recoveryCodes
    const typed = first.toUpperCase().replace('-', ' ')
    expect((await enter('rita', typed)).status).toBe(200)
    expect((await enter('rita', first)).status).toBe(401)
  })

  test('is sealed and hashed in the database, and goes with the password only', async () => {
    const { id, secret, recoveryCodes, cookie } = await enable('sealed')
    const { db } = bench.server.context
    const account = await db.selectFrom('accounts').selectAll().where('id', '=', id).execute()
    const codes = await db.selectFrom('recovery_codes').selectAll().execute()
    const stored = JSON.stringify([account, codes])
    for (const one of [secret, ...recoveryCodes]) expect(stored).not.toContain(one)
    const off = (given: string) =>
      send(bench, '/api/auth/totp/off', { cookie, body: { password: given } })
    expect((await off('wrong')).status).toBe(400)
    expect((await off(password)).status).toBe(200)
    expect((await enter('sealed')).status).toBe(200)
  })
})

describe('one-time links', () => {
  test('invite once, and end after a week', async () => {
    const { link } = await invite(bench, { username: 'ivy', role: 'agent', teams: ['main'] })
    const shown = await ask(bench, link)
    expect(await shown.json()).toMatchObject({ username: 'ivy', role: 'agent', kind: 'invite' })
    expect((await signIn(bench, { username: 'ivy', password })).status).toBe(401)
    const take = (path: string) => send(bench, path, { body: { name: 'Ivy', password } })
    const both = await Promise.all([take(link), take(link)])
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 404])
    expect((await ask(bench, link)).status).toBe(404)
    const late = await invite(bench, { username: 'late', role: 'agent' })
    ahead = 7 * 24 * hour + minute
    expect((await ask(bench, late.link)).status).toBe(404)
    expect((await take(late.link)).status).toBe(404)
  })

  test('reset the password, and the older link and password are no good', async () => {
    const { id } = await someone('forgot')
    const reset = async () => {
      const response = await bench.api(`/api/accounts/${id}/reset`, { method: 'POST' })
      return `/api${((await response.json()) as { link: string }).link}`
    }
    const older = await reset()
    const link = await reset()
    expect((await signIn(bench, { username: 'forgot', password })).status).toBe(401)
    expect((await ask(bench, older)).status).toBe(404)
    expect(await (await ask(bench, link)).json()).toMatchObject({ kind: 'reset' })
    const next = 'a password to remember'
    expect((await send(bench, link, { body: { password: next } })).status).toBe(200)
    expect((await signIn(bench, { username: 'forgot', password: next })).status).toBe(200)
  })

  test('made up are refused before the slow part', async () => {
    const work = async (task: () => Promise<unknown>) => {
      const before = process.cpuUsage()
      for (let n = 0; n < 20; n += 1) await task()
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    const hashing = await work(() => hashPassword(password))
    const refusing = await work(async () => {
      const response = await send(bench, '/api/invite/invite_made-up', { body: { password } })
      expect(response.status).toBe(404)
    })
    expect(refusing).toBeLessThan(hashing)
  })
})

describe('the first start', () => {
  test('with ADMIN_PASSWORD makes admin, once', async () => {
    const fresh = await startBench()
    try {
      const { context } = fresh.server
      expect(await (await ask(fresh, '/api/auth/state')).json()).toMatchObject({ needsSetup: true })
      await firstStart({ ...context, adminPassword: 'chosen at the start' })
      await firstStart({ ...context, adminPassword: 'another one' })
      const enter = (given: string) => signIn(fresh, { username: 'admin', password: given })
      expect((await enter('another one')).status).toBe(401)
      const response = await enter('chosen at the start')
      expect(await response.json()).toMatchObject({ username: 'admin', role: 'admin', teams: null })
    } finally {
      await fresh.close()
    }
  })

  test('without it gives a link that makes one admin, once, and dies with the next start', async () => {
    const fresh = await startBench()
    try {
      const start = () => firstStart({ ...fresh.server.context, adminPassword: undefined })
      const older = `/api/setup/${await start()}`
      const link = `/api/setup/${await start()}`
      expect((await ask(fresh, older)).status).toBe(404)
      expect(await (await ask(fresh, link)).json()).toEqual({ valid: true })
      const make = (username: string) =>
        send(fresh, link, { body: { username, name: 'First', password } })
      const both = await Promise.all([make('one'), make('two')])
      expect(both.map(({ status }) => status).toSorted()).toEqual([200, 404])
      expect((await ask(fresh, link)).status).toBe(404)
      expect(await start()).toBeUndefined()
      const state = await (await ask(fresh, '/api/auth/state')).json()
      expect(state).toMatchObject({ needsSetup: false, oidc: null, me: null })
    } finally {
      await fresh.close()
    }
  })
})

test('the last admin can be neither removed, disabled nor made less', async () => {
  const fresh = await startBench()
  try {
    const { id } = await join(fresh, { username: 'last', role: 'admin' })
    const path = `/api/accounts/${id}`
    const patch = (body: string) => fresh.api(path, { method: 'PATCH', body })
    expect((await patch('{"role":"viewer"}')).status).toBe(409)
    expect((await patch('{"disabled":true}')).status).toBe(409)
    expect((await fresh.api(path, { method: 'DELETE' })).status).toBe(409)
  } finally {
    await fresh.close()
  }
})
