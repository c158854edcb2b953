import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Channel } from '../../server/channels/channel.ts'
import type { ActionResult } from '../../server/schema/action.ts'
import { accept, message, notify, Outbox, preAccept, reject, withTemplate } from './outbox.ts'
import type { StandIn } from './stand-in.ts'
import { openStandIn, standInChannel } from './stand-in.ts'

let outbox: Outbox
let provider: StandIn
let channel: Channel
beforeAll(async () => {
  outbox = await Outbox.open()
})
beforeEach(async () => {
  await outbox.reset()
  provider = await openStandIn()
  channel = standInChannel(provider.url)
})
afterEach(() => provider.close())
afterAll(() => outbox.close())

const done: ActionResult = { outcome: 'done', providerId: 'p' }

describe('performing', () => {
  it('performs each type once and records it', async () => {
    const dispatcher = outbox.dispatch(channel)
    const ids = [await outbox.add(reject), await outbox.add(message()), await outbox.add(notify)]
    await dispatcher.idle()
    expect(await Promise.all(ids.map((id) => outbox.state(id)))).toEqual(['done', 'done', 'done'])
    expect(provider.sent.map(({ payload }) => payload.type).sort()).toEqual(['message', 'reject'])
    expect(outbox.notified).toHaveLength(1)
    expect(outbox.events.map(({ state }) => state)).toEqual(['done', 'done', 'done'])
  })

  it('performs what was committed before it was made', async () => {
    const id = await outbox.add(reject)
    await outbox.dispatch(channel).idle()
    expect(await outbox.state(id)).toBe('done')
  })

  it('waits for what is due later', async () => {
    outbox.dispatch(channel)
    const started = Date.now()
    await outbox.add(message(), { dueInMs: 700 })
    await expect.poll(() => provider.sent.length, { timeout: 5_000 }).toBe(1)
    expect(Date.now() - started).toBeGreaterThanOrEqual(700)
  })

  it('tries call actions again, later and later, until they succeed', async () => {
    provider.script = (_sent, attempt) =>
      attempt < 4 ? { outcome: 'retry', details: 'refused' } : done
    outbox.dispatch(channel)
    const id = await outbox.add(reject)
    await expect.poll(() => outbox.state(id), { timeout: 10_000 }).toBe('done')
    const [first = 0, second = 0, third = 0, fourth = 0] = provider.sent.map(({ at }) => at)
    expect(provider.sent).toHaveLength(4)
    expect(second - first).toBeGreaterThanOrEqual(187)
    expect(third - second).toBeGreaterThanOrEqual(375)
    expect(fourth - third).toBeGreaterThanOrEqual(750)
  })

  it('does not send after the deadline', async () => {
    provider.script = () => ({ outcome: 'retry', details: 'refused' })
    outbox.dispatch(channel)
    const id = await outbox.add(reject, { deadlineInMs: 1_500 })
    const deadline = Date.now() + 1_500
    await expect.poll(() => outbox.state(id), { timeout: 10_000 }).toBe('expired')
    expect(Math.max(...provider.sent.map(({ at }) => at))).toBeLessThan(deadline)
    expect(outbox.events).toMatchObject([{ actionId: id, state: 'expired' }])
  })

  it('doubts a message and repeats a call action when the channel throws', async () => {
    let calls = 0
    const throwing: Channel = {
      ...channel,
      perform: async ({ payload }) => {
        if (payload.type === 'reject' && ++calls > 1) return done
        throw new Error('no idea what happened to +33612345678')
      },
    }
    outbox.dispatch(throwing)
    const [text, call] = [await outbox.add(message()), await outbox.add(reject)]
    await expect.poll(() => outbox.state(call), { timeout: 5_000 }).toBe('done')
    await expect.poll(() => outbox.state(text)).toBe('uncertain')
    expect((await outbox.action(text)).error).not.toContain('33612345678')
  })

  it('never repeats an uncertain message', async () => {
    provider.script = () => ({ outcome: 'uncertain', details: 'timeout' })
    const dispatcher = outbox.dispatch(channel)
    await outbox.add(message())
    await dispatcher.idle()
    await delay(2_500)
    expect(provider.sent).toHaveLength(1)
  })

  it('fails what has no channel, and says so', async () => {
    const dispatcher = outbox.dispatch(channel)
    const row = { ...outbox.row(reject), channel: 'waha' }
    const [id = 0] = await outbox.insert([row])
    dispatcher.wake([id])
    await dispatcher.idle()
    expect(await outbox.state(id)).toBe('failed')
    expect(outbox.alarms).toHaveLength(1)
  })

  it('sends the template after a refusal', async () => {
    provider.script = ({ payload }) =>
      payload.type === 'message' && !payload.asTemplate
        ? { outcome: 'use_template', code: 131047, details: 'outside' }
        : done
    outbox.dispatch(channel)
    const id = await outbox.add(withTemplate, { personId: 3 })
    await expect.poll(() => provider.sent.length, { timeout: 5_000 }).toBe(2)
    expect(provider.sent[1]?.payload).toMatchObject({ asTemplate: true })
    expect(await outbox.action(id)).toMatchObject({ state: 'failed', error_code: 131047 })
  })
})

