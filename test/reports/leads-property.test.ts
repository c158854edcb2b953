import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../../server/db/commands/index.ts'
import type { Db } from '../../server/db/open.ts'
import type { Party } from '../../server/schema/signal.ts'
import type { CallFacts } from './journal.ts'
import { changeNumber, decide, end, iso, leadBy, miss, openJournal, write } from './journal.ts'

const kinds = [
  'rejected',
  'rejected',
  'failed',
  'silent',
  'stale',
  'group',
  'ringing',
  'unanswered',
  'connected',
  'end_only',
  'talk_end_only',
  'callback',
  'callback_unanswered',
  'message',
  'message',
  'voicemail',
] as const
type Kind = (typeof kinds)[number]

interface Happening {
  readonly kind: Kind
  readonly human: number
  /** Which ids the provider tells. */
  readonly ids: 'phone' | 'user' | 'both'
  readonly at: number
  readonly lasts: number
}

type Part = 'offer' | 'end' | 'word'
interface Delivery {
  readonly index: number
  readonly part: Part
}

const offered: readonly Kind[] = [
  'rejected',
  'failed',
  'silent',
  'stale',
  'group',
  'ringing',
  'unanswered',
  'connected',
]
const ended: readonly Kind[] = [
  'rejected',
  'silent',
  'unanswered',
  'connected',
  'end_only',
  'talk_end_only',
  'callback',
  'callback_unanswered',
]
const talks: readonly Kind[] = ['connected', 'talk_end_only', 'callback']
const misses: readonly Kind[] = ['rejected', 'failed', 'silent', 'stale', 'unanswered', 'end_only']

const partsOf = ({ kind }: Happening): Part[] => [
  ...(offered.includes(kind) ? (['offer'] as const) : []),
  ...(ended.includes(kind) ? (['end'] as const) : []),
  ...(kind === 'message' || kind === 'voicemail' ? (['word'] as const) : []),
]

/** Three people; the last one is on the blocked list. */
const humans = [0, 1, 2] as const
const blockedHuman = 2

let serial = 0
interface World {
  readonly name: string
  readonly idsOf: (human: number) => { phone: string; userId: string }
}
function newWorld(): World {
  const name = `h${(serial += 1)}`
  const idsOf = (human: number) => ({
    phone: `+49151${String(serial0(name) * 10 + human).padStart(8, '0')}`,
    userId: `DE.${name}.${human}`,
  })
  return { name, idsOf }
}
const serial0 = (name: string): number => Number(name.slice(1))

function partyOf(world: World, { human, ids }: Happening): Party {
  const { phone, userId } = world.idsOf(human)
  if (ids === 'phone') return { phone }
  return ids === 'user' ? { userId } : { phone, userId }
}

/** Does what the gatekeeper does with a delivery: the real command for what is known of the call. */
async function deliver(
  db: Db,
  world: World,
  input: { happening: Happening; index: number; part: Part; at: string; endedFirst: boolean },
) {
  const { happening, part, at } = input
  const { kind } = happening
  const call: CallFacts = {
    id: `${world.name}-${input.index}`,
    from: partyOf(world, happening),
    at: happening.at,
  }
  if (part === 'word')
    return write(db, call, { at, ...(kind === 'voicemail' ? { voicemailOf: call.id } : {}) })
  if (part === 'end')
    return end(db, call, {
      at,
      endedAt: happening.at + happening.lasts,
      direction: kind.startsWith('callback') ? 'outbound' : 'inbound',
      ...(talks.includes(kind) ? { duration: happening.lasts } : {}),
    })
  if (input.endedFirst) return miss(db, call, { at, why: 'ended_first' })
  if (kind === 'stale') return miss(db, call, { at, why: 'stale' })
  if (kind === 'group') return miss(db, call, { at, why: 'group', group: true })
  const blocked = happening.human === blockedHuman
  const isReject = ['rejected', 'failed', 'silent'].includes(kind)
  const done = await decide(db, call, {
    at,
    outcome: isReject ? 'reject' : 'accept',
    silent: kind === 'silent',
    blocked,
  })
  if (kind === 'failed' && done.kind === 'committed') {
    const [id] = done.actionIds
    if (id === undefined) return
    await commands.claimActions(db, { now: at, ids: [id], limit: 1 })
    await commands.settleAction(db, {
      id,
      now: at,
      result: { outcome: 'failed', details: 'refused' },
    })
  }
}

