import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { webhookDataSchemas } from '../../server/schema/webhook-out.ts'
import type { Bench } from '../gatekeeper/support.ts'
import {
  asked,
  connectChange,
  envelope,
  line,
  newCallId,
  rejectAll,
  startBench,
  terminateChange,
} from '../gatekeeper/support.ts'
import { until } from '../http/support.ts'
import { databaseBytes, dayMs, movableClock } from '../privacy/support.ts'
import type { Answer, Heard, Receiver } from './support.ts'
import { addEndpoint, ask, drip, hang, ok, startReceiver, status, verify } from './support.ts'

const patient = 60_000
const clock = movableClock()
const receivers: Receiver[] = []
let bench: Bench

beforeAll(async () => {
  bench = await startBench({
    environment: { OUTGOING_ALLOW: '127.0.0.1' },
    overrides: { clock },
    seeds: { 'numbers.json': [{ id: line, team: 'main' }] },
  })
})
afterAll(() => bench.close())
afterEach(async () => {
  const { body } = await ask(bench, 'GET', '/api/webhooks')
  for (const { id } of body['data'] as { id: string }[])
    await ask(bench, 'DELETE', `/api/webhooks/${id}`)
  await Promise.all(receivers.splice(0).map((one) => one.close()))
  clock.ahead = 0
})

async function receiver(answer?: Answer): Promise<Receiver> {
  const one = await startReceiver(answer)
  receivers.push(one)
  return one
}

let serial = 0
const newCaller = (): string => `4917012${String((serial += 1)).padStart(5, '0')}`

/** Providers' clocks go with ours. */
const age = () => -Math.round(clock.ahead / 1000)

async function call(from: string): Promise<string> {
  const id = newCallId()
  const answer = await bench.post(envelope(connectChange({ id, from, age: age() })))
  expect(answer.status).toBe(200)
  return id
}

const write = (from: string) =>
  bench.post(
    envelope({
      field: 'messages',
      value: {
        messaging_product: 'whatsapp',
        metadata: { display_phone_number: '1', phone_number_id: line },
        contacts: [{ profile: { name: 'Dana' }, wa_id: from }],
        messages: [
          {
            id: `wamid.${newCallId()}`,
            from,
            timestamp: String(Math.floor(Date.now() / 1000) + 1),
            type: 'text',
            text: { body: 'hello' },
          },
        ],
      },
    }),
  )

const typesOf = ({ heard }: Receiver) => heard.map(({ type }) => type)
const hears = (one: Receiver, type: string, count = 1) =>
  until(() => typesOf(one).filter((name) => name === type).length >= count, patient)
const deliveriesOf = async (id: string) =>
  (await ask(bench, 'GET', `/api/webhooks/${id}/deliveries?per_page=100`)).body['data'] as {
    event: string
    state: string
    attempts: number
    lastStatus: number | null
    nextAt: string | null
  }[]
const endpointOf = async (id: string) => {
  const { body } = await ask(bench, 'GET', '/api/webhooks')
  return (body['data'] as Record<string, unknown>[]).find((one) => one['id'] === id) ?? {}
}
const forward = (ms: number) => {
  clock.ahead += ms
  bench.server.context.courier.wake()
}

