import fc from 'fast-check'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Channel } from '../../server/channels/channel.ts'
import { backOffMs } from '../../server/outbox/backoff.ts'
import { Gate } from '../../server/outbox/gate.ts'
import { Rate } from '../../server/outbox/rate.ts'
import { message, Outbox } from './outbox.ts'

let now = Date.parse('2026-11-20T10:00:00Z')
const clock = { now: () => now, monotonic: () => performance.now() }

const sent: { key: string; at: number }[] = []
const recorder: Channel = {
  name: 'whatsapp',
  can: { reject: true, accept: true, message: true, buttons: true, block: true },
  perform: async ({ key }) => {
    sent.push({ key, at: clock.now() })
    return { outcome: 'done' }
  },
  close: async () => undefined,
}

/** The most in any window of that length. */
function densest(instants: readonly number[], windowMs: number): number {
  return Math.max(
    0,
    ...instants.map((from) => instants.filter((at) => at >= from && at < from + windowMs).length),
  )
}

describe('with a clock of its own', () => {
  let outbox: Outbox
  beforeAll(async () => {
    outbox = await Outbox.open(clock)
  })
  beforeEach(async () => {
    sent.length = 0
    await outbox.reset()
  })
  afterAll(() => outbox.close())

  it('sends one message to a person every six seconds, in order', async () => {
    const dispatcher = outbox.dispatch(recorder)
    const rows = ['a', 'b', 'c'].map((key) => outbox.row(message(), { key, personId: 1 }))
    dispatcher.wake(await outbox.insert(rows))
    const settle = async (count: number) => {
      dispatcher.wake()
      await expect.poll(() => sent.length, { timeout: 5_000 }).toBe(count)
      await expect.poll(() => dispatcher.stats().inFlight.message).toBe(0)
    }
    await settle(1)
    now += 5_999
    dispatcher.wake()
    await delay(300)
    expect(sent).toHaveLength(1)
    now += 1
    await settle(2)
    now += 6_000
    await settle(3)
    expect(sent.map(({ key }) => key)).toEqual(['a', 'b', 'c'])
  })

  it('remembers the gap over a restart', async () => {
    const first = outbox.dispatch(recorder)
    const rows = ['a', 'b'].map((key) => outbox.row(message(), { key, personId: 1 }))
    await outbox.insert(rows)
    first.wake()
    await expect.poll(() => sent.length, { timeout: 5_000 }).toBe(1)
    await first.drain()
    const second = outbox.dispatch(recorder)
    await delay(300)
    expect(sent).toHaveLength(1)
    now += 6_000
    second.wake()
    await expect.poll(() => sent.length, { timeout: 5_000 }).toBe(2)
  })

  it('sends no more than the allowance while time stands still', async () => {
    const dispatcher = outbox.dispatch(recorder)
    dispatcher.wake(await outbox.insert(Array.from({ length: 100 }, () => outbox.row(message()))))
    await delay(500)
    expect(sent).toHaveLength(8)
    now += 100
    dispatcher.wake()
    await expect.poll(() => sent.length, { timeout: 5_000 }).toBe(16)
  })
})

describe('measured', () => {
  it('sends 80 a second through a line, and as many through another', async () => {
    const outbox = await Outbox.open()
    const at: Record<string, number[]> = { one: [], two: [] }
    const channel: Channel = {
      ...recorder,
      perform: async ({ line }) => {
        at[line]?.push(Date.now())
        return { outcome: 'done' }
      },
    }
    const rows = Array.from({ length: 240 }, (_, index) =>
      outbox.row(message(), { line: index < 160 ? 'one' : 'two', personId: index }),
    )
    await outbox.insert(rows)
    const started = Date.now()
    await outbox.dispatch(channel).idle()
    const tookMs = Date.now() - started
    await outbox.close()
    expect([at.one?.length, at.two?.length]).toEqual([160, 80])
    expect(densest(at.one ?? [], 1_000)).toBeLessThanOrEqual(80)
    expect(densest(at.two ?? [], 1_000)).toBeLessThanOrEqual(80)
    expect(tookMs).toBeGreaterThanOrEqual(1_900)
    expect(tookMs).toBeLessThan(6_000)
  })
})

describe('Rate', () => {
  it('never exceeds its allowance in any second, however it is used', () => {
    const steps = fc.array(
      fc.record({
        waitMs: fc.nat(120),
        want: fc.nat(12),
        commitMs: fc.nat(60),
        isSent: fc.boolean(),
      }),
      { maxLength: 200 },
    )
    fc.assert(
      fc.property(steps, (plan) => {
        const rate = new Rate(80)
        const instants: number[] = []
        let time = 0
        for (const { waitMs, want, commitMs, isSent } of plan) {
          time += waitMs
          const count = Math.min(want, rate.available(time))
          rate.take(count)
          time += commitMs
          if (isSent)
            for (let index = 0; index < count; index += 1) {
              rate.spend(time)
              instants.push(time)
            }
          else rate.giveBack(count)
        }
        expect(densest(instants, 1_000)).toBeLessThanOrEqual(80)
      }),
    )
  })

  it('goes on when the clock is set back', () => {
    const rate = new Rate(80)
    rate.take(8)
    for (let index = 0; index < 8; index += 1) rate.spend(1_000_000)
    expect(rate.available(1_000_050)).toBe(0)
    expect(rate.available(5_000)).toBe(8)
  })
})

describe('backOffMs', () => {
  it('doubles up to its bound and honours the provider', () => {
    const call = (attempts: number, chance = 0.5) => backOffMs({ type: 'reject', attempts }, chance)
    expect([1, 2, 3, 10].map((attempts) => call(attempts))).toEqual([250, 500, 1_000, 4_000])
    expect([call(1, 0), call(1, 1)]).toEqual([188, 313])
    expect(backOffMs({ type: 'message', attempts: 1 }, 0.5)).toBe(2_000)
    expect(backOffMs({ type: 'message', attempts: 1, afterMs: 9_000 }, 0.5)).toBe(9_000)
  })
})

describe('Gate', () => {
  it('pauses longer with each refused probe and forgets it on success', () => {
    const gate = new Gate(1_000)
    gate.refuse(0)
    gate.refuse(500)
    expect(gate.heldUntil).toBe(1_000)
    gate.refuse(1_000)
    expect(gate.heldUntil).toBe(3_000)
    gate.recover()
    expect([gate.isHeld(1_001), gate.isProbing]).toEqual([false, false])
  })
})
