import { performance } from 'node:perf_hooks'
import { sql } from 'kysely'
import type { Db } from '../open.ts'

/** A table whose rows are deleted when they are old, and the column that tells how old. */
const dated = {
  deliveries: 'arrived_at',
  signals: 'arrived_at',
  messages: 'arrived_at',
  feed: 'at',
  audit: 'at',
} as const

/** What a sweep goes through, in the order of its rows' ids. */
export type Swept =
  | keyof typeof dated
  | 'texts'
  | 'told'
  | 'leads'
  | 'actions'
  | 'verifications'
  | 'webhooks'
  | 'people'

export interface SweepInput {
  readonly what: Swept
  /** ISO: what is older goes. */
  readonly before: string
  /** Where the last part ended; 0 to begin. */
  readonly after: number
  /** Rows that are looked at. */
  readonly limit: number
}

export interface SweepOutput {
  /** Rows deleted or emptied. */
  readonly changed: number
  readonly last: number
  /** Whether nothing old is left behind `last`. */
  readonly isDone: boolean
  /** Milliseconds it took on the writer thread. */
  readonly ms: number
}

interface Aged {
  readonly id: number
  readonly at: string
}

/** Rows that are old, of one part of a table. */
interface Part {
  readonly rows: readonly Aged[]
  change(ids: readonly number[]): Promise<void>
}

async function datedPart(trx: Db, what: keyof typeof dated, input: SweepInput): Promise<Part> {
  const rows = await trx
    .selectFrom(what)
    .select(['id', sql.ref<string>(dated[what]).as('at')])
    .where('id', '>', input.after)
    .orderBy('id')
    .limit(input.limit)
    .execute()
  return {
    rows,
    change: async (ids) => void (await trx.deleteFrom(what).where('id', 'in', ids).execute()),
  }
}

const emptied = JSON.stringify({ text: '' })

async function textsPart(trx: Db, { after, limit }: SweepInput): Promise<Part> {
  const rows = await trx
    .selectFrom('messages')
    .select(['id', 'arrived_at as at'])
    .where('id', '>', after)
    .where('text', 'is not', null)
    .orderBy('id')
    .limit(limit)
    .execute()
  const change = (ids: readonly number[]) =>
    trx.updateTable('messages').set({ text: null }).where('id', 'in', ids).execute()
  return { rows, change: async (ids) => void (await change(ids)) }
}

/** Messages of ours: who was told is kept, what they were told goes. */
async function toldPart(trx: Db, { after, limit }: SweepInput): Promise<Part> {
  const rows = await trx
    .selectFrom('actions')
    .select(['id', 'created_at as at'])
    .where('id', '>', after)
    .where('type', 'in', ['message', 'notify'])
    .where(sql<boolean>`coalesce(payload ->> '$.message.text', payload ->> '$.text') <> ''`)
    .where('state', 'not in', ['pending', 'claimed'])
    .orderBy('id')
    .limit(limit)
    .execute()
  const payload = sql<string>`case type
    when 'message' then json_set(payload, '$.message', json(${emptied}))
    else json_set(payload, '$.text', '') end`
  const change = (ids: readonly number[]) =>
    trx.updateTable('actions').set({ payload }).where('id', 'in', ids).execute()
  return { rows, change: async (ids) => void (await change(ids)) }
}

/** Leads of these people, with what was done about them. */
async function deleteLeads(trx: Db, personIds: readonly number[]): Promise<void> {
  for (const table of ['lead_events', 'leads'] as const)
    await trx.deleteFrom(table).where('person_id', 'in', personIds).execute()
}

async function leadsPart(trx: Db, { after, limit }: SweepInput): Promise<Part> {
  const rows = await trx
    .selectFrom('leads')
    .select(['person_id as id'])
    .select(sql<string>`coalesce(closed_at, '9')`.as('at'))
    .where('person_id', '>', after)
    .where('state', '=', 'closed')
    .orderBy('person_id')
    .limit(limit)
    .execute()
  return { rows, change: (ids) => deleteLeads(trx, ids) }
}

/** Actions that belong to no call. */
async function actionsPart(trx: Db, { after, limit }: SweepInput): Promise<Part> {
  const rows = await trx
    .selectFrom('actions')
    .select(['id', 'created_at as at'])
    .where('id', '>', after)
    .where('call_id', 'is', null)
    .where('state', 'not in', ['pending', 'claimed'])
    .orderBy('id')
    .limit(limit)
    .execute()
  const change = (ids: readonly number[]) =>
    trx.deleteFrom('actions').where('id', 'in', ids).execute()
  return { rows, change: async (ids) => void (await change(ids)) }
}

