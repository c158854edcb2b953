import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Bench } from '../gatekeeper/support.ts'
import { connectChange, envelope, newCallId } from '../gatekeeper/support.ts'
import type { Receiver } from './support.ts'
import { look, movableClock, open, startReceiver, startVerifier, verified } from './support.ts'

// starting a server anew takes long on a busy machine
vi.setConfig({ testTimeout: 60_000 })

let bench: Bench
let receiver: Receiver
let clock: ReturnType<typeof movableClock>
beforeEach(async () => {
  clock = movableClock()
  receiver = await startReceiver()
  bench = await startVerifier({ overrides: { clock } })
})
afterEach(async () => {
  await bench.close()
  await receiver.close()
})

const becomes = (id: string, state: string) =>
  expect.poll(async () => (await look(bench, id)).state, { timeout: 5_000 }).toBe(state)
const toldTimes = (count: number) =>
  expect.poll(() => receiver.told.length, { timeout: 8_000 }).toBe(count)

describe('a window nobody called in', () => {
  it('expires, tells the webhook once, and is no longer pending to a call', async () => {
    const opened = await open(bench, {
      phone: '+12125550141',
      ttlSeconds: 600,
      webhook: receiver.url,
    })
    clock.forward(500)
    await bench.server.context.expiry.check()
    expect((await look(bench, opened.id)).state).toBe('pending')
    clock.forward(101)
    await becomes(opened.id, 'expired')
    await toldTimes(1)
    for (const told of receiver.told)
      expect(verified(told, opened.webhookSecret ?? '', clock.now())).toEqual({
        type: 'verification.expired',
        timestamp: opened.expiresAt,
        data: { id: opened.id, expiresAt: opened.expiresAt },
      })
    const id = newCallId()
    await bench.post(envelope(connectChange({ id, from: '12125550141', age: -601 })))
    expect((await bench.decision(id)).node).toBe('ordinary')
    await bench.settled()
    expect(receiver.told).toHaveLength(1)
    expect(await look(bench, opened.id)).not.toHaveProperty('callRef')
  })

  it('expires at the next start when the server was down', async () => {
    const opened = await open(bench, { phone: '+12125550142', webhook: receiver.url })
    const ahead = movableClock()
    ahead.forward(121)
    await bench.restart({ clock: ahead })
    await becomes(opened.id, 'expired')
    await toldTimes(1)
  })

  it('is waited for when calls are being decided', async () => {
    const { watchExpiry } = await import('../../server/verifications.ts')
    const opened = await open(bench, { phone: '+12125550143', ttlSeconds: 10 })
    await bench.server.context.expiry.close()
    const watch = watchExpiry({
      ...bench.server.context,
      isDeciding: () => true,
      publish: () => undefined,
      wake: () => undefined,
    })
    clock.forward(14)
    await watch.check()
    expect((await look(bench, opened.id)).state).toBe('pending')
    clock.forward(3)
    await watch.check()
    await watch.close()
    expect((await look(bench, opened.id)).state).toBe('expired')
  })
})

describe('a receiver that fails', () => {
  it('is told again, under the same id, across a restart, until it answers 2xx', async () => {
    receiver.answer(500)
    const opened = await open(bench, {
      phone: '+12125550144',
      ttlSeconds: 10,
      webhook: receiver.url,
    })
    clock.forward(11)
    await toldTimes(1)
    await bench.settled()
    expect((await look(bench, opened.id)).webhook).toMatchObject({
      state: 'pending',
      attempts: 1,
      error: 'the receiver answered 500',
    })
    await bench.restart({ clock })
    receiver.answer(200)
    clock.forward(20)
    await toldTimes(2)
    await bench.settled()
    expect((await look(bench, opened.id)).webhook).toMatchObject({ state: 'done', attempts: 2 })
    const ids = receiver.told.map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids).size).toBe(1)
    for (const told of receiver.told) verified(told, opened.webhookSecret ?? '', clock.now())
  })

  it('is not told again when it is gone, and not followed elsewhere', async () => {
    receiver.answer(410)
    const gone = await open(bench, { phone: '+12125550145', ttlSeconds: 10, webhook: receiver.url })
    clock.forward(11)
    await toldTimes(1)
    await bench.settled()
    expect((await look(bench, gone.id)).webhook).toMatchObject({ state: 'failed', attempts: 1 })
    const elsewhere = await startReceiver()
    try {
      receiver.answer(307, { location: elsewhere.url })
      await open(bench, { phone: '+12125550146', ttlSeconds: 10, webhook: receiver.url })
      clock.forward(11)
      await toldTimes(2)
      await bench.settled()
      expect(elsewhere.told).toEqual([])
    } finally {
      await elsewhere.close()
    }
  })

  it('is told no more after a day', async () => {
    receiver.answer(503)
    const opened = await open(bench, {
      phone: '+12125550147',
      ttlSeconds: 10,
      webhook: receiver.url,
    })
    clock.forward(11)
    await toldTimes(1)
    clock.forward(24 * 60 * 60)
    await expect
      .poll(async () => (await look(bench, opened.id)).webhook?.state, { timeout: 5_000 })
      .toBe('expired')
    expect(receiver.told).toHaveLength(1)
  })
})
