import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FaultName } from '../../server/simulator/faults.ts'
import type { Bench } from './receiver.ts'
import { alice, eventually, line, listOf, startBench, text } from './receiver.ts'

let bench: Bench
beforeEach(async () => {
  bench = await startBench()
})
afterEach(() => bench.close())

const place = async (fault?: FaultName, more = {}) => {
  if (fault) bench.simulator.script(fault)
  const call = await bench.simulator.call({ from: alice, line, hangUpAfterMs: 5, ...more })
  await call.ended
  await bench.simulator.idle()
  return call
}
const events = () => bench.calls().map(({ event }) => event)
const statuses = () =>
  bench.simulator.log.flatMap((event) => (event.kind === 'webhook' ? [event.status] : []))

describe('deliveries', () => {
  it('are retried at once and then with growing waits until a 200', async () => {
    bench.simulator.time.retrySeconds = 4
    let left = 4
    bench.receiver.answer = () => (left-- > 0 ? ([500, 201, 204, 401][left] ?? 500) : 200)
    const call = await bench.simulator.call({ from: alice, line })
    expect(await call.answered).toBe(401)
    expect(await call.delivered).toBe(200)
    const attempts = bench.simulator.log.flatMap((event) =>
      event.kind === 'webhook' ? [{ from: event.at, to: event.at + event.ms }] : [],
    )
    const waits = attempts.slice(1).map(({ from }, index) => from - (attempts[index]?.to ?? 0))
    expect(waits).toHaveLength(4)
    const [first = 0, second = 0, third = 0, fourth = 0] = waits
    expect(first).toBeLessThan(fourth)
    expect([second >= 35, third >= 75, fourth >= 155]).toEqual([true, true, true])
    expect(new Set(bench.receiver.received.map(({ raw }) => raw)).size).toBe(1)
  })

  it('count 2xx as success where the switch says so', async () => {
    bench.simulator.switches.webhookSuccess = '2xx'
    bench.receiver.answer = () => 204
    await place()
    expect(bench.receiver.received).toHaveLength(2)
  })

  it('time out on a silent server and come again', async () => {
    bench.simulator.time.clientTimeoutSeconds = 5
    let isFirst = true
    bench.receiver.answer = () => {
      const status = isFirst ? 0 : 200
      isFirst = false
      return status
    }
    const call = await bench.simulator.call({ from: alice, line })
    expect(await call.answered).toBe(0)
    expect(await call.delivered).toBe(200)
  })

  it('of a call are given up after their time', async () => {
    bench.simulator.time.retryCallsForSeconds = 5
    bench.receiver.answer = () => 503
    const call = await bench.simulator.call({ from: alice, line, hangUpAfterMs: 1 })
    expect(await call.delivered).toBe(503)
    await bench.simulator.idle()
    expect(bench.simulator.counters['webhook.given_up']).toBe(2)
  })

  it('are duplicated in parallel, or spaced', async () => {
    bench.simulator.switches.duplicateCopies = 5
    await place('duplicate')
    expect(bench.calls('connect')).toHaveLength(5)
    bench.simulator.switches.duplicateSpacingSeconds = 2
    const before = bench.receiver.received.length
    await place('duplicate')
    const times = bench.receiver.received.slice(before).map(({ at }) => at)
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(60)
  })

  it('whose answer was lost come again', async () => {
    await place('answerLost')
    expect(bench.calls('connect')).toHaveLength(2)
  })

  it('are sent again, byte for byte, on request', async () => {
    const call = await place()
    const which = { callId: call.id, subject: 'connect' }
    expect(await bench.simulator.redeliver(which, { copies: 3 })).toEqual([200, 200, 200])
    const raws = bench.receiver.received.filter(({ raw }) => raw.includes('"connect"'))
    expect(new Set(raws.map(({ raw }) => raw)).size).toBe(1)
    expect(raws).toHaveLength(4)
  })

  it('may be any bytes, rightly signed, forged or not signed', async () => {
    const body = '{"object":"whatsapp_business_account","entry":[]}'
    const vector = 'sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756'
    expect(await bench.simulator.deliverRaw(body)).toBe(200)
    expect(bench.simulator.log.at(-1)).toMatchObject({ signature: vector })
    expect(await bench.simulator.deliverRaw(body, { secret: 'otro_secreto' })).toBe(401)
    expect(await bench.simulator.deliverRaw(body, { signature: null })).toBe(401)
    expect(await bench.simulator.deliverRaw(body, { signature: 'sha256=00' })).toBe(401)
  })

  it.each(['wrongSignature', 'wrongSecret', 'missingSignature'] as const)(
    'with the fault %s are refused and then come rightly signed',
    async (fault) => {
      await place(fault)
      expect(statuses()).toEqual([401, 200, 200])
      expect(bench.receiver.received.map(({ isSigned }) => isSigned)).toEqual([false, true, true])
    },
  )

  it('are not made for a field that the app is not subscribed to', async () => {
    bench.simulator.account.subscription.fields = ['messages']
    await place()
    expect(bench.receiver.received).toHaveLength(0)
  })
})