interface Moment {
  readonly second: number
  readonly arrival: number
  readonly what: string
  readonly isMiss: boolean
}

/** The leads by a plain replay in the order of time; knows nothing of how the server does it. */
function recount(happenings: readonly Happening[], order: readonly Delivery[], groups: string[][]) {
  const first = (index: number, part: Part): number =>
    order.findIndex((one) => one.index === index && one.part === part)
  const found = new Map<string, Moment[]>()
  happenings.forEach((happening, index) => {
    const { kind, human, ids } = happening
    const [offerAt, endAt, wordAt] = [
      first(index, 'offer'),
      first(index, 'end'),
      first(index, 'word'),
    ]
    const decided = offerAt >= 0 && (endAt < 0 || offerAt < endAt)
    const moments: Moment[] = []
    const push = (second: number, arrival: number, what: string, isMiss = false) =>
      moments.push({ second, arrival, what, isMiss })
    if (wordAt >= 0) push(happening.at, wordAt, kind)
    else if (talks.includes(kind))
      push(happening.at + happening.lasts, endAt, kind === 'callback' ? 'callback' : 'connected')
    else if (misses.includes(kind) && human !== blockedHuman && !(kind === 'silent' && decided)) {
      const second = offerAt >= 0 ? happening.at : happening.at + happening.lasts
      const arrivals = [offerAt, endAt].filter((one) => one >= 0)
      const why = { stale: 'stale', failed: 'failure' }[kind as string] ?? 'rule'
      const isRule = decided && kind !== 'unanswered'
      push(second, Math.min(...arrivals), isRule ? why : 'gave_up', true)
    }
    const id = `${human}:${ids === 'user' ? 'user' : 'phone'}`
    const group = groups.find((one) => one.includes(id))?.join() ?? id
    found.set(group, [...(found.get(group) ?? []), ...moments])
  })
  const leads = new Map<string, unknown>()
  for (const [group, moments] of found) {
    moments.sort((a, b) => a.second - b.second || a.arrival - b.arrival)
    let lead:
      | {
          state: string
          opened: number
          last: number
          attempts: number
          by: string | null
          why: string
          closed: number | null
        }
      | undefined
    for (const { second, what, isMiss } of moments) {
      if (isMiss && lead?.state === 'open') {
        lead.attempts += 1
        lead.last = second
        lead.why = what
      } else if (isMiss)
        lead = {
          state: 'open',
          opened: second,
          last: second,
          attempts: 1,
          by: null,
          why: what,
          closed: null,
        }
      else if (lead?.state === 'open') {
        lead.state = 'closed'
        lead.by = what
        lead.closed = second
      }
    }
    if (lead) leads.set(group, lead)
  }
  return leads
}

function groupsOf(happenings: readonly Happening[]): string[][] {
  return humans.flatMap((human) => {
    const own = happenings.filter((one) => one.human === human)
    const [phone, user] = [`${human}:phone`, `${human}:user`]
    return own.some(({ ids }) => ids === 'both') ? [[phone, user]] : [[phone], [user]]
  })
}

/** Plays a history through the real commands. */
async function play(db: Db, happenings: readonly Happening[], order: readonly Delivery[]) {
  const world = newWorld()
  const { phone, userId } = world.idsOf(blockedHuman)
  for (const entry of [phone, userId])
    await db.insertInto('list_entries').values({ list: 'blocked', entry }).execute()
  const done = new Set<string>()
  for (const [arrival, { index, part }] of order.entries()) {
    const happening = happenings[index]
    if (!happening) continue
    done.add(`${index}:${part}`)
    const endedFirst = done.has(`${index}:end`)
    await deliver(db, world, { happening, index, part, at: iso(1e5 + arrival), endedFirst })
  }
  const leads = new Map<string, unknown>()
  for (const group of groupsOf(happenings)) {
    const ids = group.map((id) => ({ id, human: Number(id[0]) }))
    const party: Party = {}
    for (const { id, human } of ids)
      if (id.endsWith('phone')) party.phone = world.idsOf(human).phone
      else party.userId = world.idsOf(human).userId
    const rows = await leadBy(db, party)
    expect(rows.length).toBeLessThanOrEqual(1)
    const [row] = rows
    if (!row) continue
    const seconds = (text: string | null) =>
      text === null ? null : (Date.parse(text) - Date.parse(iso(0))) / 1000
    leads.set(group.join(), {
      state: row.state,
      opened: seconds(row.opened_at),
      last: seconds(row.last_call_at),
      attempts: row.attempts,
      by: row.closed_by,
      why: row.why,
      closed: seconds(row.closed_at),
    })
  }
  return leads
}

