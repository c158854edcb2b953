import type { RequestListener } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FactBook } from '../../server/facts/book.ts'
import { createCrm } from '../../server/facts/crm.ts'
import type { Facts } from '../../server/facts/facts.ts'
import { createFacts } from '../../server/facts/facts.ts'
import { createOutgoing } from '../../server/facts/outgoing.ts'
import type { Velocity } from '../../server/facts/velocity.ts'
import { createVelocity } from '../../server/facts/velocity.ts'
import type { Party } from '../../server/schema/signal.ts'
import type { TestDatabase } from './support.ts'
import { installationOf, movableClock, noon, openDatabase, sleep, standIn } from './support.ts'

let database: TestDatabase
let clock: ReturnType<typeof movableClock>
let velocity: Velocity
const open: { close(): Promise<void> | void }[] = []

beforeEach(async () => {
  database = await openDatabase()
  clock = movableClock()
  velocity = createVelocity()
})
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
  await database.close()
})

async function withCrm(listener: RequestListener | undefined) {
  const server = listener && (await standIn(listener))
  const outgoing = createOutgoing({ allow: ['127.0.0.1'] })
  const crm = createCrm({ url: server?.url, token: undefined, outgoing, clock })
  open.push(crm, outgoing, ...(server ? [server] : []))
  const installation = installationOf(server ? { connectors: ['default'] } : {})
  const db = database.reading
  const facts = createFacts({ db, installation: () => installation, velocity, crm, clock })
  return { facts, crm, requests: server?.requests ?? [] }
}

let calls = 0
const ada: Party = { phone: '+4915112345678', profileName: 'Ada' }

async function call(facts: Facts, party: Party = ada, deadlineMs = 80): Promise<FactBook> {
  calls += 1
  const ref = `ref-${calls}`
  const book = await facts.open(
    {
      call: { ref, line: 'line-1', media: 'voice', at: noon + calls },
      channel: 'whatsapp',
      callId: ref,
      party,
      arrivedMono: clock.monotonic(),
    },
    () => deadlineMs,
  )
  open.push(book)
  return book
}

/** Waits as the decision does, until the fact is settled. */
async function settled(book: FactBook, name: string) {
  book.start([name])
  for (;;) {
    const seen = book.read(name)
    if (seen) return seen
    await book.next()
  }
}

const gold: RequestListener = (_request, response) => response.end('{"tier":"gold"}')
const slow =
  (ms: number): RequestListener =>
  (_request, response) =>
    void setTimeout(() => response.end('{"tier":"gold"}'), ms)