describe('order', () => {
  it('lets a terminate overtake its connect', async () => {
    const call = await place('terminateFirst')
    expect(events()).toEqual(['terminate', 'connect'])
    expect((await call.ended).reason).toBe('abandoned')
    await place(undefined, { terminateFirst: true })
    expect(events().slice(2)).toEqual(['terminate', 'connect'])
  })

  it('delays a connect, which keeps its timestamp', async () => {
    bench.simulator.script('lateConnect')
    const start = Date.now()
    const call = await bench.simulator.call({ from: alice, line })
    expect(await call.delivered).toBe(200)
    expect(Date.now() - start).toBeGreaterThanOrEqual(190)
    expect(Number(bench.calls('connect')[0]?.['timestamp'])).toBeLessThanOrEqual(start / 1000 + 1)
  })

  it('sends a connect that is long stale', async () => {
    await place('staleConnect')
    const age = Date.now() / 1000 - Number(bench.calls('connect')[0]?.['timestamp'])
    expect(age).toBeGreaterThanOrEqual(119)
  })

  it.each(['items', 'changes', 'entries'] as const)('batches as %s', async (shape) => {
    bench.simulator.switches.batchShape = shape
    bench.simulator.switches.batchSeconds = 5
    bench.simulator.script('batch', 3)
    await bench.simulator.call({ from: alice, line })
    await bench.simulator.call({ from: '+447700900124', line })
    await bench.simulator.message({ from: alice, line, text: 'hi' })
    await bench.simulator.idle()
    expect(bench.receiver.received).toHaveLength(1)
    const entries = listOf(bench.receiver.received[0]?.body, 'entry')
    expect(entries).toHaveLength(shape === 'entries' ? 3 : 1)
    expect(bench.changes()).toHaveLength(shape === 'items' ? 2 : 3)
    expect(bench.calls('connect')).toHaveLength(2)
  })
})

