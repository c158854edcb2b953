import type { RequestListener } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import type { CrmConnector, CrmOptions } from '../../server/facts/crm.ts'
import { createCrm } from '../../server/facts/crm.ts'
import { crmFact } from '../../server/facts/crm-fields.ts'
import { createOutgoing } from '../../server/facts/outgoing.ts'
import { attributesSchema } from '../../server/schema/seeds.ts'
import type { StandIn } from './support.ts'
import { installationOf, movableClock, sleep, standIn } from './support.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

const ada = { key: 'DE.1', phone: '+4915112345678', userId: 'DE.1' }
const person = (n: number) => ({ key: `DE.${n}`, userId: `DE.${n}` })

async function connect(
  listener: RequestListener,
  more: Partial<CrmOptions> = {},
): Promise<{ crm: CrmConnector; server: StandIn; clock: ReturnType<typeof movableClock> }> {
  const server = await standIn(listener)
  const outgoing = createOutgoing({ allow: ['127.0.0.1'] })
  const clock = movableClock()
  const crm = createCrm({ url: server.url, token: 'token-1', outgoing, clock, ...more })
  open.push(crm, outgoing, server)
  return { crm, server, clock }
}

const json = (value: unknown): RequestListener => {
  return (_request, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(value))
}
const status = (code: number): RequestListener => {
  return (_request, response) => response.writeHead(code).end('no')
}

describe('a request', () => {
  test('names the person and bears the token', async () => {
    const { crm, server } = await connect(json({ tier: 'gold' }))
    await crm.lookup(ada)
    const [request] = server.requests
    expect(request?.url).toBe('/crm?phone=%2B4915112345678&userId=DE.1')
    expect(request?.headers.authorization).toBe('Bearer token-1')
  })

  test('keeps what CRM_URL asks for already', async () => {
    const server = await standIn(json({}))
    const outgoing = createOutgoing({ allow: ['127.0.0.1'] })
    const url = `${server.url}?v=2`
    const crm = createCrm({ url, token: undefined, outgoing, clock: movableClock() })
    open.push(crm, outgoing, server)
    await crm.lookup({ key: '+331', phone: '+33123456789' })
    expect(server.requests[0]?.url).toBe('/crm?v=2&phone=%2B33123456789')
    expect(server.requests[0]?.headers.authorization).toBeUndefined()
  })

  test('is made once for all who ask for one person at the same time', async () => {
    const { crm, server } = await connect((_request, response) => {
      setTimeout(() => response.end('{"tier":"gold"}'), 50)
    })
    const answers = await Promise.all(Array.from({ length: 20 }, () => crm.lookup(ada)))
    expect(server.requests).toHaveLength(1)
    expect(answers.every((answer) => answer.kind === 'found')).toBe(true)
  })

  test('is not made while 50 are open', async () => {
    const { crm, server } = await connect(() => undefined)
    const pending = Array.from({ length: 50 }, (_, n) => crm.lookup(person(n)))
    expect(await crm.lookup(person(50))).toEqual({ kind: 'unknown', reason: 'error' })
    expect(crm.stats().openRequests).toBe(50)
    await crm.close()
    await Promise.all(pending)
    expect(server.requests.length).toBeLessThanOrEqual(50)
  })

  test('uses an open connection again', async () => {
    const { crm, server } = await connect(json({}))
    for (let n = 0; n < 20; n += 1) await crm.lookup(person(n))
    expect(server.requests).toHaveLength(20)
    expect(server.connections()).toBeLessThanOrEqual(2)
  })
})

