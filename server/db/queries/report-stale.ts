import { sql } from 'kysely'
import { countryOf } from '../../phone.ts'
import type { ReportCall } from '../../reports/report-call.ts'
import { numberColumns, wordColumns } from '../../reports/report-call.ts'
import type { JournalCall } from '../../reports/report-calls.ts'
import { reportCalls } from '../../reports/report-calls.ts'
import type { Db } from '../open.ts'
import { prepare } from '../prepared.ts'

/** Calls of somebody who calls all day that are counted anew when they call once more. */
const mostCalls = 2000

/** What may count differently than it did. */
export interface Stale {
  /** A person; with a minus, a call of nobody known. */
  readonly id: number
  readonly marks: number
  /** All of the person's calls, not only the newest. */
  readonly whole: number
}

export interface Recount {
  readonly stale: readonly Stale[]
  /** Those that changed. */
  readonly calls: readonly ReportCall[]
}

const callColumns = [
  'id',
  'channel',
  'line',
  'direction',
  'status',
  'undecided',
  'offered_at',
  'arrived_at',
  'started_at',
  'ended_at',
  'end_arrived_at',
  'duration_seconds',
  'final_outcome',
  'final_node',
  'why',
  'no_lead',
  'policy',
  'release',
  'decision_ms',
  'phone',
  'user_id',
  'person_id',
] as const

const callWith = prepare((db, call: { id: number }) =>
  db
    .selectFrom('calls')
    .select(callColumns)
    .where('id', '=', call.id)
    .where('person_id', 'is', null),
)
/** A negative limit is none. */
const callsBy = prepare((db, person: { id: number; limit: number }) =>
  db
    .selectFrom('calls')
    .select(callColumns)
    .where('person_id', '=', person.id)
    .orderBy('arrived_at', 'desc')
    .limit(person.limit),
)
const messagesBy = prepare((db, person: { id: number; since: string }) =>
  db
    .selectFrom('messages')
    .select(['at', 'arrived_at', 'voicemail_of', 'replies_to'])
    .where('person_id', '=', person.id)
    .where(sql<boolean>`substr(coalesce(at, arrived_at), 1, 19) >= ${person.since}`),
)
const verdictsBy = prepare((db, person: { id: number }) =>
  db
    .selectFrom('lead_events')
    .select(['at', 'value', 'currency'])
    .select(sql<string>`coalesce(status, '')`.as('status'))
    .where('person_id', '=', person.id)
    .where('kind', '=', 'status')
    .orderBy('id'),
)
/** A template comes after the message whose place it takes. */
const followUpsOf = prepare((db, calls: { ids: string }) =>
  db
    .selectFrom('actions')
    .select(['call_id', 'state', 'delivery', 'provider_id'])
    .where(sql<boolean>`call_id in (select value from json_each(${calls.ids}))`)
    .where('type', '=', 'message')
    .orderBy('id'),
)
const personWith = prepare((db, person: { id: number }) =>
  db
    .selectFrom('people')
    .leftJoin('contacts as by_user', 'by_user.user_id', 'people.user_id')
    .leftJoin('contacts as by_phone', 'by_phone.phone', 'people.phone')
    .select(['people.phone', 'people.user_id', 'people.erased_at'])
    .select(['by_user.tier as user_tier', 'by_phone.tier as phone_tier'])
    .select(['by_user.country as user_country', 'by_phone.country as phone_country'])
    .where('people.id', '=', person.id),
)
const storedRows = prepare((db, calls: { ids: string }) =>
  db
    .selectFrom('report_calls')
    .selectAll()
    .where(sql<boolean>`call_id in (select value from json_each(${calls.ids}))`),
)
const wordsWith = prepare((db, words: { ids: string }) =>
  db
    .selectFrom('report_words')
    .selectAll()
    .where(sql<boolean>`id in (select value from json_each(${words.ids}))`),
)

interface Who {
  readonly country: string
  readonly tier: string
  readonly isErased: boolean
}