describe('order', () => {
  it('sends the message after the answer to the reject', async () => {
    let answered = Infinity
    provider.script = async ({ payload }) => {
      if (payload.type !== 'reject') return done
      await delay(500)
      answered = Date.now()
      return { outcome: 'gone', code: 100 }
    }
    const dispatcher = outbox.dispatch(channel)
    const ids = await outbox.insert(
      [reject, message()].map((payload) => outbox.row(payload, { callId: 1 })),
    )
    dispatcher.wake(ids)
    await dispatcher.idle()
    expect(provider.of('message')[0]?.at).toBeGreaterThanOrEqual(answered)
    expect(await outbox.state(ids[0] ?? 0)).toBe('gone')
    expect(await outbox.state(ids[1] ?? 0)).toBe('done')
  })

  it('takes any answer to the reject, even one that means again', async () => {
    provider.script = ({ payload }) =>
      payload.type === 'reject' ? { outcome: 'retry', details: 'throttled', afterMs: 9_000 } : done
    const dispatcher = outbox.dispatch(channel)
    const started = Date.now()
    dispatcher.wake(
      await outbox.insert([reject, message()].map((one) => outbox.row(one, { callId: 1 }))),
    )
    await expect.poll(() => provider.of('message').length, { timeout: 5_000 }).toBe(1)
    expect(Date.now() - started).toBeLessThan(1_900)
  })

  it('waits at most two seconds for it', async () => {
    provider.script = async ({ payload }) => {
      if (payload.type === 'reject') await delay(4_000)
      return done
    }
    const dispatcher = outbox.dispatch(channel)
    const started = Date.now()
    dispatcher.wake(
      await outbox.insert([reject, message()].map((one) => outbox.row(one, { callId: 1 }))),
    )
    await expect.poll(() => provider.of('message').length, { timeout: 5_000 }).toBe(1)
    expect((provider.of('message')[0]?.at ?? 0) - started).toBeGreaterThanOrEqual(1_950)
    expect((provider.of('message')[0]?.at ?? 0) - started).toBeLessThan(3_000)
    await dispatcher.idle()
  })

  it('performs the actions of one call one after the other', async () => {
    let answered = Infinity
    provider.script = async ({ payload }) => {
      if (payload.type === 'pre_accept') await delay(300)
      if (payload.type === 'pre_accept') answered = Date.now()
      return done
    }
    const dispatcher = outbox.dispatch(channel)
    dispatcher.wake(
      await outbox.insert([preAccept, accept].map((one) => outbox.row(one, { callId: 1 }))),
    )
    await dispatcher.idle()
    expect(provider.of('accept')[0]?.at).toBeGreaterThanOrEqual(answered)
  })

  it('keeps the order of the messages to one person through retries', async () => {
    provider.script = ({ key }, attempt) =>
      key === 'a' && attempt === 1 ? { outcome: 'retry', details: 'refused' } : done
    const dispatcher = outbox.dispatch(channel, { personGapMs: 0 })
    const rows = ['a', 'b', 'c'].map((key) => outbox.row(message(), { key, personId: 1 }))
    dispatcher.wake(await outbox.insert(rows))
    await expect.poll(() => provider.sent.length, { timeout: 8_000 }).toBe(4)
    expect(provider.sent.map(({ key }) => key)).toEqual(['a', 'a', 'b', 'c'])
  })
})

