import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CanaryView } from '../../server/schema/canary.ts'
import type { PolicyDetail } from '../../server/releases/releases.ts'
import type { Bench } from '../gatekeeper/support.ts'
import { line, startBench } from '../gatekeeper/support.ts'
import {
  accepting,
  act,
  ask,
  auditOf,
  canaryOf,
  fileOf,
  phoneOf,
  place,
  rejecting,
  releasesOf,
  saveDraft,
  seeds,
  start,
  until,
} from './support.ts'

const everyMs = 200
let bench: Bench
let crm: ReturnType<typeof createServer>
let offset = 0
const clock = { now: () => Date.now() + offset, monotonic: () => performance.now() }

beforeAll(async () => {
  crm = createServer(() => undefined)
  await new Promise<void>((resolve) => crm.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  crm.closeAllConnections()
  crm.close()
})
beforeEach(async () => {
  offset = 0
  // a server that listens on a port
  const { port } = crm.address() as AddressInfo
  bench = await startBench({
    policies: [accepting],
    seeds,
    environment: { CRM_URL: `http://127.0.0.1:${port}/`, OUTGOING_ALLOW: '127.0.0.1' },
    overrides: { canaryEveryMs: everyMs, clock },
  })
}, 60_000)
afterEach(() => bench.close())

const live = async () => (await ask<PolicyDetail>(bench, '/api/policies/front')).body
const publish = (comment = 'another') =>
  ask<PolicyDetail>(bench, '/api/policies/front/publish', { body: { comment, force: true } })

/** New callers, until the canary is over. */
async function callUntilOver(limitMs = 60_000): Promise<CanaryView> {
  const began = performance.now()
  for (let caller = 1000; performance.now() - began < limitMs; caller += 8) {
    const canary = await canaryOf(bench)
    if (canary.state !== 'running') return canary
    await place(
      bench,
      [0, 1, 2, 3, 4, 5, 6, 7].map((one) => caller + one),
    )
  }
  return canaryOf(bench)
}

describe('a canary made bad on purpose', () => {
  it('rejects everybody, and is rolled back within a minute; the audit tells the story', async () => {
    const before = await live()
    await saveDraft(bench, rejecting)
    const { body, status } = await start(bench, { percent: 40, comment: 'Try it' })
    expect(status).toBe(200)
    const { release, control } = body.data
    expect(body.data).toMatchObject({
      state: 'running',
      percent: 40,
      control: before.live?.release,
    })
    const events: string[] = []
    bench.server.context.live.subscribe({}, (notice) => {
      if (notice.kind === 'event') events.push(notice.event.type)
    })
    const regulars = [1, 2, 3, 4, 5, 6, 7, 8]
    await place(bench, regulars)
    await place(bench, regulars)
    const over = await callUntilOver()
    expect(over).toMatchObject({ state: 'rolled_back', endedBy: 'canary guards' })
    expect(over.why).toMatch(/^callers who were given to somebody who answers: 0 % of \d+ on the canary, 100 % of/) // prettier-ignore
    const sides = await releasesOf(bench)
    for (const [, releases] of sides) expect(new Set(releases).size).toBe(1)
    expect(new Set([...sides.values()].flat())).toEqual(new Set([release, control]))
    await place(bench, [...regulars, 5000])
    const after = await releasesOf(bench)
    for (const caller of [...regulars, 5000])
      expect(after.get(`+${phoneOf(caller)}`)?.at(-1)).toBe(control)
    expect(await auditOf(bench)).toMatchObject([
      {
        operation: 'rollBackCanary',
        actor: { name: 'canary guards' },
        before: { release, control },
        after: { state: 'rolled_back', why: over.why, figures: { canary: { answered: 0 } } },
      },
      { operation: 'startCanary', after: { release, percent: 40 } },
      { operation: 'saveDraft' },
      {},
    ])
    expect(events).toContain('canary.ended')
    const metrics = await (await bench.api('/metrics')).text()
    expect(metrics).toContain('callgate_alarms_total{alarm="canary_rolled_back"} 1')
    expect((await live()).live?.release).toBe(control)
  }, 100_000)

  it('waits for a CRM beyond its budget, and is rolled back for that', async () => {
    const { nodes } = accepting
    const slow = {
      ...accepting,
      budgetMs: 20,
      start: 'crm',
      nodes: {
        ...nodes,
        crm: {
          kind: 'crm',
          deadlineMs: 1000,
          exits: { found: 'team', missing: 'team', unknown: 'team' },
        },
      },
    }
    await saveDraft(bench, slow)
    const guards = { answerRate: null, errorRate: null, complaints: null, minCallers: 10 }
    expect((await start(bench, { percent: 50, guards })).status).toBe(200)
    const over = await callUntilOver()
    expect(over.state).toBe('rolled_back')
    expect(over.why).toMatch(/^decisions over their budget: 100 %/)
  }, 100_000)
})

describe('a canary', () => {
  it('counts callers by their first call, and those who answer with "stop"', async () => {
    await saveDraft(bench, { ...accepting, name: 'Renamed' })
    await start(bench, { percent: 50 })
    const callers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    await place(bench, callers)
    await place(bench, callers.slice(0, 4))
    await bench.sim.message({ from: phoneOf(1), line, text: 'STOP!' })
    await bench.sim.message({ from: phoneOf(2), line, text: 'Can you stop by?' })
    const { figures } = await canaryOf(bench)
    const { canary, control } = figures
    expect(canary.calls + control.calls).toBe(14)
    expect(canary.callers + control.callers).toBe(10)
    expect(canary.answered + control.answered).toBe(10)
    expect(canary.complaints + control.complaints).toBe(1)
    const sides = await releasesOf(bench)
    const own = [...sides.values()].filter(([release]) => release?.startsWith('2-')).length
    expect(canary.callers).toBe(own)
  }, 60_000)

  it('is promoted to the very release that was tried, with its file', async () => {
    await saveDraft(bench, rejecting)
    const { release } = (await start(bench, { percent: 10 })).body.data
    expect(fileOf(bench).start).toBe('team')
    const { status, body } = await act(bench, 'promote')
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ state: 'promoted', release })
    const detail = await live()
    expect(detail.live?.release).toBe(release)
    expect(detail.draft).toMatchObject({ edited: false, basedOn: release, outdated: false })
    expect(fileOf(bench).start).toBe('no')
    await place(bench, [1, 2, 3])
    expect(new Set([...(await releasesOf(bench)).values()].flat())).toEqual(new Set([release]))
  }, 60_000)

  it('leaves a draft that went on to be published after it', async () => {
    await saveDraft(bench, rejecting)
    const { release } = (await start(bench, { percent: 10 })).body.data
    await saveDraft(bench, { ...rejecting, name: 'Later' })
    await act(bench, 'promote')
    expect((await live()).draft).toMatchObject({ edited: true, basedOn: release, outdated: false })
  }, 60_000)

  it.each([
    ['published', () => publish()],
    [
      'rolled back',
      () =>
        live().then((detail) =>
          ask(bench, '/api/policies/front/rollback', { body: { release: detail.live?.release } }),
        ),
    ],
    [
      'imported from the file',
      async () => {
        const text = JSON.stringify({ ...accepting, name: 'By hand' })
        writeFileSync(join(bench.policies, 'front.json'), text)
        await until(async () => (await live()).live?.source === 'file' && (await live()).name === 'By hand') // prettier-ignore
      },
    ],
  ])(
    'ends when another release is %s',
    async (_, change) => {
      await saveDraft(bench, rejecting)
      await start(bench, { percent: 90 })
      await change()
      const canary = await canaryOf(bench)
      expect(canary).toMatchObject({ state: 'superseded' })
      const { live: now } = await live()
      expect(canary.why).toContain(now?.release)
      await place(bench, [1, 2, 3, 4])
      expect(new Set([...(await releasesOf(bench)).values()].flat())).toEqual(
        new Set([now?.release]),
      )
      expect((await act(bench, 'promote')).status).toBe(409)
    },
    60_000,
  )

  it('ends once, whatever ends it at the same time', async () => {
    await saveDraft(bench, rejecting)
    await start(bench, { percent: 50 })
    const results = await Promise.all([
      act(bench, 'stop'),
      act(bench, 'promote'),
      act(bench, 'stop'),
      act(bench, 'promote'),
    ])
    expect(results.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409])
    const ends = (await auditOf(bench)).filter(({ operation }) => /^(stop|promote)/.test(operation))
    expect(ends).toHaveLength(1)
  }, 60_000)

  it('ends when its time is up, and live answers again', async () => {
    await saveDraft(bench, rejecting)
    await start(bench, { percent: 50, minutes: 10 })
    offset = 11 * 60_000
    await until(async () => (await canaryOf(bench)).state !== 'running')
    expect(await canaryOf(bench)).toMatchObject({ state: 'timed_out', endedBy: 'canary guards' })
  }, 60_000)

  it('is refused where it makes no sense', async () => {
    expect((await start(bench, { percent: 50 })).body.error?.code).toBe('conflict')
    await saveDraft(bench, { ...accepting, start: 'nowhere' })
    expect((await start(bench, { percent: 50 })).status).toBe(422)
    await saveDraft(bench, rejecting)
    for (const body of [{}, { percent: 0 }, { percent: 100 }, { percent: 5, guards: { a: 1 } }])
      expect((await start(bench, body)).status).toBe(400)
    expect((await start(bench, { percent: 50 })).status).toBe(200)
    expect((await start(bench, { percent: 50 })).status).toBe(409)
    expect((await act(bench, 'stop')).body.data.state).toBe('stopped')
    expect((await act(bench, 'stop')).status).toBe(409)
  }, 60_000)
})
