import { sql } from 'kysely'
import type { CallListQuery, CallView } from '../../schema/call.ts'
import type { Db } from '../open.ts'
import type { CallFilter } from './call-filter.ts'
import { callsBeside, isReported, needsCalls, plainCalls, reportedCalls } from './call-filter.ts'
import { callRows, toCallView } from './calls.ts'
import { readWords } from './reports/selection.ts'

const sortColumns = {
  created_at: 'calls.arrived_at',
  initiated_at: 'calls.arrived_at',
  ended_at: 'calls.ended_at',
  duration_seconds: 'calls.duration_seconds',
  status: 'calls.status',
  decision_ms: 'calls.decision_ms',
} as const

/** One page of calls. */
export type CallListInput = CallFilter &
  Pick<CallListQuery, 'page' | 'per_page' | 'sort_by' | 'sort_order'>

/** The ids that match what reports count, and the rest of the filter. */
async function reportedIds(db: Db, filter: CallFilter) {
  const rows = reportedCalls(db, filter, await readWords(db))
  if (!needsCalls(filter)) return rows
  return rows.where('report_calls.call_id', 'in', callsBeside(db, filter).select('calls.id'))
}

async function totalOf(db: Db, filter: CallFilter): Promise<number> {
  const count = sql<number>`count(*)`.as('total')
  const counted = isReported(filter)
    ? (await reportedIds(db, filter)).select(count)
    : plainCalls(db, filter).select(count)
  const { total } = await counted.executeTakeFirstOrThrow()
  return Number(total)
}

interface Slice {
  readonly order: 'asc' | 'desc'
  readonly offset: number
  readonly limit: number
  /** It was read from the far end. */
  readonly isTurned: boolean
}

/** A page; one in the second half is counted from the end, so that the last is as near as the first. */
function sliceOf({ page, per_page, sort_order }: CallListInput, total: number): Slice {
  const offset = (page - 1) * per_page
  const limit = Math.max(0, Math.min(per_page, total - offset))
  if (offset <= total / 2) return { order: sort_order, offset, limit, isTurned: false }
  const order = sort_order === 'asc' ? 'desc' : 'asc'
  return { order, offset: total - offset - limit, limit, isTurned: true }
}

async function idsOf(db: Db, input: CallListInput, slice: Slice): Promise<number[]> {
  const { order, offset, limit } = slice
  const isByArrival = input.sort_by === 'created_at' || input.sort_by === 'initiated_at'
  if (isReported(input) && isByArrival) {
    // ids rise in the order of arrival
    const rows = await (
      await reportedIds(db, input)
    )
      .select('report_calls.call_id as id')
      .orderBy('report_calls.call_id', order)
      .limit(limit)
      .offset(offset)
      .execute()
    return rows.map(({ id }) => id)
  }
  const calls = isReported(input)
    ? db
        .selectFrom('calls')
        .where('calls.id', 'in', (await reportedIds(db, input)).select('report_calls.call_id'))
    : plainCalls(db, input)
  const rows = await calls
    .select('calls.id')
    .orderBy(sortColumns[input.sort_by], order)
    .orderBy('calls.id', order)
    .limit(limit)
    .offset(offset)
    .execute()
  return rows.map(({ id }) => id)
}

async function viewsOf(db: Db, ids: readonly number[]): Promise<CallView[]> {
  if (ids.length === 0) return []
  const found = await callRows(db).where('calls.id', 'in', ids).execute()
  const byId = new Map(found.map((row) => [row.id, toCallView(row)]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** One page of calls and how many there are. */
export async function listCalls(
  db: Db,
  input: CallListInput,
): Promise<{ data: CallView[]; total: number }> {
  const total = await totalOf(db, input)
  const slice = sliceOf(input, total)
  if (slice.limit === 0) return { data: [], total }
  const ids = await idsOf(db, input, slice)
  return { data: await viewsOf(db, slice.isTurned ? ids.toReversed() : ids), total }
}

/** How many calls an export holds. */
export const countCalls = (db: Db, { filter }: { filter: CallFilter }): Promise<number> =>
  totalOf(db, filter)

/** Where the next piece of an export begins: after this call. */
export interface CallCursor {
  readonly at: string
  readonly id: number
}

/** The next calls of an export, newest first. */
export async function callPiece(
  db: Db,
  input: {
    readonly filter: CallFilter
    readonly after: CallCursor | undefined
    readonly limit: number
  },
): Promise<{ calls: CallView[]; next: CallCursor | undefined }> {
  const { filter, after, limit } = input
  const cursors = isReported(filter)
    ? await reportedPiece(db, input)
    : await plainCalls(db, filter)
        .select(['calls.id', 'calls.arrived_at as at'])
        .$if(after !== undefined, (calls) =>
          calls.where(
            sql<boolean>`calls.arrived_at <= ${after?.at}
              and (calls.arrived_at < ${after?.at} or calls.id < ${after?.id})`,
          ),
        )
        .orderBy('calls.arrived_at', 'desc')
        .orderBy('calls.id', 'desc')
        .limit(limit)
        .execute()
  const calls = await viewsOf(
    db,
    cursors.map(({ id }) => id),
  )
  return { calls, next: cursors.length < limit ? undefined : cursors.at(-1) }
}

async function reportedPiece(
  db: Db,
  { filter, after, limit }: Parameters<typeof callPiece>[1],
): Promise<CallCursor[]> {
  const rows = await (
    await reportedIds(db, filter)
  )
    .select(['report_calls.call_id as id', sql<string>`''`.as('at')])
    .where('report_calls.call_id', '<', after?.id ?? Number.MAX_SAFE_INTEGER)
    .orderBy('report_calls.call_id', 'desc')
    .limit(limit)
    .execute()
  return rows
}