describe('an answer', () => {
  test.each([
    ['404', status(404), { kind: 'missing' }],
    ['{"found":false}', json({ found: false }), { kind: 'missing' }],
    ['{"found":true}', json({ found: true }), { kind: 'found' }],
    ['an object', json({ tier: 'gold' }), { kind: 'found', body: { tier: 'gold' } }],
    ['500', status(500), { kind: 'unknown', reason: 'error' }],
    ['401', status(401), { kind: 'unknown', reason: 'error' }],
    ['204', status(204), { kind: 'unknown', reason: 'error' }],
    ['302', status(302), { kind: 'unknown', reason: 'error' }],
    ['a list', json([]), { kind: 'unknown', reason: 'error' }],
    ['null', json(null), { kind: 'unknown', reason: 'error' }],
  ] satisfies [string, RequestListener, object][])(
    '%s is understood',
    async (_, listener, expected) => {
      const { crm } = await connect(listener)
      expect(await crm.lookup(ada)).toMatchObject(expected)
    },
  )

  test('that is not JSON is an error', async () => {
    const { crm } = await connect((_request, response) => response.end('<html>'))
    expect(await crm.lookup(ada)).toEqual({ kind: 'unknown', reason: 'error' })
  })

  test('of 10 MB is an error', async () => {
    const { crm } = await connect((_request, response) => {
      response.end(JSON.stringify({ x: 'y'.repeat(10_000_000) }))
    })
    expect(await crm.lookup(ada)).toEqual({ kind: 'unknown', reason: 'error' })
  })

  test.each([
    ['never comes', () => undefined],
    [
      'drips',
      (_request, response) => {
        const timer = setInterval(() => response.write(' '), 100)
        response.on('close', () => clearInterval(timer))
      },
    ],
  ] satisfies [string, RequestListener][])(
    'that %s is a timeout after 2 s',
    async (_, listener) => {
      const { crm } = await connect(listener)
      const started = Date.now()
      expect(await crm.lookup(ada)).toEqual({ kind: 'unknown', reason: 'timeout' })
      expect(Date.now() - started).toBeGreaterThan(1900)
      expect(Date.now() - started).toBeLessThan(3000)
    },
  )

  test('is not asked for without CRM_URL', async () => {
    const outgoing = createOutgoing({ allow: [] })
    const crm = createCrm({ url: undefined, token: undefined, outgoing, clock: movableClock() })
    expect(crm.configured).toBe(false)
    expect(await crm.lookup(ada)).toEqual({ kind: 'unknown', reason: 'not_configured' })
    await outgoing.close()
  })

  test('is not asked for at a private address that is not allowed', async () => {
    const server = await standIn(json({}))
    const outgoing = createOutgoing({ allow: [] })
    open.push(outgoing, server)
    const crm = createCrm({ url: server.url, token: undefined, outgoing, clock: movableClock() })
    expect(await crm.lookup(ada)).toEqual({ kind: 'unknown', reason: 'error' })
    expect(server.connections()).toBe(0)
  })
})

describe('the cache', () => {
  test('answers for a minute without the network', async () => {
    const { crm, server, clock } = await connect(json({ tier: 'gold' }))
    await crm.lookup(ada)
    clock.advance(59_000)
    expect(await crm.lookup(ada)).toMatchObject({ kind: 'found', cached: true, stale: false })
    expect(server.requests).toHaveLength(1)
    clock.advance(2000)
    expect(crm.peek(ada)).toMatchObject({ kind: 'found', stale: true })
    expect(await crm.lookup(ada)).toMatchObject({ cached: false, stale: false })
    expect(server.requests).toHaveLength(2)
  })

  test('remembers who is not there for half a minute', async () => {
    const { crm, server, clock } = await connect(status(404))
    await crm.lookup(ada)
    clock.advance(29_000)
    expect(await crm.lookup(ada)).toMatchObject({ kind: 'missing', cached: true })
    clock.advance(2000)
    expect(crm.peek(ada)).toBeUndefined()
    await crm.lookup(ada)
    expect(server.requests).toHaveLength(2)
  })

  test('answers with what is stale where the CRM fails, for an hour', async () => {
    let code = 200
    const { crm, clock } = await connect((_request, response) => {
      response.writeHead(code).end('{"tier":"gold"}')
    })
    await crm.lookup(ada)
    code = 500
    clock.advance(61_000)
    expect(await crm.lookup(ada)).toMatchObject({ kind: 'found', stale: true })
    clock.advance(3_600_000)
    expect(await crm.lookup(ada)).toEqual({ kind: 'unknown', reason: 'error' })
  })
})