describe('remote facts', () => {
  test('are not asked for before they are started', async () => {
    const { facts, requests } = await withCrm(gold)
    const book = await call(facts, ada, 1500)
    expect(book.read('crm.tier')).toBeUndefined()
    expect(requests).toHaveLength(0)
    expect(await settled(book, 'crm.tier')).toMatchObject({ value: 'gold', source: 'crm' })
  })

  test('of one call share one request', async () => {
    const { facts, requests } = await withCrm(gold)
    const book = await call(facts, ada, 1500)
    book.start(['crm.found', 'crm.tier'])
    book.start(['crm.tier', 'crm.other'])
    await book.next()
    expect(book.read('crm.found')).toMatchObject({ value: true })
    expect(book.read('crm.other')).toMatchObject({ unknown: 'not_found' })
    expect(requests).toHaveLength(1)
  })

  test('that are late are unknown at their deadline, stay so, and are there for the next call', async () => {
    const { facts, requests } = await withCrm(slow(120))
    const book = await call(facts)
    const late = await settled(book, 'crm.tier')
    expect(late).toMatchObject({ unknown: 'timeout', source: 'crm' })
    expect(late.ms).toBeGreaterThanOrEqual(80)
    await sleep(400)
    expect(book.read('crm.tier')).toBe(late)
    const next = await call(facts)
    next.start(['crm.tier'])
    expect(next.read('crm.tier')).toMatchObject({ value: 'gold' })
    expect(requests).toHaveLength(1)
  })

  test('are counted from the arrival, not from the start', async () => {
    const { facts } = await withCrm(() => undefined)
    const book = await call(facts)
    clock.advance(70)
    const started = performance.now()
    await settled(book, 'crm.tier')
    expect(performance.now() - started).toBeLessThan(60)
  })

  test('that are started after their deadline are unknown at once', async () => {
    const { facts } = await withCrm(gold)
    const book = await call(facts)
    clock.advance(100)
    book.start(['crm.tier'])
    expect(book.read('crm.tier')).toMatchObject({ unknown: 'timeout' })
    await book.next()
  })

  test('that are late are told from a stale answer, which says so', async () => {
    let ms = 0
    const { facts } = await withCrm((request, response) => slow(ms)(request, response))
    await settled(await call(facts, ada, 1500), 'crm.tier')
    ms = 300
    clock.advance(75_000)
    const seen = await settled(await call(facts), 'crm.tier')
    expect(seen).toMatchObject({ value: 'gold', stale: true })
    expect(seen.source).toMatch(/^crm \(cached 7\d s ago\)$/)
    expect(seen.ms).toBeGreaterThanOrEqual(80)
  })

  test('keep to a deadline each', async () => {
    const { facts } = await withCrm(() => undefined)
    const book = await facts.open(
      {
        call: { ref: 'r', line: 'line-1', media: 'voice', at: noon },
        channel: 'whatsapp',
        callId: 'r',
        party: ada,
        arrivedMono: clock.monotonic(),
      },
      (fact) => (fact === 'crm.found' ? 30 : 90),
    )
    open.push(book)
    book.start(['crm.found', 'crm.tier'])
    await book.next()
    expect(book.read('crm.found')).toMatchObject({ unknown: 'timeout' })
    expect(book.read('crm.tier')).toBeUndefined()
    await book.next()
    expect(book.read('crm.tier')).toMatchObject({ unknown: 'timeout' })
  })

  test('without a CRM are known to be unknown, and next does not wait', async () => {
    const { facts } = await withCrm(undefined)
    const book = await call(facts)
    expect(book.read('crm.tier')).toMatchObject({ unknown: 'not_configured' })
    await book.next()
    await book.next()
  })

  test('that do not exist are settled when started', async () => {
    const { facts, requests } = await withCrm(gold)
    const book = await call(facts)
    expect(await settled(book, 'no.such.fact')).toMatchObject({ unknown: 'not_configured' })
    expect(requests).toHaveLength(0)
  })

  test('wait no more once the book is closed', async () => {
    const { facts } = await withCrm(() => undefined)
    const book = await call(facts)
    book.start(['crm.tier'])
    const waiting = book.next()
    book.close()
    await waiting
    await book.next()
  })

  test('hold up 200 calls at once no longer than their deadline while the CRM hangs', async () => {
    const { facts } = await withCrm(() => undefined)
    const books = await Promise.all(
      Array.from({ length: 200 }, (_, n) => call(facts, { userId: `DE.${n}` }, 1000)),
    )
    const seen = await Promise.all(books.map((book) => settled(book, 'crm.found')))
    const reasons = new Set(seen.map((one) => 'unknown' in one && one.unknown))
    expect(reasons).toEqual(new Set(['timeout', 'error']))
    expect(Math.max(...seen.map((one) => one.ms))).toBeLessThan(1300)
  })
})

describe('velocity', () => {
  test('counts a call when its book is opened, this one included', async () => {
    const { facts } = await withCrm(undefined)
    await call(facts)
    const book = await call(facts)
    const names = ['velocity.caller.10m', 'velocity.number.10m', 'velocity.prefix4.10m']
    expect(names.map((name) => book.read(name))).toMatchObject([
      { value: 2 },
      { value: 2 },
      { value: 2 },
    ])
  })

  test('joins the calls of one person, by phone and by user id', async () => {
    const { facts } = await withCrm(undefined)
    await call(facts, { phone: '+4915112345678' })
    await database.writing
      .insertInto('people')
      .values({ phone: '+4915112345678', user_id: 'DE.1', created_at: '' })
      .execute()
    await call(facts, { userId: 'DE.1' })
    const book = await call(facts, { phone: '+4915112345678' })
    expect(book.caller.key).toBe('DE.1')
    expect(await facts.callerKey({ phone: '+4915112345678' })).toBe('DE.1')
    expect(book.read('velocity.caller.10m')).toMatchObject({ value: 3 })
  })

  test('of a prefix is unknown for a call without a phone', async () => {
    const { facts } = await withCrm(undefined)
    const book = await call(facts, { userId: 'DE.1' })
    expect(book.read('velocity.prefix.10m')).toMatchObject({ unknown: 'not_found' })
  })
})
