import { mkdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../server/db/open.ts'
import { migrateToLatest, openForWriting } from '../../server/db/open.ts'
import type { FactSeen, FactValue } from '../../server/schema/facts.ts'
import type { Place } from './support.ts'
import { place } from './support.ts'

let here: Place
let db: Db
beforeEach(async () => {
  here = place()
  mkdirSync(here.path('data'))
  db = openForWriting(here.path('data/callgate.db'))
  await migrateToLatest(db)
  await db
    .insertInto('records')
    .values([
      { kind: 'calendar', key: 'support', doc: '{"zone":"UTC"}', updated_at: '' },
      { kind: 'agent', key: 'ana', doc: '{"id":"ana","teams":["support"]}', updated_at: '' },
    ])
    .execute()
})
afterEach(async () => {
  await db.destroy()
  here.remove()
})

const minute = 60_000

function seen(facts: Record<string, FactValue>): Record<string, FactSeen> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, { value, source: 'test', ms: 1 }]),
  )
}

/** A call that the policy `front` decided, some minutes ago. */
async function journal(
  id: number,
  call: {
    ago: number
    facts: Record<string, FactValue>
    outcome: 'accept' | 'reject'
    node: string
  },
) {
  const at = new Date(Date.now() - call.ago * minute).toISOString()
  await db
    .insertInto('calls')
    .values({
      id,
      ref: `ref-${id}`,
      channel: 'whatsapp',
      provider_id: `p${id}`,
      line: '1001',
      direction: 'inbound',
      media: 'voice',
      status: 'missed',
      arrived_at: at,
    })
    .execute()
  const { outcome, node } = call
  const doc = {
    at,
    policy: 'front',
    release: '1-abc',
    outcome,
    node,
    path: [],
    facts: seen(call.facts),
    unknown: [],
    ms: 1,
    budgetMs: 150,
    fallback: false,
    final: { outcome, node },
    steps: [],
    trace: [],
  }
  await db
    .insertInto('decisions')
    .values({ call_id: id, at, policy: 'front', release: '1-abc', doc: JSON.stringify(doc) })
    .execute()
}

const closed = { 'caller.priority': 10, 'hours.support': 'closed' }

const policy = (): Record<string, unknown> =>
  JSON.parse(readFileSync(here.path('policies/front.json'), 'utf8')) as never // our own fixture

/** The fixture with VIPs from this priority on. */
const withPriority = (minPriority: number): unknown =>
  JSON.parse(JSON.stringify(policy()).replace('"minPriority":80', `"minPriority":${minPriority}`))

describe('callgate replay', () => {
  it('says which calls would change, newest first, and how', async () => {
    await journal(1, { ago: 30, facts: closed, outcome: 'reject', node: 'sorry' })
    await journal(2, {
      ago: 20,
      facts: { ...closed, 'caller.priority': 60 },
      outcome: 'reject',
      node: 'sorry',
    })
    await journal(3, {
      ago: 10,
      facts: { ...closed, 'caller.priority': 70 },
      outcome: 'reject',
      node: 'sorry',
    })
    here.write('new.json', { ...Object(withPriority(50)), id: 'new' })
    const { code, stdout } = await here.run([
      'replay',
      '--policy',
      'new.json',
      '--calls-of',
      'front',
    ])
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^ref-3 {2}\S+Z {2}reject\/sorry → accept\/toTeam\nref-2 {2}\S+Z {2}reject\/sorry → accept\/toTeam\n/,
    )
    expect(stdout).toMatch(/3 calls, 2 would change: 2 reject → accept\n$/)
  })

  it('makes no fact up: what was not journalled makes a call undecidable', async () => {
    await journal(1, {
      ago: 5,
      facts: { 'caller.priority': 90 },
      outcome: 'accept',
      node: 'toTeam',
    })
    await journal(2, { ago: 4, facts: closed, outcome: 'reject', node: 'sorry' })
    here.write('policies/front.json', withPriority(95))
    const { stdout } = await here.run(['replay', '--policy', 'front', '--json'])
    expect(JSON.parse(stdout)).toEqual({
      policy: 'front',
      decidedBy: 'policies/front.json',
      changed: [],
      summary: {
        calls: 2,
        changed: 0,
        undecidable: 1,
        changes: {},
        notJournalled: { 'hours.support': 1 },
      },
    })
  })

  it('takes a release by id or number, and calls since then only', async () => {
    await journal(1, { ago: 3000, facts: closed, outcome: 'reject', node: 'sorry' })
    await journal(2, { ago: 2, facts: closed, outcome: 'reject', node: 'sorry' })
    await journal(3, { ago: 1, facts: closed, outcome: 'reject', node: 'sorry' })
    await db
      .insertInto('releases')
      .values({
        policy_id: 'front',
        seq: 2,
        id: '2-fedcba',
        hash: 'fedcba',
        document: JSON.stringify(withPriority(5)),
        author: 'x',
        comment: '',
        source: 'api',
        created_at: '2026-11-20T12:00:00.000Z',
      })
      .execute()
    for (const release of ['2', '2-fedcba']) {
      const { stdout } = await here.run([
        ...['replay', '--policy', 'front', '--release', release, '--since', '1d', '--json'],
      ])
      expect(JSON.parse(stdout)).toMatchObject({
        decidedBy: 'release 2-fedcba',
        changed: [
          { ref: 'ref-3', after: { outcome: 'accept', node: 'toTeam' } },
          { ref: 'ref-2', after: { outcome: 'accept', node: 'toTeam' } },
        ],
        summary: { calls: 2, changed: 2, changes: { 'reject → accept': 2 } },
      })
    }
    const { code, stderr } = await here.run([
      'replay',
      '--policy',
      'front',
      '--release',
      '2-fedcbb',
    ])
    expect(code).toBe(2)
    expect(stderr).toContain('Did you mean 2-fedcba?')
  })

  it('pages through many calls and heeds the limit', async () => {
    for (let id = 1; id <= 450; id++)
      await journal(id, { ago: 500 - id, facts: closed, outcome: 'reject', node: 'sorry' })
    const all = await here.run(['replay', '--policy', 'front', '--json'])
    expect(JSON.parse(all.stdout)).toMatchObject({ summary: { calls: 450, changed: 0 } })
    const some = await here.run(['replay', '--policy', 'front', '--limit', '210', '--json'])
    expect(JSON.parse(some.stdout)).toMatchObject({ summary: { calls: 210 } })
  })

  it('refuses a policy with errors, naming them', async () => {
    here.write('bad.json', { ...policy(), id: 'bad', start: 'nowhere' })
    const { code, stdout, stderr } = await here.run(['replay', '--policy', 'bad.json'])
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('error unknown_start')
  })
})
