import type { LineScope } from '../../access/scope.ts'
import type { NamedCall } from '../../policy/replay-pack.ts'
import { factsOf } from '../../policy/replay.ts'
import { decisionSchema } from '../../schema/decision.ts'
import type { Db } from '../open.ts'
import { callsIn } from './line-scope.ts'

/** Which calls are decided again. */
export interface PastRange {
  /** Id of the policy that decided. */
  readonly policy: string
  /** ISO; no call that arrived before. */
  readonly since?: string | undefined
  /** The newest ones. */
  readonly limit: number
  /** The lines one may see; all without. */
  readonly scope?: LineScope | undefined
}

/** Calls in memory at once. */
const pageSize = 200

const chosen = (db: Db, { policy, since, scope }: PastRange) =>
  db
    .selectFrom('decisions')
    .innerJoin('calls', 'calls.id', 'decisions.call_id')
    .where('decisions.policy', '=', policy)
    .where(callsIn(scope))
    .$if(since !== undefined, (query) => query.where('calls.arrived_at', '>=', since ?? ''))

export async function countPastCalls(db: Db, range: PastRange): Promise<number> {
  const { calls } = await chosen(db, range)
    .select((eb) => eb.fn.countAll<number>().as('calls'))
    .executeTakeFirstOrThrow()
  return Number(calls)
}

const page = (db: Db, range: PastRange, { before, limit }: { before: number; limit: number }) =>
  chosen(db, range)
    .leftJoin('people', 'people.id', 'calls.person_id')
    .leftJoin('contacts as by_user', 'by_user.user_id', 'people.user_id')
    .leftJoin('contacts as by_phone', 'by_phone.phone', 'people.phone')
    .select(['calls.id', 'calls.ref', 'calls.arrived_at', 'calls.line', 'calls.media'])
    .select(['calls.phone', 'calls.user_id', 'decisions.doc', 'people.name as person_name'])
    .select(['by_user.name as user_name', 'by_phone.name as phone_name'])
    .where('decisions.call_id', '<', before)
    .orderBy('decisions.call_id', 'desc')
    .limit(limit)

type Row = Awaited<ReturnType<ReturnType<typeof page>['execute']>>[number]

/** Without the trace, which is most of it, and seldom needed. */
const briefSchema = decisionSchema.omit({ trace: true, steps: true, final: true })

function decisionIn(doc: string) {
  try {
    const value: unknown = JSON.parse(doc)
    const brief = briefSchema.safeParse(value).data
    if (brief?.fallback !== 'budget_exhausted') return brief
    const whole = decisionSchema.safeParse(value).data
    return whole && { ...whole, facts: factsOf(whole) }
  } catch {
    return undefined
  }
}

function pastCall(row: Row): NamedCall | undefined {
  const decision = decisionIn(row.doc)
  if (!decision) return undefined
  const { outcome, node, fallback, path, facts, release } = decision
  const name = row.user_name || row.phone_name || row.person_name
  return {
    ref: row.ref,
    at: Date.parse(row.arrived_at),
    line: row.line,
    media: row.media,
    phone: row.phone ?? undefined,
    userId: row.user_id ?? undefined,
    name: name || undefined,
    release,
    way: { outcome, node, fallback, path },
    facts,
  }
}

/** A call whose decision cannot be read any more has none. */
export interface PastRow {
  readonly ref: string
  readonly call: NamedCall | undefined
}

/** The newest calls first, page by page; between two pages others have their turn. */
export async function* pastCalls(db: Db, range: PastRange): AsyncGenerator<PastRow> {
  let before = Number.MAX_SAFE_INTEGER
  for (let left = range.limit; left > 0;) {
    const limit = Math.min(pageSize, left)
    const rows = await page(db, range, { before, limit }).execute()
    for (const row of rows) yield { ref: row.ref, call: pastCall(row) }
    if (rows.length < limit) return
    before = rows.at(-1)?.id ?? 0
    left -= rows.length
  }
}