describe('lanes', () => {
  it('lets no call action wait behind messages', async () => {
    let free: () => void = () => undefined
    const stuck = new Promise<void>((resolve) => (free = resolve))
    provider.script = async ({ payload }) => {
      if (payload.type === 'message') await stuck
      return done
    }
    const dispatcher = outbox.dispatch(channel, { messagesPerSecond: 1_000 })
    dispatcher.wake(await outbox.insert(Array.from({ length: 60 }, () => outbox.row(message()))))
    await expect.poll(() => dispatcher.stats().inFlight.message, { timeout: 5_000 }).toBe(32)
    const id = await outbox.add(reject)
    await expect.poll(() => outbox.state(id), { timeout: 2_000 }).toBe('done')
    expect(provider.of('message')).toHaveLength(32)
    free()
    await dispatcher.idle()
    expect(provider.of('message')).toHaveLength(60)
  })

  it('holds back a throttled line and no other', async () => {
    provider.script = ({ line }, attempt) =>
      line === 'busy' && attempt === 1 && provider.sent.length < 2
        ? { outcome: 'retry', details: 'throttled', code: 130429, afterMs: 2_000 }
        : done
    outbox.dispatch(channel)
    const first = await outbox.add(message(), { line: 'busy' })
    await expect.poll(() => provider.sent.length, { timeout: 5_000 }).toBe(1)
    await expect.poll(() => outbox.state(first)).toBe('pending')
    await outbox.add(message(), { line: 'busy', key: 'waits' })
    await outbox.add(message(), { line: 'other', key: 'goes' })
    await outbox.add(reject, { line: 'busy', key: 'calls' })
    await expect.poll(() => provider.sent.length, { timeout: 8_000 }).toBe(5)
    const at = (key: string) => provider.sent.find((one) => one.key === key)?.at ?? 0
    const throttled = provider.sent[0]?.at ?? 0
    expect(at('waits') - throttled).toBeGreaterThanOrEqual(2_000)
    expect(at('goes') - throttled).toBeLessThan(2_000)
    expect(at('calls') - throttled).toBeLessThan(2_000)
  })

  it('stops a line whose token is refused, probes it, and says so once', async () => {
    let isTokenGood = false
    provider.script = ({ payload }) =>
      isTokenGood || payload.type !== 'message'
        ? done
        : { outcome: 'failed', code: 190, details: 'expired', alarm: 'put in a new token' }
    const dispatcher = outbox.dispatch(channel, { probeMs: 300, messagesInFlight: 2 })
    const ids = await outbox.insert(Array.from({ length: 20 }, () => outbox.row(message())))
    dispatcher.wake(ids)
    await expect.poll(() => provider.sent.length, { timeout: 5_000 }).toBeGreaterThanOrEqual(4)
    expect(provider.sent.length).toBeLessThan(8)
    expect(outbox.alarms).toEqual(['put in a new token'])
    isTokenGood = true
    await dispatcher.idle()
    const states = await Promise.all(ids.map((id) => outbox.state(id)))
    expect(states.filter((state) => state === 'done').length).toBeGreaterThan(12)
    expect(provider.sent).toHaveLength(20)
  })

  it('lets messages of a stopped line expire in time', async () => {
    provider.script = () => ({ outcome: 'failed', code: 190, details: '', alarm: 'bad token' })
    const dispatcher = outbox.dispatch(channel, { probeMs: 30_000, messagesInFlight: 1 })
    dispatcher.wake(await outbox.insert([outbox.row(message())]))
    await expect.poll(() => outbox.alarms.length, { timeout: 5_000 }).toBe(1)
    const id = await outbox.add(message(), { deadlineInMs: 500 })
    await expect.poll(() => outbox.state(id), { timeout: 5_000 }).toBe('expired')
    expect(provider.sent).toHaveLength(1)
  })
})

describe('database and stop', () => {
  it('sends nothing while the database cannot be written, and everything after', async () => {
    const dispatcher = outbox.dispatch(channel)
    const ids = await outbox.insert([outbox.row(reject), outbox.row(message())])
    const lock = await outbox.lock()
    dispatcher.wake(ids)
    await delay(2_500)
    expect(provider.sent).toHaveLength(0)
    await lock.release()
    await expect.poll(() => provider.sent.length, { timeout: 10_000 }).toBe(2)
    await expect.poll(() => outbox.state(ids[1] ?? 0), { timeout: 10_000 }).toBe('done')
  })

  it('keeps a result until it can be written, and sends once', async () => {
    let lock: Awaited<ReturnType<Outbox['lock']>> | undefined
    provider.script = async () => {
      lock = await outbox.lock()
      return done
    }
    const dispatcher = outbox.dispatch(channel)
    const id = await outbox.add(message())
    await expect.poll(() => dispatcher.stats().unwritten, { timeout: 10_000 }).toBe(1)
    expect(await outbox.state(id)).toBe('claimed')
    await lock?.release()
    await expect.poll(() => outbox.state(id), { timeout: 10_000 }).toBe('done')
    expect(provider.sent).toHaveLength(1)
  })

  it('finishes what is claimed and claims no more when it drains', async () => {
    provider.script = async () => {
      await delay(600)
      return done
    }
    const dispatcher = outbox.dispatch(channel)
    const first = await outbox.add(message())
    await expect.poll(() => provider.sent.length, { timeout: 5_000 }).toBe(1)
    const drained = dispatcher.drain()
    const second = await outbox.add(reject)
    await drained
    expect(await outbox.state(first)).toBe('done')
    await delay(1_200)
    expect(await outbox.state(second)).toBe('pending')
  })

  it('gives up draining in time', async () => {
    provider.script = async () => {
      await delay(3_000)
      return done
    }
    const dispatcher = outbox.dispatch(channel)
    await outbox.add(message())
    await expect.poll(() => provider.sent.length, { timeout: 5_000 }).toBe(1)
    const started = Date.now()
    await dispatcher.drain(300)
    expect(Date.now() - started).toBeLessThan(1_500)
  })
})