async function verificationsPart(trx: Db, { after, limit }: SweepInput): Promise<Part> {
  const rows = await trx
    .selectFrom('verifications')
    .select(['id', 'expires_at as at'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
  const change = (ids: readonly number[]) =>
    trx.deleteFrom('verifications').where('id', 'in', ids).execute()
  return { rows, change: async (ids) => void (await change(ids)) }
}

const peopleTables = [
  'person_tags',
  'blocks',
  'restrictions',
  'person_aliases',
  'links',
  'promises',
  'lead_events',
] as const

/** What other systems were told, but not what still is to be sent to an endpoint that is enabled. */
async function webhooksPart(trx: Db, { after, limit }: SweepInput): Promise<Part> {
  const isWaiting = sql<string>`iif(exists (
    select 1 from webhook_deliveries as delivery
    join webhook_endpoints as endpoint on endpoint.id = delivery.endpoint_id
    where delivery.event_id = webhook_events.id and delivery.state = 'pending' and endpoint.enabled = 1
  ), '9', at)`
  const rows = await trx
    .selectFrom('webhook_events')
    .select(['id', isWaiting.as('at')])
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
  return {
    rows,
    async change(ids) {
      for (const table of ['webhook_attempts', 'webhook_deliveries'] as const)
        await trx.deleteFrom(table).where('event_id', 'in', ids).execute()
      await trx.deleteFrom('webhook_events').where('id', 'in', ids).execute()
    },
  }
}

/** People of whom nothing is left that they are needed for. */
async function peoplePart(trx: Db, { after, limit }: SweepInput): Promise<Part> {
  const isNeeded = (['calls', 'messages', 'signals', 'actions', 'leads'] as const).map(
    (table) => sql`exists (select 1 from ${sql.table(table)} where person_id = people.id)`,
  )
  const rows = await trx
    .selectFrom('people')
    .select('id')
    .select(sql<string>`iif(${sql.join(isNeeded, sql` or `)}, '9', created_at)`.as('at'))
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
  return {
    rows,
    async change(ids) {
      for (const table of peopleTables)
        await trx.deleteFrom(table).where('person_id', 'in', ids).execute()
      await trx.deleteFrom('people').where('id', 'in', ids).execute()
    },
  }
}

function partOf(trx: Db, input: SweepInput): Promise<Part> {
  const { what } = input
  switch (what) {
    case 'texts':
      return textsPart(trx, input)
    case 'told':
      return toldPart(trx, input)
    case 'leads':
      return leadsPart(trx, input)
    case 'actions':
      return actionsPart(trx, input)
    case 'verifications':
      return verificationsPart(trx, input)
    case 'webhooks':
      return webhooksPart(trx, input)
    case 'people':
      return peoplePart(trx, input)
    default:
      return datedPart(trx, what, input)
  }
}

/** Kinds whose ids do not rise with their age, so that all of them are looked at. */
const unordered: ReadonlySet<Swept> = new Set(['leads', 'people', 'verifications'])

/** Deletes or empties what is old in one part of a table, so that no call waits long. */
export async function sweep(trx: Db, input: SweepInput): Promise<SweepOutput> {
  const started = performance.now()
  const { rows, change } = await partOf(trx, input)
  const ids = rows.filter(({ at }) => at < input.before).map(({ id }) => id)
  if (ids.length > 0) await change(ids)
  const isLast = rows.length < input.limit
  return {
    changed: ids.length,
    last: rows.at(-1)?.id ?? input.after,
    isDone: isLast || (ids.length === 0 && !unordered.has(input.what)),
    ms: performance.now() - started,
  }
}

export interface SweepCallsInput {
  /** First instant (ISO) of the day in REPORT_ZONE that these calls came on. */
  readonly day: string
  /** ISO: the end of that day, or the age limit where that is earlier. */
  readonly until: string
  readonly limit: number
}

/** Deletes calls of one day with their decisions and actions; their counts stay. */
export async function sweepCalls(trx: Db, input: SweepCallsInput): Promise<SweepOutput> {
  const started = performance.now()
  const { day, until, limit } = input
  const calls = await trx
    .selectFrom('calls')
    .select(['id', 'direction', 'status', 'final_outcome', 'duration_seconds'])
    .where('arrived_at', '<', until)
    .orderBy('arrived_at')
    .limit(limit)
    .execute()
  for (const { direction, status, final_outcome, duration_seconds } of calls) {
    const seconds = duration_seconds ?? 0
    await trx
      .insertInto('call_counts')
      .values({ day, direction, status, outcome: final_outcome ?? '', count: 1, seconds })
      .onConflict((conflict) =>
        conflict.columns(['day', 'direction', 'status', 'outcome']).doUpdateSet((eb) => ({
          count: eb('call_counts.count', '+', 1),
          seconds: eb('call_counts.seconds', '+', seconds),
        })),
      )
      .execute()
  }
  const ids = calls.map(({ id }) => id)
  if (ids.length > 0) {
    await trx.deleteFrom('decisions').where('call_id', 'in', ids).execute()
    await trx.deleteFrom('actions').where('call_id', 'in', ids).execute()
    const leads = trx.selectFrom('leads').select('person_id').where('last_call_id', 'in', ids)
    const people = (await leads.execute()).map(({ person_id }) => person_id)
    if (people.length > 0) await deleteLeads(trx, people)
    for (const table of ['links', 'promises', 'shadow_differences', 'canary_calls'] as const)
      await trx.deleteFrom(table).where('call_id', 'in', ids).execute()
    await trx.deleteFrom('calls').where('id', 'in', ids).execute()
  }
  const isDone = calls.length < limit
  return { changed: ids.length, last: 0, isDone, ms: performance.now() - started }
}
