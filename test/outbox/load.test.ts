import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Channel } from '../../server/channels/channel.ts'
import { toIso } from '../../server/clock.ts'
import type { CommandInput } from '../../server/db/commands/index.ts'
import { message, Outbox, reject } from './outbox.ts'

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

/** A rejected call of a new caller, as the gatekeeper commits it. */
function decided(id: string, index: number): CommandInput<'commitDecision'> {
  const now = Date.now()
  const at = toIso(now)
  const deadlineAt = toIso(now + 60_000)
  const from = { phone: `+336${String(index).padStart(8, '0')}` }
  const node = { outcome: 'reject', node: 'bye' } as const
  return {
    signal: {
      kind: 'call_offered',
      channel: 'whatsapp',
      key: id,
      line: 'line-1',
      at,
      callId: id,
      from,
      media: 'voice',
    },
    arrivedAt: at,
    delivery: { id: index, channel: 'whatsapp', body: '{}' },
    ref: id,
    now,
    team: 'main',
    decision: {
      at,
      policy: 'main-line',
      release: '1-abc',
      ...node,
      path: [{ node: 'bye', exit: null }],
      facts: {},
      unknown: [],
      ms: 1,
      budgetMs: 150,
      fallback: false,
      final: node,
      steps: [],
      trace: [],
    },
    actions: [
      { key: `${id}:reject`, payload: reject, deadlineAt },
      { key: `${id}:message`, payload: message(), deadlineAt },
    ],
    tags: [],
    optedOut: false,
    limits: { gapMinutes: 10, dailyCap: 3 },
  }
}

/** Commits calls at a steady rate and gives the milliseconds from each commit to its reject. */
async function queueTimes(name: string, seconds: number, perSecond: number): Promise<number[]> {
  const at = new Map<string, number>()
  const committed = new Map<string, number>()
  const dispatcher = outbox.dispatch(slowChannel(at))
  const place = async (call: number) => {
    const id = `${name}-${call}`
    const answer = await outbox.writer.run('commitDecision', decided(id, call))
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
  return [...committed].map(([key, from]) => (at.get(key) ?? Infinity) - from)
}

function report(name: string, times: number[]): { p50: number; p99: number } {
  const sorted = times.sort((a, b) => a - b)
  const quantile = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] ?? Infinity
  const [p50, p99, most] = [quantile(0.5), quantile(0.99), quantile(1)]
  const figures = `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, most ${most.toFixed(1)} ms`
  process.stdout.write(`${name}: ${figures}\n`)
  return { p50, p99 }
}

// bounds are wide, because the machine that runs the tests may be busy; what is printed is the measurement
it('sends soon after the commit at 200 calls a second', { timeout: 60_000 }, async () => {
  const { p50, p99 } = report('200 calls a second', await queueTimes('quiet', 5, 200))
  expect(p50).toBeLessThan(100)
  expect(p99).toBeLessThan(1_000)
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
  const before = process.memoryUsage().rss
  const times = await queueTimes('backlog', 5, 200)
  const moreMb = (process.memoryUsage().rss - before) / 1e6
  const { p50, p99 } = report('200 calls a second behind 100,000 messages', times)
  process.stdout.write(`memory: ${moreMb.toFixed(0)} MB more\n`)
  expect(p50).toBeLessThan(100)
  expect(p99).toBeLessThan(1_000)
})