describe('an endpoint', { timeout: 120_000 }, () => {
  it('hears of every event, verifies with the public library and matches its shape', async () => {
    const one = await receiver()
    const { secret } = await addEndpoint(bench, one.url)
    const from = newCaller()
    const id = await call(from)
    await bench.post(envelope(terminateChange({ id, from, age: age() })))
    await hears(one, 'call.ended')
    await write(from)
    const draft = await ask(bench, 'GET', '/api/policies/reject-all')
    const { revision } = draft.body['draft'] as { revision: string }
    await bench.api('/api/policies/reject-all/draft', {
      method: 'PUT',
      headers: { 'if-match': String(revision) },
      body: JSON.stringify(rejectAll('Please write to us here.')),
    })
    await ask(bench, 'POST', '/api/policies/reject-all/publish', { comment: 'other words' })
    const types = ['call.decided', 'call.ended', 'lead.opened', 'lead.closed', 'policy.released']
    for (const type of types) await hears(one, type)
    for (const heard of one.heard) {
      expect(verify(secret, heard)).toEqual(JSON.parse(heard.text))
      const shape = webhookDataSchemas[heard.type as keyof typeof webhookDataSchemas]
      expect(shape.strict().parse(heard.data)).toEqual(heard.data)
      expect(heard.headers['content-type']).toBe('application/json')
    }
    expect(typesOf(one).toSorted()).toEqual(types.toSorted())
    const texts = one.heard.map(({ text }) => text).join('\n')
    expect(texts).not.toContain(from)
    expect(texts).toContain('+49 ··· ')
    const spoilt = one.heard.map((heard) => ({ ...heard, text: `${heard.text} ` }))
    for (const heard of spoilt) expect(() => verify(secret, heard)).toThrow()
  })

  it('hears only what it asked for, and nothing while it is disabled', async () => {
    const one = await receiver()
    const { id } = await addEndpoint(bench, one.url, { events: ['lead.opened'] })
    await call(newCaller())
    await hears(one, 'lead.opened')
    await ask(bench, 'PATCH', `/api/webhooks/${id}`, { enabled: false })
    await call(newCaller())
    await ask(bench, 'PATCH', `/api/webhooks/${id}`, { enabled: true })
    await call(newCaller())
    await hears(one, 'lead.opened', 2)
    expect(typesOf(one)).toEqual(['lead.opened', 'lead.opened'])
    expect(await deliveriesOf(id)).toHaveLength(2)
  })

  it('receives numbers only when that is declared, which the audit log notes', async () => {
    const [whole, masked] = [await receiver(), await receiver()]
    const events = ['call.decided']
    const { id } = await addEndpoint(bench, whole.url, { events, receivesNumbers: true })
    await addEndpoint(bench, masked.url, { events })
    const from = newCaller()
    await call(from)
    await Promise.all([hears(whole, 'call.decided'), hears(masked, 'call.decided')])
    expect(whole.heard[0]?.data['person']).toMatchObject({ phone: `+${from}`, name: 'Dana' })
    expect(masked.heard[0]?.data['person']).toEqual({
      ref: expect.any(String),
      phone: `+49 ··· ${from.slice(-4)}`,
    })
    const { body } = await ask(bench, 'GET', `/api/audit?subject=${id}`)
    expect(body['data']).toMatchObject([
      { operation: 'createWebhook', after: { receivesNumbers: true, host: expect.any(String) } },
    ])
  })

  it('is told again after a failure, under the same id, when the schedule says so', async () => {
    const one = await receiver(status(500))
    const { id, secret } = await addEndpoint(bench, one.url, { events: ['call.decided'] })
    await call(newCaller())
    await hears(one, 'call.decided')
    await until(async () => (await deliveriesOf(id))[0]?.attempts === 1, patient)
    const [waiting] = await deliveriesOf(id)
    expect(waiting).toMatchObject({ state: 'pending', lastStatus: 500 })
    const waitMs = Date.parse(waiting?.nextAt ?? '') - clock.now()
    expect(waitMs).toBeLessThan(5_500)
    expect(await endpointOf(id)).toMatchObject({ state: 'failing', pending: 1 })
    one.answer = ok
    forward(5_600)
    await hears(one, 'call.decided', 2)
    await until(async () => (await deliveriesOf(id))[0]?.state === 'done', patient)
    expect(new Set(one.heard.map((heard) => heard.id)).size).toBe(1)
    expect(new Set(one.heard.map((heard) => heard.text)).size).toBe(1)
    for (const heard of one.heard.slice(0, 1)) verify(secret, heard)
    expect(await endpointOf(id)).toMatchObject({ state: 'working', pending: 0 })
  })

  it('that asks to be left alone is, for as long as it says', async () => {
    const one = await receiver(status(429, { 'retry-after': '1200' }))
    const { id } = await addEndpoint(bench, one.url, { events: ['call.decided'] })
    await call(newCaller())
    await until(async () => (await deliveriesOf(id))[0]?.attempts === 1, patient)
    const { nextAt = '' } = (await deliveriesOf(id))[0] ?? {}
    expect(Date.parse(nextAt ?? '') - clock.now()).toBeGreaterThan(1_000_000)
    await call(newCaller())
    forward(600_000)
    await call(newCaller())
    expect(one.heard).toHaveLength(1)
    one.answer = ok
    forward(700_000)
    await hears(one, 'call.decided', 4)
  })

  it(
    'that hangs or drips holds up neither calls nor other endpoints, and counts as failed',
    { timeout: 120_000 },
    async () => {
      const [hanging, dripping, healthy] = [await receiver(hang), await receiver(drip), await receiver()] // prettier-ignore
      const events = ['call.decided']
      const slow = [await addEndpoint(bench, hanging.url, { events }), await addEndpoint(bench, dripping.url, { events })] // prettier-ignore
      await addEndpoint(bench, healthy.url, { events })
      const ids = [await call(newCaller()), await call(newCaller()), await call(newCaller())]
      await hears(healthy, 'call.decided', 3)
      const rejected = () => asked(bench, 'calls').map(({ call_id }) => call_id)
      await until(() => ids.every((id) => rejected().includes(id)), patient)
      for (const { id } of slow) {
        await until(async () => (await deliveriesOf(id)).every((one) => one.attempts >= 1), patient)
        const [one] = await deliveriesOf(id)
        const path = `/api/webhooks/${id}/deliveries/${one?.event}`
        expect((await ask(bench, 'GET', path)).body['history']).toMatchObject([
          { status: null, error: 'no answer in time' },
        ])
      }
    },
  )

  it('hears of one person in the order in which things happened', async () => {
    const one = await receiver((response, heard) => void setTimeout(() => ok(response, heard), 20 * Math.random())) // prettier-ignore
    await addEndpoint(bench, one.url, { events: ['call.decided', 'call.ended', 'lead.opened'] })
    const callers = [newCaller(), newCaller(), newCaller()]
    for (let round = 0; round < 4; round += 1)
      await Promise.all(
        callers.map(async (from) => {
          const id = await call(from)
          await bench.post(envelope(terminateChange({ id, from, age: age() })))
        }),
      )
    await hears(one, 'call.ended', 12)
    const byPerson = new Map<unknown, Heard[]>()
    for (const heard of one.heard) {
      const { ref } = heard.data['person'] as { ref: string }
      byPerson.set(ref, [...(byPerson.get(ref) ?? []), heard])
    }
    expect(byPerson.size).toBe(3)
    for (const some of byPerson.values()) {
      const sequences = some.map(({ sequence }) => sequence)
      expect(sequences).toEqual(sequences.toSorted((a, b) => a - b))
      expect(some[0]?.type).toBe('call.decided')
    }
  })

  it('keeps its old secret beside a new one for a day', async () => {
    const one = await receiver()
    const { id, secret } = await addEndpoint(bench, one.url, { events: ['call.decided'] })
    const { body } = await ask(bench, 'POST', `/api/webhooks/${id}/secret`)
    const next = String(body['secret'])
    expect(next).not.toBe(secret)
    await call(newCaller())
    await hears(one, 'call.decided')
    const [first] = one.heard
    if (!first) throw new Error('nothing was heard')
    expect(String(first.headers['webhook-signature']).split(' ')).toHaveLength(2)
    for (const each of [secret, next]) expect(verify(each, first)).toEqual(JSON.parse(first.text))
    await bench.server.context.writer.run('rotateEndpointSecret', {
      id,
      at: new Date().toISOString(),
      by: { kind: 'system', id: null, name: 'test', address: null },
      sealedSecret: bench.server.context.box.seal(secret),
      until: new Date(clock.now() - 1000).toISOString(),
    })
    await call(newCaller())
    await hears(one, 'call.decided', 2)
    const last = one.heard[1]
    if (!last) throw new Error('nothing was heard')
    expect(() => verify(next, last)).toThrow()
    expect(verify(secret, last)).toEqual(JSON.parse(last.text))
    expect(databaseBytes(bench)).not.toContain(secret.slice(6))
  })

  it('that answers 410 is disabled at once, and what waited is sent when it is enabled', async () => {
    const one = await receiver(status(410))
    const { id } = await addEndpoint(bench, one.url, { events: ['call.decided'] })
    await call(newCaller())
    await until(async () => (await endpointOf(id))['state'] === 'disabled', patient)
    expect(await endpointOf(id)).toMatchObject({ disabledWhy: 'gone', pending: 1 })
    one.answer = ok
    await ask(bench, 'PATCH', `/api/webhooks/${id}`, { enabled: true })
    await hears(one, 'call.decided', 2)
    const { body } = await ask(bench, 'GET', `/api/audit?subject=${id}&operation=changeWebhook`)
    expect(JSON.stringify(body['data'])).toContain('"why":"gone"')
  })

  it('that has failed for five days is disabled, with an alarm', async () => {
    const before = await alarmsCounted()
    const one = await receiver(status(500))
    const { id } = await addEndpoint(bench, one.url, { events: ['call.decided'] })
    await call(newCaller())
    for (let tries = 1; tries <= 10; tries += 1) {
      await until(async () => (await deliveriesOf(id))[0]?.attempts === tries, patient)
      forward(1.2 * dayMs)
      if ((await endpointOf(id))['state'] === 'disabled') break
    }
    await until(async () => (await endpointOf(id))['state'] === 'disabled', patient)
    expect(await endpointOf(id)).toMatchObject({ disabledWhy: 'failing' })
    expect(await alarmsCounted()).toBe(before + 1)
  })

  it('gets a test event, and any event again by hand', async () => {
    const one = await receiver()
    const { id, secret } = await addEndpoint(bench, one.url, { events: ['policy.released'] })
    const { body } = await ask(bench, 'POST', `/api/webhooks/${id}/test`)
    await hears(one, 'webhook.test')
    expect(one.heard[0]?.id).toBe(body['event'])
    await until(async () => (await deliveriesOf(id))[0]?.state === 'done', patient)
    const again = await ask(bench, 'POST', `/api/webhooks/${id}/deliveries/${body['event']}/redeliver`) // prettier-ignore
    expect(again.status).toBe(200)
    await hears(one, 'webhook.test', 2)
    expect(one.heard[1]?.id).toBe(body['event'])
    for (const heard of one.heard) verify(secret, heard)
    await until(async () => (await deliveriesOf(id))[0]?.attempts === 2, patient)
    const detail = await ask(bench, 'GET', `/api/webhooks/${id}/deliveries/${body['event']}`)
    expect(detail.body).toMatchObject({
      body: JSON.parse(one.heard[0]?.text ?? '{}') as object,
      history: [{ status: 204, error: null }, { status: 204 }],
    })
  })

  it.each([
    ['http://10.0.0.1/hook', 400],
    ['http://[::1]/hook', 400],
    ['http://169.254.169.254/latest', 400],
    ['ftp://example.com/hook', 400],
    ['https://user:pass@example.com/hook', 400],
    ['nonsense', 400],
  ])('may not be %s', async (url, code) => {
    const made = await ask(bench, 'POST', '/api/webhooks', { url, events: ['call.ended'] })
    expect(made.status).toBe(code)
  })

  it('whose name leads to a private address is not reached', async () => {
    const careful = await startBench()
    const { id } = await addEndpoint(careful, 'http://localhost:9/hook', {
      events: ['call.decided'],
    })
    await careful.post(envelope(connectChange({ id: newCallId(), from: newCaller() })))
    const deliveries = async () =>
      (await ask(careful, 'GET', `/api/webhooks/${id}/deliveries`)).body['data'] as {
        event: string
        attempts: number
      }[]
    await until(async () => (await deliveries())[0]?.attempts === 1, patient)
    const [one] = await deliveries()
    const { body } = await ask(careful, 'GET', `/api/webhooks/${id}/deliveries/${one?.event}`)
    expect(JSON.stringify(body['history'])).toContain('not public')
    await careful.close()
  })
})