describe('bodies', () => {
  it('escape non-ASCII and slashes, and the signature is over those bytes', async () => {
    await place(undefined, { name: 'Zoë 🎉' })
    const [first] = bench.receiver.received
    expect(first?.raw).toContain('Zo\\u00eb \\ud83c\\udf89')
    expect(first?.raw).toContain('opus\\/48000')
    expect(first?.isSigned).toBe(true)
    bench.simulator.switches.escapedUnicode = false
    await place(undefined, { name: 'Zoë 🎉' })
    expect(bench.receiver.received[2]?.raw).toContain('Zoë 🎉')
  })

  it('lack what the faults take away', async () => {
    await place('usernameOnly')
    expect(bench.calls('connect')[0]).not.toHaveProperty('from')
    await place('withoutDirection')
    expect(bench.calls('connect')[1]).not.toHaveProperty('direction')
    await place('withoutContacts')
    const withContacts = bench.changes().filter(({ value }) => 'contacts' in value)
    expect(withContacts).toHaveLength(5)
    await place(undefined, { omit: ['contacts'] })
    expect(bench.changes().at(-1)?.value).not.toHaveProperty('contacts')
  })

  it('have what nobody knows', async () => {
    await place('unknownFields')
    expect(bench.changes().find(({ field }) => field === 'calls')?.value).toHaveProperty('x_future')
    expect(bench.changes().map(({ field }) => field)).toContain('x_future_field')
    await place('unknownEvent')
    expect(events()).toContain('call_teleported')
    await place('legacyConnection')
    expect(bench.calls('connect').at(-1)).toHaveProperty('connection.webrtc.sdp')
    await place('callStatuses')
    expect(bench.changes().flatMap(({ value }) => listOf(value, 'statuses'))).toMatchObject([
      { type: 'call', status: 'RINGING', recipient_id: '447700900123' },
    ])
  })

  it.each([
    ['upper', 'COMPLETED'],
    ['title', 'Completed'],
    ['array', ['Completed']],
    ['rejected', 'REJECTED'],
  ] as const)('spell the status of a terminate as %s', async (spelling, expected) => {
    bench.simulator.switches.terminateStatus = spelling
    const call = await bench.simulator.call({ from: alice, line })
    await bench.act('reject', call.id)
    await bench.simulator.idle()
    expect(bench.calls('terminate')[0]?.['status']).toEqual(expected)
  })

  it('may be 3 MB', async () => {
    await place('hugeBody')
    const huge = bench.receiver.received.find(({ raw }) => raw.length > 3_000_000)
    expect(huge?.isSigned).toBe(true)
  })

  it('of account_update may be wrapped in an array', async () => {
    bench.simulator.script('wrappedAccountUpdate')
    await bench.simulator.accountUpdate(line, {
      event: 'ACCOUNT_VIOLATION',
      violation_info: { violation_type: 'USER_INITIATED_CALLS_LOW_PICKUP_RATE' },
    })
    await bench.simulator.idle()
    expect(Array.isArray(bench.receiver.received[0]?.body)).toBe(true)
    expect(bench.changes()[0]).toMatchObject({ field: 'account_update' })
  })

  it('have the ids of before May 2026 only, or parents too', async () => {
    bench.simulator.switches.userIds = false
    await place()
    expect(bench.receiver.received[0]?.raw).not.toContain('user_id')
    bench.simulator.switches.userIds = true
    bench.simulator.switches.parentUserIds = true
    await place()
    expect(bench.calls('connect')[1]?.['from_parent_user_id']).toMatch(/^GB\.ENT\./)
  })
})

describe('the handshake', () => {
  it('passes with the right token and a challenge of either kind', async () => {
    expect(await bench.simulator.verifySubscription()).toMatchObject({
      isVerified: true,
      status: 200,
    })
    bench.simulator.switches.challenge = 'opaque'
    const opaque = await bench.simulator.verifySubscription()
    expect(opaque.isVerified).toBe(true)
    expect(opaque.challenge).toMatch(/[A-Za-z]/)
    bench.simulator.account.subscription.verifyToken = 'wrong'
    expect(await bench.simulator.verifySubscription()).toMatchObject({
      isVerified: false,
      status: 403,
    })
  })
})