describe('the breaker', () => {
  test('opens after 5 failures, asks nobody, and closes when the CRM is back', async () => {
    let code = 500
    const { crm, server } = await connect(
      (_request, response) => response.writeHead(code).end('{}'),
      { halfOpenAfterMs: 200 },
    )
    for (let n = 0; n < 5; n += 1)
      expect(await crm.lookup(person(n))).toEqual({ kind: 'unknown', reason: 'error' })
    expect(crm.stats().breaker).toBe('open')
    expect(await crm.lookup(person(5))).toEqual({ kind: 'unknown', reason: 'open_circuit' })
    expect(server.requests).toHaveLength(5)
    await sleep(250)
    expect(await crm.lookup(person(6))).toEqual({ kind: 'unknown', reason: 'error' })
    expect(await crm.lookup(person(7))).toEqual({ kind: 'unknown', reason: 'open_circuit' })
    code = 200
    await sleep(250)
    expect(await crm.lookup(person(8))).toMatchObject({ kind: 'found' })
    expect(await crm.lookup(person(9))).toMatchObject({ kind: 'found' })
    expect(crm.stats().breaker).toBe('closed')
  })

  test('lets one request try; others do not wait for it', async () => {
    let isBack = false
    const { crm, server } = await connect(
      (_request, response) => {
        if (isBack) setTimeout(() => response.end('{}'), 100)
        else response.writeHead(500).end()
      },
      { halfOpenAfterMs: 100 },
    )
    for (let n = 0; n < 5; n += 1) await crm.lookup(person(n))
    isBack = true
    await sleep(150)
    const trial = crm.lookup(person(5))
    expect(await crm.lookup(person(6))).toEqual({ kind: 'unknown', reason: 'open_circuit' })
    expect(await trial).toMatchObject({ kind: 'found' })
    expect(server.requests).toHaveLength(6)
  })

  test('stays closed when people are not there', async () => {
    const { crm } = await connect(status(404))
    for (let n = 0; n < 10; n += 1) await crm.lookup(person(n))
    expect(crm.stats().breaker).toBe('closed')
  })

  test('opens on timeouts too', async () => {
    const { crm } = await connect(() => undefined)
    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => crm.lookup(person(n))))
    expect(answers).toContainEqual({ kind: 'unknown', reason: 'timeout' })
    expect(crm.stats().breaker).toBe('open')
  })
})

describe('fields', () => {
  const body = JSON.parse(`{
    "account": { "tier": "gold", "since": "2020-05-01T00:00:00Z", "tags": ["a", "b"] },
    "tickets": 3, "vip": "yes", "note": null, "nested.name": "dotted", "deep": { "er": 1 },
    "__proto__": { "polluted": "yes" }
  }`) as Record<string, unknown> // an object, as written
  const installation = installationOf({
    declared: attributesSchema.parse({
      crm: [
        { name: 'tier', type: 'string' },
        { name: 'since', type: 'instant' },
        { name: 'tags', type: 'list' },
        { name: 'tickets', type: 'number' },
        { name: 'vip', type: 'boolean' },
        { name: 'note', type: 'string', default: 'none' },
        { name: 'count', type: 'instant' },
      ],
      mapping: {
        tier: 'account.tier',
        since: 'account.since',
        tags: 'account.tags',
        count: 'tickets',
        evil: 'constructor.name',
        lengthy: 'vip.length',
      },
    }),
  })
  const age = { cached: false, ageMs: 0, stale: false }

  test.each([
    ['found', { value: true }],
    ['tier', { value: 'gold' }],
    ['since', { value: Date.parse('2020-05-01T00:00:00Z') }],
    ['tags', { value: ['a', 'b'] }],
    ['tickets', { value: 3 }],
    ['vip', { unknown: 'type' }],
    ['count', { unknown: 'type' }],
    ['note', { value: 'none' }],
    ['undeclared', { unknown: 'not_found' }],
    ['nested.name', { value: 'dotted' }],
    ['deep.er', { value: 1 }],
    ['deep', { unknown: 'type' }],
    ['evil', { unknown: 'not_found' }],
    ['lengthy', { unknown: 'not_found' }],
    ['toString', { unknown: 'not_found' }],
    ['polluted', { unknown: 'not_found' }],
  ])('crm.%s is %j', (field, expected) => {
    expect(crmFact(`crm.${field}`, { kind: 'found', body, ...age }, installation)).toEqual(expected)
  })

  test('of a person who is not there are unknown, and found is false', () => {
    const read = (name: string) => crmFact(name, { kind: 'missing', ...age }, installation)
    expect(read('crm.found')).toEqual({ value: false })
    expect(read('crm.note')).toEqual({ unknown: 'not_found' })
  })
})
