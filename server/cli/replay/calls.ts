import type { Db } from '../../db/open.ts'
import type { Decision } from '../../schema/decision.ts'
import { decisionSchema } from '../../schema/decision.ts'

/** A call of the journal and how it was decided. */
export interface JournalledCall {
  readonly ref: string
  /** ISO; its arrival. */
  readonly at: string
  readonly line: string
  readonly media: 'voice' | 'video'
  readonly phone: string | null
  readonly userId: string | null
  /** Undefined where it cannot be read any more. */
  readonly decision: Decision | undefined
}

export interface CallRange {
  /** Id of the policy that decided. */
  readonly policy: string
  /** ISO; no call that arrived before. */
  readonly since?: string | undefined
  readonly limit: number
}

/** Calls in memory at once. */
const pageSize = 200

const chosen = (db: Db, { policy, since }: CallRange) =>
  db
    .selectFrom('decisions')
    .innerJoin('calls', 'calls.id', 'decisions.call_id')
    .where('decisions.policy', '=', policy)
    .$if(since !== undefined, (query) => query.where('calls.arrived_at', '>=', since ?? ''))

export async function countCalls(db: Db, range: CallRange): Promise<number> {
  const { calls } = await chosen(db, range)
    .select((eb) => eb.fn.countAll<number>().as('calls'))
    .executeTakeFirstOrThrow()
  return Math.min(calls, range.limit)
}

function parsed(doc: string): Decision | undefined {
  try {
    return decisionSchema.safeParse(JSON.parse(doc)).data
  } catch {
    return undefined
  }
}

/** The newest calls first, page by page. */
export async function* journalledCalls(db: Db, range: CallRange): AsyncGenerator<JournalledCall> {
  let before = Number.MAX_SAFE_INTEGER
  for (let left = range.limit; left > 0;) {
    const rows = await chosen(db, range)
      .select(['calls.id', 'ref', 'arrived_at', 'line', 'media', 'phone', 'user_id', 'doc'])
      .where('decisions.call_id', '<', before)
      .orderBy('decisions.call_id', 'desc')
      .limit(Math.min(pageSize, left))
      .execute()
    if (rows.length === 0) return
    for (const row of rows)
      yield {
        ref: row.ref,
        at: row.arrived_at,
        line: row.line,
        media: row.media,
        phone: row.phone,
        userId: row.user_id,
        decision: parsed(row.doc),
      }
    before = rows.at(-1)?.id ?? 0
    left -= rows.length
  }
}
