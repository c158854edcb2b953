import { sql } from 'kysely'
import type { CallView } from '../../schema/call.ts'
import type { LineScope } from '../../access/scope.ts'
import type { Db } from '../open.ts'
import { callsIn } from './line-scope.ts'

/** Calls with whom and what they are about. */
export function callRows(db: Db) {
  return db
    .selectFrom('calls')
    .leftJoin('people', 'people.id', 'calls.person_id')
    .leftJoin('contacts as by_user', 'by_user.user_id', 'people.user_id')
    .leftJoin('contacts as by_phone', 'by_phone.phone', 'people.phone')
    .leftJoin('records as line', (join) =>
      join.onRef('line.key', '=', 'calls.line').on('line.kind', '=', 'line'),
    )
    .selectAll('calls')
    .select([
      'people.name as person_name',
      'people.phone as person_phone',
      'by_user.name as user_name',
      'by_phone.name as phone_name',
      'line.doc as line_doc',
    ])
}
type Row = Awaited<ReturnType<ReturnType<typeof callRows>['executeTakeFirstOrThrow']>>

function formatDuration(seconds: number | null): string | null {
  return seconds === null
    ? null
    : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function displayOf(lineDoc: string | null): string | null {
  if (lineDoc === null) return null
  // a `records` row of kind `line` holds a Line (schema/seeds.ts)
  const line = JSON.parse(lineDoc) as { display?: string }
  return line.display ?? null
}

/** A call as lists show it. */
export function toCallView(row: Row): CallView {
  const business = displayOf(row.line_doc)
  const isInbound = row.direction === 'inbound'
  const person = row.phone ?? row.person_phone
  return {
    id: row.id,
    ref: row.ref,
    call_id: row.provider_id,
    channel: row.channel,
    line: row.line,
    direction: row.direction,
    // only the commands of db/commands write this column, with `callStatus`
    status: row.status as CallView['status'],
    undecided: row.undecided,
    from_number: isInbound ? person : business,
    to_number: isInbound ? business : person,
    user_id: row.user_id,
    media: row.media,
    policy: row.policy,
    release: row.release,
    outcome: row.outcome,
    node: row.node,
    final_outcome: row.final_outcome,
    final_node: row.final_node,
    decision_ms: row.decision_ms,
    duration_seconds: row.duration_seconds,
    duration_formatted: formatDuration(row.duration_seconds),
    initiated_at: row.offered_at ?? row.arrived_at,
    answered_at: row.started_at,
    ended_at: row.ended_at,
    failure_reason: row.end_error === null ? null : `code ${row.end_error}`,
    contact:
      row.person_id === null
        ? null
        : {
            id: row.person_id,
            name: row.user_name ?? row.phone_name ?? row.person_name,
            phone_number: person,
          },
  }
}

/** One call by its reference or the provider's id. */
export async function findCall(db: Db, input: { id: string }): Promise<CallView | undefined> {
  const row = await callRows(db)
    .where((eb) => eb.or([eb('calls.ref', '=', input.id), eb('calls.provider_id', '=', input.id)]))
    .orderBy('calls.id', 'desc')
    .executeTakeFirst()
  return row && toCallView(row)
}

/** Calls that ring or are being talked on, newest first; older than a day they are not believed. */
export async function activeCalls(
  db: Db,
  input: { since: string; scope?: LineScope | undefined },
): Promise<CallView[]> {
  const found = await callRows(db)
    .where(callsIn(input.scope))
    .where('calls.status', 'in', ['ringing', 'in_progress'])
    .where('calls.arrived_at', '>=', input.since)
    .where('calls.ended_at', 'is', null)
    .orderBy('calls.arrived_at', 'desc')
    .limit(100)
    .execute()
  return found.map(toCallView)
}

/** The calls of one person, newest first. */
export async function personCalls(
  db: Db,
  input: { personId: number; limit: number; scope?: LineScope | undefined },
): Promise<CallView[] | undefined> {
  const person = await db
    .selectFrom('people')
    .select('id')
    .where('id', '=', input.personId)
    .executeTakeFirst()
  if (!person) return undefined
  const found = await callRows(db)
    .where(callsIn(input.scope))
    .where('calls.person_id', '=', input.personId)
    .orderBy('calls.arrived_at', 'desc')
    .limit(input.limit)
    .execute()
  return found.map(toCallView)
}

interface OutcomeCount {
  readonly final_outcome: string | null
  readonly count: number
}

/** One count an outcome. */
function added(counts: readonly OutcomeCount[]): OutcomeCount[] {
  const totals = new Map<string | null, number>()
  for (const { final_outcome, count } of counts)
    totals.set(final_outcome, (totals.get(final_outcome) ?? 0) + Number(count))
  return [...totals].map(([final_outcome, count]) => ({ final_outcome, count }))
}

/** Counts and durations of the calls since an instant, those included that were deleted since. */
export async function callStatistics(
  db: Db,
  input: { from: string; scope?: LineScope | undefined },
) {
  const groups = await db
    .selectFrom('calls')
    .select(({ fn }) => [
      'direction',
      'status',
      fn.countAll<number>().as('count'),
      sql<number>`coalesce(sum(duration_seconds), 0)`.as('seconds'),
    ])
    .where(callsIn(input.scope))
    .where('arrived_at', '>=', input.from)
    .groupBy(['direction', 'status'])
    .unionAll(
      db
        .selectFrom('call_counts')
        .select(['direction', 'status', 'count', 'seconds'])
        .where('day', '>=', input.from),
    )
    .execute()
  const outcomes = await db
    .selectFrom('calls')
    .select(({ fn }) => ['final_outcome', fn.countAll<number>().as('count')])
    .where(callsIn(input.scope))
    .where('arrived_at', '>=', input.from)
    .where('final_outcome', 'is not', null)
    .groupBy('final_outcome')
    .execute()
  const deleted = await db
    .selectFrom('call_counts')
    .select(({ fn }) => ['outcome as final_outcome', fn.sum<number>('count').as('count')])
    .where('day', '>=', input.from)
    .where('outcome', '!=', '')
    .groupBy('outcome')
    .execute()
  return { groups, outcomes: added([...outcomes, ...deleted]) }
}

/** A decision as journalled, with its actions. */
export async function decisionOf(db: Db, input: { callId: number }) {
  const decision = await db
    .selectFrom('decisions')
    .select('doc')
    .where('call_id', '=', input.callId)
    .executeTakeFirst()
  const actions = await db
    .selectFrom('actions')
    .selectAll()
    .where('call_id', '=', input.callId)
    .orderBy('id')
    .execute()
  return { doc: decision?.doc, actions }
}
