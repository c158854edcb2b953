import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Channel } from '../../server/channels/channel.ts'
import { decided } from './decided.ts'
import { message, Outbox } from './outbox.ts'

let outbox: Outbox
beforeAll(async () => {
  outbox = await Outbox.open()
})
beforeEach(() => outbox.reset())
afterAll(() => outbox.close())

/** Answers after 50 ms, as Graph would, and notes when each action came. */
function slowChannel(at: Map<string, number>): Channel {
  return {
    name: 'whatsapp',
    can: { reject: true, accept: true, message: true, buttons: true, block: true },
    perform: async ({ key }) => {
      at.set(key, performance.now())
      await delay(50)
      return { outcome: 'done' }
    },
    close: async () => undefined,
  }
}

interface Measured {
  /** Milliseconds from each commit to its reject. */
  queue: number[]
  /** Milliseconds that each commit took. */
  commit: number[]
}

/** Commits calls at a steady rate. */
async function measure(name: string, seconds: number, perSecond: number): Promise<Measured> {
  const at = new Map<string, number>()
  const committed = new Map<string, number>()
  const commit: number[] = []
  const dispatcher = outbox.dispatch(slowChannel(at))
  const place = async (call: number) => {
    const id = `${name}-${call}`
    const from = performance.now()
    const answer = await outbox.writer.run('commitDecision', decided(id, call))
    commit.push(performance.now() - from)
    committed.set(`${id}:reject`, performance.now())
    if (answer.kind === 'committed') dispatcher.wake(answer.actionIds)
  }
  const started = performance.now()
  const placed: Promise<void>[] = []
  for (let call = 1; call <= seconds * perSecond; call += 1) {
    await delay(Math.max(0, started + (call * 1_000) / perSecond - performance.now()))
    placed.push(place(call))
  }
  await Promise.all(placed)
  const isEachSent = () => [...committed.keys()].every((key) => at.has(key))
  await expect.poll(isEachSent, { timeout: 10_000 }).toBe(true)
  return { queue: [...committed].map(([key, from]) => (at.get(key) ?? Infinity) - from), commit }
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(part * (sorted.length - 1))] ?? Infinity
}

async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 25; round += 1) {
    const from = performance.now()
    await work()
    times.push(performance.now() - from)
  }
  return quantile(times, 0.5)
}

/** Prints what was measured, and compares it with the commits, which are as slow as the machine is busy. */
function judge(name: string, { queue, commit }: Measured): void {
  const figures = [0.5, 0.99].map((part) =>
    [queue, commit].map((values) => quantile(values, part).toFixed(1)).join(' after a commit of '),
  )
  process.stdout.write(`${name}: p50 ${figures[0]}, p99 ${figures[1]} ms\n`)
  expect(quantile(queue, 0.5)).toBeLessThan(50 + 4 * quantile(commit, 0.5))
  expect(quantile(queue, 0.99)).toBeLessThan(250 + 4 * quantile(commit, 0.99))
}

it('sends soon after the commit', { timeout: 60_000 }, async () => {
  judge('100 calls a second', await measure('quiet', 5, 100))
})

it('is not slowed by 100,000 messages that wait', { timeout: 120_000 }, async () => {
  const rows = Array.from({ length: 100_000 }, (_, index) =>
    outbox.row(message(), {
      key: `old-${index}`,
      personId: 1_000_000 + (index % 50_000),
      callId: 1_000_000 + index,
      deadlineInMs: 900_000,
    }),
  )
  await outbox.insert(rows)
  const claim = await medianMs(() => outbox.claim(0))
  const nothing = await medianMs(() => outbox.writer.run('ping', undefined))
  expect(claim).toBeLessThan(15 + 3 * nothing)
  judge('100 calls a second behind 100,000 messages', await measure('backlog', 5, 100))
})