async function whoIs(db: Db, { id }: Stale, calls: readonly JournalCall[]): Promise<Who> {
  const [call] = calls
  if (id < 0)
    return {
      country: countryOf(call?.phone ?? undefined, call?.user_id ?? undefined) ?? '',
      tier: 'none',
      isErased: call?.phone === null && call.user_id === null,
    }
  const row = await personWith.first(db, { id })
  const told = row?.user_country ?? row?.phone_country ?? ''
  const known = countryOf(row?.phone ?? undefined, row?.user_id ?? undefined)
  return {
    country: told === '' ? (known ?? '') : told,
    tier: row?.user_tier ?? row?.phone_tier ?? 'none',
    isErased: row === undefined || row.erased_at !== null,
  }
}

const bySecond = (call: JournalCall): string =>
  (call.offered_at ?? call.ended_at ?? call.arrived_at).slice(0, 19)

/** What stands in the table, with its words. */
async function storedOf(db: Db, ids: string): Promise<Map<number, ReportCall>> {
  const rows = await storedRows.all(db, { ids })
  if (rows.length === 0) return new Map()
  const numbers = new Set(rows.flatMap((row) => wordColumns.map((name) => row[name])))
  const words = await wordsWith.all(db, { ids: JSON.stringify([...numbers]) })
  const texts = new Map(words.map(({ id, word }) => [id, word]))
  return new Map(
    rows.map((row) => {
      const named = wordColumns.map((name) => [name, texts.get(row[name]) ?? ''])
      return [row.call_id, { ...row, ...(Object.fromEntries(named) as Named) }] // a word a column
    }),
  )
}
type Named = Record<(typeof wordColumns)[number], string>

const isSame = (a: ReportCall, b: ReportCall | undefined): boolean =>
  b !== undefined &&
  numberColumns.every((name) => a[name] === b[name]) &&
  wordColumns.every((name) => a[name] === b[name])

async function recountOne(db: Db, stale: Stale, zone: string): Promise<ReportCall[]> {
  const { id } = stale
  const isWhole = stale.whole === 1
  const found =
    id < 0
      ? await callWith.all(db, { id: -id })
      : await callsBy.all(db, { id, limit: isWhole ? -1 : mostCalls + 1 })
  if (found.length === 0) return []
  const isCut = !isWhole && found.length > mostCalls
  const since = found.map(bySecond).sort()[0] ?? ''
  const who = await whoIs(db, stale, found)
  const ids = JSON.stringify(found.map((call) => call.id))
  const followUps = await followUpsOf.all(db, { ids })
  const counted = reportCalls({
    calls: found,
    messages: id < 0 ? [] : await messagesBy.all(db, { id, since }),
    verdicts: id < 0 ? [] : await verdictsBy.all(db, { id }),
    followUps: new Map(followUps.map(({ call_id, ...one }) => [call_id ?? 0, one])),
    country: who.country,
    tier: who.tier,
    zone,
  })
  const stored = await storedOf(db, ids)
  const kept = counted.map((call) => {
    const before = stored.get(call.call_id)
    // nothing is known any more of where an erased person was from
    return who.isErased && before ? { ...call, country: before.country, tier: before.tier } : call
  })
  // where calls were left out, what the first of the rest opened cannot be told
  const firstOpened = isCut ? kept.findLastIndex(({ opened }) => opened === 1) : -1
  return kept.filter(
    (call, index) => !isSame(call, stored.get(call.call_id)) && (!isCut || index < firstOpened),
  )
}

/** Counts anew what is stale, some of it; `recordCounts` puts it down. */
export async function recount(
  db: Db,
  input: { readonly limit: number; readonly zone: string },
): Promise<Recount> {
  const stale = await db
    .selectFrom('report_stale')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(input.limit)
    .execute()
  const calls: ReportCall[] = []
  for (const one of stale) calls.push(...(await recountOne(db, one, input.zone)))
  return { stale, calls }
}

/** How much is stale. */
export async function staleCount(db: Db, _input: undefined): Promise<number> {
  const { count } = await db
    .selectFrom('report_stale')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}
