import { sql } from 'kysely'
import type { LineScope } from '../../access/scope.ts'
import type { Traffic } from '../../schema/traffic.ts'
import type { Db } from '../open.ts'
import { callsIn } from './line-scope.ts'

export interface TrafficInput {
  /** Id of the policy that decided. */
  readonly policy: string
  /** ISO; no call that arrived before. */
  readonly since: string
  /** The newest calls that are counted, so that a busy week takes no longer than a busy day. */
  readonly limit: number
  /** The lines one may see; all without. */
  readonly scope?: LineScope | undefined
}

/** Which ways the calls of a policy took, most used first. */
export async function policyTraffic(db: Db, input: TrafficInput): Promise<Traffic> {
  const { policy, since, limit, scope } = input
  const newest = await db
    .selectFrom('calls')
    .innerJoin('decisions', 'decisions.call_id', 'calls.id')
    .select('calls.id')
    .where('calls.policy', '=', policy)
    .where('calls.arrived_at', '>=', since)
    .where(callsIn(scope))
    .orderBy('calls.arrived_at', 'desc')
    .limit(limit + 1)
    .execute()
  const ids = JSON.stringify(newest.slice(0, limit).map(({ id }) => id))
  const { rows } = await sql<{ node: string; exit: string | null; calls: number }>`
    select step.value ->> 'node' as node, step.value ->> 'exit' as exit, count(*) as calls
    from decisions, json_each(decisions.doc, '$.path') as step
    where decisions.call_id in (select value from json_each(${ids}))
    group by 1, 2 order by 3 desc, 1, 2`.execute(db)
  return {
    since,
    calls: Math.min(limit, newest.length),
    isCut: newest.length > limit,
    ways: rows.map(({ node, exit, calls }) => ({ node, exit, calls: Number(calls) })),
  }
}
