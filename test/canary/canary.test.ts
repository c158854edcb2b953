import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
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
  newCallers,
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
  // a server that listens on a port
  const { port } = crm.address() as AddressInfo
  bench = await startBench({
    policies: [accepting],
    seeds,
    environment: { CRM_URL: `http://127.0.0.1:${port}/`, OUTGOING_ALLOW: '127.0.0.1' },
    overrides: { canaryEveryMs: everyMs, clock },
  })
}, 120_000)
afterAll(async () => {
  await bench.close()
  crm.closeAllConnections()
  crm.close()
})
let version = 0
/** A release of its own for each test, that accepts everybody; no canary. */
beforeEach(async () => {
  await saveDraft(bench, { ...accepting, name: `Front ${(version += 1)}` })
  expect((await publish()).status).toBe(200)
}, 60_000)

const live = async () => (await ask<PolicyDetail>(bench, '/api/policies/front')).body
const publish = (comment = 'another') =>
  ask<PolicyDetail>(bench, '/api/policies/front/publish', { body: { comment, force: true } })

/** New callers, until the canary is over. */
async function callUntilOver(
  limitMs = 60_000,
): Promise<{ canary: CanaryView; callers: readonly number[] }> {
  const began = performance.now()
  const callers: number[] = []
  for (;;) {
    const canary = await canaryOf(bench)
    const isLate = performance.now() - began > limitMs
    if (canary.state !== 'running' || isLate) return { canary, callers }
    const next = newCallers(8)
    callers.push(...next)
    await place(bench, next)
  }
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
    const regulars = newCallers(8)
    await place(bench, regulars)
    await place(bench, regulars)
    const { canary: over, callers } = await callUntilOver()
    expect(over).toMatchObject({ state: 'rolled_back', endedBy: 'canary guards' })
    expect(over.why).toMatch(/^callers who were given to somebody who answers: 0 % of \d+ on the canary, 100 % of/) // prettier-ignore
    const regularly = await releasesOf(bench, regulars)
    for (const [, releases] of regularly) expect(new Set(releases).size).toBe(1)
    const all = await releasesOf(bench, [...regulars, ...callers])
    expect(new Set([...all.values()].flat())).toEqual(new Set([release, control]))
    await place(bench, regulars)
    for (const [, releases] of await releasesOf(bench, regulars))
      expect(releases.at(-1)).toBe(control)
    expect((await auditOf(bench)).slice(0, 3)).toMatchObject([
      {
        operation: 'rollBackCanary',
        actor: { name: 'canary guards' },
        before: { release, control },
        after: { state: 'rolled_back', why: over.why, figures: { canary: { answered: 0 } } },
      },
      { operation: 'startCanary', after: { release, percent: 40 } },
      { operation: 'saveDraft' },
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
    const { canary: over } = await callUntilOver()
    expect(over.state).toBe('rolled_back')
    expect(over.why).toMatch(/^decisions over their budget: 100 %/)
  }, 100_000)
})

describe('a canary', () => {
  it('counts callers by their first call, and those who answer with "stop"', async () => {
    await saveDraft(bench, { ...accepting, name: 'Renamed' })
    const { release: ours } = (await start(bench, { percent: 50 })).body.data
    const callers = newCallers(10)
    const [first = 0, second = 0] = callers
    await place(bench, callers)
    await place(bench, callers.slice(0, 4))
    await bench.sim.message({ from: phoneOf(first), line, text: 'STOP!' })
    await bench.sim.message({ from: phoneOf(second), line, text: 'Can you stop by?' })
    await bench.sim.idle()
    const { canary, control } = (await canaryOf(bench)).figures
    expect(canary.calls + control.calls).toBe(14)
    expect(canary.callers + control.callers).toBe(10)
    expect(canary.answered + control.answered).toBe(10)
    expect(canary.complaints + control.complaints).toBe(1)
    const sides = await releasesOf(bench, callers)
    const own = [...sides.values()].filter(([release]) => release === ours).length
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
    const callers = newCallers(3)
    await place(bench, callers)
    const answered = [...(await releasesOf(bench, callers)).values()].flat()
    expect(answered).toEqual([release, release, release])
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
      const callers = newCallers(4)
      await place(bench, callers)
      const answered = [...(await releasesOf(bench, callers)).values()].flat()
      expect(new Set(answered)).toEqual(new Set([now?.release]))
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
    const [end, before] = await auditOf(bench)
    expect(end?.operation).toMatch(/^(stop|promote)Canary$/)
    expect(before?.operation).toBe('startCanary')
  }, 60_000)

  it('ends when its time is up, and live answers again', async () => {
    await saveDraft(bench, rejecting)
    await start(bench, { percent: 50, minutes: 10 })
    offset = 11 * 60_000
    await until(async () => (await canaryOf(bench)).state !== 'running')
    offset = 0
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
