import type { LineScope } from '../../access/scope.ts'
import type { ShadowDifference, ShadowView } from '../../schema/shadow.ts'
import { shadowDifferenceSchema } from '../../schema/shadow.ts'
import type { Db } from '../open.ts'
import { callsIn } from './line-scope.ts'

/** The shadow of a policy that runs, or the last one. */
export async function lastShadow(
  db: Db,
  { policyId }: { policyId: string },
): Promise<ShadowView | undefined> {
  const row = await db
    .selectFrom('shadows')
    .selectAll()
    .where('policy_id', '=', policyId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return (
    row && {
      ...{ id: row.id, policy: row.policy_id, hash: row.hash.slice(0, 12) },
      ...{ startedAt: row.started_at, startedBy: row.started_by },
      ...{ stoppedAt: row.stopped_at, stoppedBy: row.stopped_by },
      ...{ compared: row.compared, differing: row.differing, skipped: row.skipped },
    }
  )
}

const storedSchema = shadowDifferenceSchema.pick({ live: true, draft: true })

/** Differences of the newest shadow of a policy, newest first. */
export async function shadowDifferences(
  db: Db,
  input: {
    readonly policyId: string
    readonly scope: LineScope | undefined
    readonly page: number
    readonly perPage: number
  },
): Promise<{ data: ShadowDifference[]; total: number }> {
  const { policyId, scope, page, perPage } = input
  const all = db
    .selectFrom('shadow_differences')
    .innerJoin('calls', 'calls.id', 'shadow_differences.call_id')
    .where(callsIn(scope))
    .where('shadow_id', '=', (eb) =>
      eb
        .selectFrom('shadows')
        .select(({ fn }) => fn.max('id').as('id'))
        .where('policy_id', '=', policyId),
    )
  const { total } = await all
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const rows = await all
    .select(['shadow_differences.id', 'shadow_differences.at', 'doc', 'ref', 'line', 'release'])
    .orderBy('shadow_differences.id', 'desc')
    .limit(perPage)
    .offset((page - 1) * perPage)
    .execute()
  const data = rows.map(({ doc, ...row }) => ({ ...row, ...storedSchema.parse(JSON.parse(doc)) }))
  return { data, total }
}