const happening = (at: fc.Arbitrary<number>): fc.Arbitrary<Happening> =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    human: fc.constantFrom(...humans),
    ids: fc.constantFrom('phone', 'user', 'both', 'both'),
    at,
    lasts: fc.integer({ min: 1, max: 6 }),
  })

const withOrder = (happenings: fc.Arbitrary<Happening[]>) =>
  happenings.chain((list) => {
    const all = list.flatMap((one, index) => partsOf(one).map((part) => ({ index, part })))
    const shuffled = fc
      .subarray(all)
      .chain((again) =>
        fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length }),
      )
    return fc.record({ list: fc.constant(list), all: fc.constant(all), shuffled })
  })

describe('silent leads of random histories', () => {
  let db: Db
  beforeAll(async () => {
    db = await openJournal()
  })
  afterAll(() => db.destroy())

  it('are what a plain replay in the order of time finds, also in seconds that are shared', async () => {
    const many = fc.array(happening(fc.integer({ min: 0, max: 25 })), {
      minLength: 1,
      maxLength: 14,
    })
    await fc.assert(
      fc.asyncProperty(withOrder(many), async ({ list, shuffled }) => {
        const groups = groupsOf(list)
        expect(await play(db, list, shuffled)).toEqual(recount(list, shuffled, groups))
      }),
      { numRuns: 300 },
    )
  }, 120_000)

  it('are the same whatever the order of arrival', async () => {
    // all seconds differ, and no call is of a kind that is another thing when its end comes first
    const many = fc
      .array(
        happening(fc.constant(0)).filter(({ kind }) => kind !== 'silent'),
        { minLength: 1, maxLength: 14 },
      )
      .chain((list) => fc.shuffledSubarray(list, { minLength: list.length }))
      .map((list) => list.map((one, index) => ({ ...one, at: index * 10 })))
    const withoutWhy = (leads: Map<string, unknown>) =>
      new Map([...leads].map(([group, lead]) => [group, { ...(lead as object), why: '' }]))
    await fc.assert(
      fc.asyncProperty(withOrder(many), async ({ list, all, shuffled }) => {
        const inOrder = await play(db, list, all)
        expect(inOrder).toEqual(recount(list, all, groupsOf(list)))
        expect(withoutWhy(await play(db, list, shuffled))).toEqual(withoutWhy(inOrder))
      }),
      { numRuns: 250 },
    )
  }, 120_000)

  it('follow a number that changes, wherever the calls of the new number stand', async () => {
    const seconds = fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 3, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(seconds, fc.nat(8), fc.nat(8), async (times, split, place) => {
        const { name, idsOf } = newWorld()
        const [before, after] = [idsOf(0), idsOf(1)]
        const calls = times.map((at, index) => ({
          id: `${name}-${index}`,
          at,
          from: index < split ? before : after,
        }))
        const old = calls.filter(({ from }) => from === before)
        const fresh = calls.filter(({ from }) => from === after)
        let arrival = 2e5
        const arrive = async (call: CallFacts) =>
          decide(db, call, { at: iso((arrival += 1)), outcome: 'reject' })
        for (const call of old) await arrive(call)
        for (const call of fresh.slice(0, place)) await arrive(call)
        await changeNumber(db, { id: name, previous: before, from: after, at: iso((arrival += 1)) })
        for (const call of fresh.slice(place)) await arrive(call)
        expect(await leadBy(db, before)).toEqual([])
        const [lead, ...more] = await leadBy(db, after)
        expect(more).toEqual([])
        expect(lead).toMatchObject({ state: 'open', attempts: times.length })
      }),
      { numRuns: 60 },
    )
  }, 60_000)
})
