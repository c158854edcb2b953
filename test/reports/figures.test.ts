import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recordCounts } from '../../server/db/commands/report-counts.ts'
import type { Db } from '../../server/db/open.ts'
import { queries } from '../../server/db/queries/index.ts'
import type { ReportFilter } from '../../server/db/queries/reports/selection.ts'
import { recount } from '../../server/db/queries/report-stale.ts'
import { dayNumber } from '../../server/reports/local-time.ts'
import type { Party } from '../../server/schema/signal.ts'
import { decide, end, iso, openJournal, write } from './journal.ts'

const hours = { node: 'h', kind: 'hours', exit: 'closed', leaves: [] }

/** What people and we can do, in seconds of one time that all share. */
type Kind = 'closed' | 'rule' | 'gave_up' | 'talked' | 'message' | 'callback' | 'blocked'
const kinds: readonly Kind[] = [
  'closed',
  'rule',
  'gave_up',
  'talked',
  'message',
  'callback',
  'blocked',
]
interface Happening {
  readonly person: number
  readonly at: number
  readonly kind: Kind
}

const people: readonly Party[] = [
  { phone: '+491701000001' },
  { phone: '+447700900001' },
  { phone: '+14155550100' },
  { userId: 'US.1' },
]

/** At most ten days of what happened, each at a second of its own, some hours apart. */
const happenings = fc
  .array(
    fc.record({
      person: fc.nat(people.length - 1),
      gap: fc.integer({ min: 60, max: 30_000 }),
      kind: fc.constantFrom(...kinds),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((steps) => {
    let at = 0
    return steps.map(({ person, gap, kind }): Happening => ({ person, kind, at: (at += gap) }))
  })

/** Journals one thing, arriving when it happened, whenever it is journalled. */
async function journal(db: Db, { person, at, kind }: Happening, id: string): Promise<void> {
  const call = { id, from: people[person] ?? {}, at }
  const arrival = { at: iso(at) }
  if (kind === 'message') return void (await write(db, call, arrival))
  if (kind === 'callback') {
    const told = {
      at: iso(at + 50),
      endedAt: at + 50,
      duration: 50,
      direction: 'outbound',
    } as const
    return void (await end(db, call, told))
  }
  const isRejected = kind === 'closed' || kind === 'rule' || kind === 'blocked'
  await decide(db, call, {
    ...arrival,
    outcome: isRejected ? 'reject' : 'accept',
    blocked: kind === 'blocked',
    trace: kind === 'closed' ? [hours] : [],
  })
  if (kind === 'gave_up') await end(db, call, { at: iso(at + 20), endedAt: at + 20 })
  if (kind === 'talked') await end(db, call, { at: iso(at + 40), endedAt: at + 40, duration: 30 })
}

async function countAll(db: Db): Promise<void> {
  for (;;) {
    const counted = await recount(db, { limit: 3, zone: 'UTC' })
    if (counted.stale.length === 0) return
    await recordCounts(db, counted)
  }
}

interface Lead {
  at: number
  reason: Kind
  calls: number
  closedBy: string
  backAfter: number | undefined
}

/** The same figures, told by going through what happened, person by person. */
function byHand(all: readonly Happening[]) {
  const leads: Lead[] = []
  const missed = new Map<string, number>()
  const cells = new Map<string, number>()
  let talked = 0
  for (const person of people.keys()) {
    let open: Lead | undefined
    let latest: Lead | undefined
    for (const { at, kind } of all.filter((one) => one.person === person)) {
      // calling back counts whether or not the caller had written by then
      if (kind === 'callback' && latest) latest.backAfter ??= at - latest.at
      const isMiss = kind === 'closed' || kind === 'rule' || kind === 'gave_up'
      if (kind === 'talked') talked += 1
      if (isMiss) {
        missed.set(kind, (missed.get(kind) ?? 0) + 1)
        const when = new Date(iso(at))
        const cell = `${(when.getUTCDay() + 6) % 7} ${when.getUTCHours()}`
        cells.set(cell, (cells.get(cell) ?? 0) + 1)
        if (open) open.calls += 1
        else {
          open = { at, reason: kind, calls: 1, closedBy: 'nothing', backAfter: undefined }
          leads.push(open)
          latest = open
        }
      } else if (kind !== 'blocked' && open) {
        open.closedBy = kind === 'talked' ? 'connected' : kind
        open = undefined
      }
    }
  }
  return { leads, missed, cells, talked }
}

const isCall = ({ kind }: Happening): boolean => kind !== 'message' && kind !== 'callback'
const days: ReportFilter = {
  from: dayNumber('2026-11-01'),
  until: dayNumber('2027-01-31'),
  scopes: [],
}

async function compare(db: Db, all: readonly Happening[]): Promise<void> {
  const { leads, missed, cells, talked } = byHand(all)
  const count = (fits: (lead: Lead) => boolean) => leads.filter(fits).length
  const overview = await queries.reportOverview(db, { filter: days })
  expect(overview).toMatchObject({
    calls: all.filter(isCall).length,
    connected: talked,
    missed: [...missed.values()].reduce((sum, one) => sum + one, 0),
    leads: leads.length,
    reached: count(({ closedBy }) => closedBy === 'connected' || closedBy === 'callback'),
    again: count(({ calls, closedBy }) => calls > 1 || ['message', 'connected'].includes(closedBy)),
  })
  const reasons = (await queries.reportMissed(db, { filter: days })).reasons
  expect(new Map(reasons.map(({ reason, calls }) => [reason, calls]))).toEqual(missed)
  for (const { reason, leads: opened } of reasons)
    expect(opened).toBe(count((lead) => lead.reason === reason))
  const heatMap = await queries.reportHeatMap(db, { filter: days })
  const found = heatMap.cells.filter((cell) => cell.missed > 0)
  expect(new Map(found.map((cell) => [`${cell.weekday} ${cell.hour}`, cell.missed]))).toEqual(cells)
  const { ways } = await queries.reportReContact(db, { filter: days })
  for (const { way, leads: closed, calledAgain } of ways) {
    expect(closed).toBe(count(({ closedBy }) => closedBy === way))
    expect(calledAgain).toBe(count((lead) => lead.closedBy === way && lead.calls > 1))
  }
  const callbacks = await queries.reportCallbacks(db, { filter: days })
  expect(callbacks.calledBack).toBe(count(({ backAfter }) => backAfter !== undefined))
  const soon = callbacks.within.filter(({ seconds }) => seconds !== null && seconds <= 3600)
  expect(soon.reduce((sum, row) => sum + row.leads, 0)).toBe(
    count(({ backAfter }) => backAfter !== undefined && backAfter <= 3600),
  )
}

const shuffled = (length: number) =>
  fc.shuffledSubarray([...Array(length).keys()], { minLength: length })

test('reports count what a recount by hand counts, in whatever order it was journalled', async () => {
  const cases = happenings.chain((all) => shuffled(all.length).map((order) => ({ all, order })))
  await fc.assert(
    fc.asyncProperty(cases, async ({ all, order }) => {
      const db = await openJournal()
      for (const [turn, index] of order.entries()) {
        const happening = all[index]
        if (happening) await journal(db, happening, `c${index}`)
        // counted in between too, so that what is put down is put right
        if (turn % 7 === 3) await countAll(db)
      }
      await countAll(db)
      await compare(db, all)
      await db.destroy()
    }),
    { numRuns: 40 },
  )
}, 120_000)

test('a report narrowed to a country, a tier or a line counts its calls only', async () => {
  const db = await openJournal()
  for (const [index, from] of people.entries())
    await decide(
      db,
      { id: `n${index}`, from, at: index * 60 },
      { at: iso(index * 60), outcome: 'reject' },
    )
  await db
    .insertInto('contacts')
    .values({
      phone: '+491701000001',
      priority: 1,
      tier: 'gold',
      tags: '[]',
      owner: '',
      language: '',
      country: '',
      sla_calendar: '',
      attributes: '{}',
      updated_at: iso(0),
    })
    .execute()
  await countAll(db)
  const calls = async (more: Partial<ReportFilter>) =>
    (await queries.reportOverview(db, { filter: { ...days, ...more } })).calls
  expect(await calls({})).toBe(4)
  expect(await calls({ country: 'US' })).toBe(2)
  expect(await calls({ tier: 'gold' })).toBe(1)
  expect(await calls({ tier: 'gold', country: 'GB' })).toBe(0)
  expect(await calls({ line: 'line-1' })).toBe(4)
  expect(await calls({ line: 'another' })).toBe(0)
  expect(await calls({ scopes: [{ kind: 'except', lines: ['line-1'] }] })).toBe(0)
  await db.destroy()
})

test('calls that retention deletes stay counted', async () => {
  const db = await openJournal()
  const call = { id: 'old', from: { phone: '+491701000001' }, at: 0 }
  await decide(db, call, { at: iso(0), outcome: 'reject' })
  await countAll(db)
  await queries.reportOverview(db, { filter: days })
  await db.deleteFrom('calls').execute()
  await db.insertInto('report_stale').values({ id: 1, whole: 1 }).execute()
  await countAll(db)
  const { calls, leads } = await queries.reportOverview(db, { filter: days })
  expect([calls, leads]).toEqual([1, 1])
  await db.destroy()
})