const alarmsCounted = async (): Promise<number> => {
  const text = await (await bench.api('/metrics')).text()
  const match = /callgate_alarms_total\{[^}]*webhook_disabled[^}]*\} (\d+)/.exec(text)
  return Number(match?.[1] ?? 0)
}

describe('a person who is erased', { timeout: 120_000 }, () => {
  it('is taken out of what was sent and of what still waits', async () => {
    const [sent, failing] = [await receiver(), await receiver(status(500))]
    const more = { events: ['call.decided'], receivesNumbers: true }
    const { id } = await addEndpoint(bench, sent.url, more)
    const waiting = await addEndpoint(bench, failing.url, more)
    const from = newCaller()
    const callId = await call(from)
    await bench.post(envelope(terminateChange({ id: callId, from, age: age() })))
    await until(async () => (await deliveriesOf(id))[0]?.state === 'done', patient)
    await until(async () => (await deliveriesOf(waiting.id))[0]?.attempts === 1, patient)
    await bench.settled()
    const { ref } = sent.heard[0]?.data['person'] as { ref: string }
    const file = await ask(bench, 'GET', `/api/people/${ref}/export`)
    expect(JSON.stringify(file.body['webhookEvents'])).toContain(from)
    const done = await ask(bench, 'POST', `/api/people/${ref}/erase`, { confirm: ref })
    expect(done.status).toBe(200)
    failing.answer = ok
    forward(10_000)
    await hears(failing, 'call.decided', 2)
    expect(failing.heard[1]).toMatchObject({ id: failing.heard[0]?.id, data: { person: null } })
    const [event] = await deliveriesOf(id)
    const { body } = await ask(bench, 'GET', `/api/webhooks/${id}/deliveries/${event?.event}`)
    expect(body['body']).toMatchObject({ data: { person: null } })
    await ask(bench, 'POST', `/api/webhooks/${id}/deliveries/${event?.event}/redeliver`)
    await hears(sent, 'call.decided', 2)
    expect(sent.heard[1]?.text).not.toContain(from)
    expect(databaseBytes(bench)).not.toContain(from)
  })
})

describe('retention', { timeout: 120_000 }, () => {
  it('deletes what was sent long ago and keeps what still is to be sent', async () => {
    const [sent, silent] = [await receiver(), await receiver(hang)]
    const done = await addEndpoint(bench, sent.url, { events: ['call.decided'] })
    await call(newCaller())
    await until(async () => (await deliveriesOf(done.id))[0]?.state === 'done', patient)
    const waiting = await addEndpoint(bench, silent.url, { events: ['call.ended'] })
    const from = newCaller()
    await bench.post(envelope(terminateChange({ id: newCallId(), from, age: age() })))
    await until(async () => (await deliveriesOf(waiting.id)).length === 1, patient)
    await ask(bench, 'DELETE', `/api/webhooks/${done.id}`)
    clock.ahead += 40 * dayMs
    await bench.server.context.retention.run()
    const left = await bench.server.context.db.selectFrom('webhook_events').select('type').execute()
    expect(left).toEqual([{ type: 'call.ended' }])
  })
})
