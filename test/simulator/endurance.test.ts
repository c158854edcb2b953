import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it } from 'vitest'
import { mondayMorning, playScenario, steady } from '../../server/simulator/scenarios.ts'
import type { Bench } from './receiver.ts'
import { alice, line, otherLine, startBench } from './receiver.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

let bench: Bench | undefined
afterEach(() => bench?.close())

describe('scenarios', () => {
  it('monday-morning is the same every time and has its parts', () => {
    const steps = mondayMorning({ lines: [line], lengthMs: 1000, seed: 1 })
    expect(mondayMorning({ lines: [line], lengthMs: 1000, seed: 1 })).toEqual(steps)
    expect(steps.filter(({ part }) => part === 'spammer')).toHaveLength(8)
    expect(new Set(steps.map(({ part }) => part))).toEqual(
      new Set([
        'regular',
        'regular calls again',
        'vip',
        'spammer',
        'stranger',
        'hangs up',
        'username only',
        'from a button',
        'from a link',
        'after hours',
      ]),
    )
    expect(steps.map(({ afterMs }) => afterMs)).toEqual(
      steps.map(({ afterMs }) => afterMs).sort((a, b) => a - b),
    )
  })

  it('monday-morning plays: every caller that could ring is announced', async () => {
    bench = await startBench()
    const states: string[] = []
    const steps = mondayMorning({ lines: [line, otherLine], lengthMs: 600 })
    const placed = await playScenario(bench.simulator, steps, {
      onCall: (call) => states.push(call.state),
    })
    expect(placed).toBe(steps.length)
    await bench.simulator.idle()
    const rang = states.filter((state) => state !== 'refused').length
    expect(rang).toBeGreaterThan(25)
    expect(bench.calls('connect')).toHaveLength(rang)
  })

  it('steady keeps its rate and stops when told', async () => {
    bench = await startBench()
    const start = performance.now()
    expect(
      await playScenario(bench.simulator, steady({ lines: [line], count: 50, rate: 200 })),
    ).toBe(50)
    expect(performance.now() - start).toBeGreaterThan(230)
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 50)
    const endless = steady({ lines: [line], count: 1_000_000, rate: 10 })
    expect(await playScenario(bench.simulator, endless, { signal: abort.signal })).toBeLessThan(5)
  })
})

describe('a long run', () => {
  it('keeps a bounded log, exact counters and a flat memory', async () => {
    bench = await startBench({
      keepLog: 100,
      keepPeople: 200,
      keepCalls: 100,
      subscribedFields: [],
    })
    const place = async (from: number, count: number) => {
      for (let index = from; index < from + count; index += 1) {
        const call = await bench?.simulator.call({
          from: `+1555${String(index).padStart(7, '0')}`,
          line,
        })
        call?.hangUp()
      }
      await bench?.simulator.idle()
      collectGarbage()
      return process.memoryUsage().heapUsed
    }
    const early = await place(0, 2_000)
    const late = await place(2_000, 8_000)
    expect(bench.simulator.counters['call.ended.abandoned']).toBe(10_000)
    expect(bench.simulator.log.length).toBeLessThanOrEqual(141)
    expect(bench.simulator.activeCalls).toBe(0)
    expect((late - early) / 1e6).toBeLessThan(15)
  }, 120_000)

  it('logs in one sequence with times that never go back', async () => {
    bench = await startBench()
    const call = await bench.simulator.call({ from: alice, line })
    await bench.act('reject', call.id)
    await bench.simulator.idle()
    const seqs = bench.simulator.log.map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.map((_, index) => index + 1))
    expect(bench.simulator.log.map(({ kind }) => kind).sort()).toEqual([
      'call',
      'call',
      'graph',
      'webhook',
      'webhook',
    ])
  })
})

describe('close', () => {
  it('leaves nothing running: no timers, no sockets, no pending request', async () => {
    bench = await startBench({ time: { scale: 1 } })
    const { simulator, receiver } = bench
    receiver.answer = () => 500
    const call = await simulator.call({ from: alice, line })
    await call.answered
    simulator.script('dead')
    const hanging = fetch(`${simulator.url}/v26.0/me`).catch(() => 'closed')
    await new Promise((resolve) => setTimeout(resolve, 50))
    await simulator.close()
    expect(await hanging).toBe('closed')
    expect([0, 500]).toContain(await call.delivered)
    const count = receiver.received.length
    await receiver.close()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(receiver.received).toHaveLength(count)
    const left = process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap')
    expect(left).toHaveLength(0)
    bench = undefined
  })
})