describe('Graph', () => {
  const send = () => bench.graph('POST', `${line}/messages`, text(alice))
  const graphEvents = () => bench.simulator.log.filter((event) => event.kind === 'graph')
  beforeEach(() => bench.simulator.call({ from: alice, line }))

  it.each([
    ['serverError', 500, 131000],
    ['throttled', 429, 80007],
    ['tokenExpired', 401, 190],
  ] as const)('answers %s with %i and code %i without doing it', async (fault, status, code) => {
    bench.simulator.script(fault)
    expect(await send()).toMatchObject({ status, body: { error: { code } } })
    expect(bench.simulator.inbox({ from: alice })).toHaveLength(0)
    expect((await send()).status).toBe(200)
  })

  it.each([
    ['callingDisabled', 401, 138000],
    ['sipOnly', 400, 131055],
  ] as const)('answers %s on calls with %i and code %i', async (fault, status, code) => {
    bench.simulator.script(fault)
    expect((await send()).status).toBe(200)
    expect(await bench.act('reject', 'wacid.x')).toMatchObject({
      status,
      body: { error: { code } },
    })
  })

  it('answers success without messaging_product', async () => {
    const call = await bench.simulator.call({ from: '+447700900777', line })
    bench.simulator.script('bareSuccess')
    expect(await bench.act('reject', call.id)).toEqual({ status: 200, body: { success: true } })
  })

  it('fails as scripted, so many times, before or after doing it', async () => {
    bench.simulator.failNext({ path: 'messages', status: 503, code: 2, times: 2, details: 'down' })
    expect(await send()).toMatchObject({
      status: 503,
      body: { error: { code: 2, error_data: { details: 'down' } } },
    })
    expect((await send()).status).toBe(503)
    bench.simulator.failNext({ path: 'messages', status: 500, after: true })
    expect((await send()).status).toBe(500)
    expect(bench.simulator.inbox({ from: alice })).toHaveLength(1)
    expect(graphEvents().map((event) => event.kind === 'graph' && event.performed)).toEqual([
      false,
      false,
      true,
    ])
  })

  it('is slow before or after doing it; a client that gave up finds the call gone', async () => {
    bench.simulator.switches.slowSeconds = 20
    const call = await bench.simulator.call({ from: '+447700900777', line })
    bench.simulator.script('slowAfter')
    const body = { messaging_product: 'whatsapp', call_id: call.id, action: 'reject' }
    const impatient = fetch(`${bench.simulator.url}/v26.0/${line}/calls`, {
      method: 'POST',
      headers: { authorization: 'Bearer test-token', 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(80),
    })
    await expect(impatient).rejects.toThrow()
    expect((await call.ended).reason).toBe('rejected')
    expect((await bench.act('reject', call.id)).status).toBe(400)
    bench.simulator.script('slow')
    const start = Date.now()
    expect((await send()).status).toBe(200)
    expect(Date.now() - start).toBeGreaterThanOrEqual(190)
  })

  it.each([
    ['dead', 0],
    ['deadAfter', 1],
    ['reset', 0],
    ['resetAfter', 1],
  ] as const)(
    'with the fault %s gives no answer and delivers %i messages',
    async (fault, count) => {
      bench.simulator.script(fault)
      const attempt = fetch(`${bench.simulator.url}/v26.0/${line}/messages`, {
        method: 'POST',
        headers: { authorization: 'Bearer test-token', 'content-type': 'application/json' },
        body: JSON.stringify(text(alice)),
        signal: AbortSignal.timeout(150),
      })
      await expect(attempt).rejects.toThrow()
      expect(bench.simulator.inbox({ from: alice })).toHaveLength(count)
      expect(graphEvents()[0]).toMatchObject({ status: null, performed: count === 1, fault })
    },
  )

  it('drips its answer byte by byte', async () => {
    bench.simulator.failNext({ path: 'messages', drip: 1 })
    const start = Date.now()
    expect((await send()).status).toBe(200)
    expect(Date.now() - start).toBeGreaterThan(100)
  })

  it('accepts a message and fails it later', async () => {
    bench.simulator.script('messageFails')
    expect((await send()).status).toBe(200)
    await bench.simulator.idle()
    const failed = bench.changes().flatMap(({ value }) => listOf(value, 'statuses'))
    expect(failed).toMatchObject([
      { status: 'failed', errors: [{ code: 131026, error_data: { details: expect.any(String) } }] },
    ])
    expect(bench.simulator.inbox({ from: alice })).toHaveLength(0)
  })

  it('sends a status before the answer to the request', async () => {
    bench.simulator.script('statusBeforeResponse')
    await send()
    const told = bench.changes().flatMap(({ value }) => listOf(value, 'statuses'))
    expect(told.map(({ status }) => status).sort()).toEqual(['delivered', 'sent'])
  })

  it('strikes by chance the same way with the same seed', async () => {
    const run = async () => {
      const other = await startBench({ seed: 42, faults: { serverError: 0.5 } })
      await other.simulator.call({ from: alice, line })
      const seen: number[] = []
      for (let index = 0; index < 12; index += 1) {
        seen.push((await other.graph('GET', `${line}/settings`)).status)
      }
      await other.close()
      return seen
    }
    const seen = await run()
    expect(await run()).toEqual(seen)
    expect(new Set(seen)).toEqual(new Set([200, 500]))
  })

  it("tells Meta's time in the Date header", async () => {
    bench.simulator.switches.clockSkewSeconds = 600
    const answer = await fetch(`${bench.simulator.url}/v26.0/me?access_token=test-token`)
    const skew = Date.parse(answer.headers.get('date') ?? '') - Date.now()
    expect(Math.abs(skew - 600_000)).toBeLessThan(5000)
    await eventually(() => bench.calls('connect').length === 1)
  })
})
