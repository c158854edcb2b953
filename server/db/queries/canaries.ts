import { sql } from 'kysely'
import type { ArmFigures, CanaryFigures } from '../../schema/canary.ts'
import type { Db } from '../open.ts'
import type { CanaryRow } from '../tables.ts'

const nothing: ArmFigures = {
  ...{ calls: 0, callers: 0, answered: 0, errors: 0 },
  ...{ budgetMisses: 0, complaints: 0 },
}

/** What was seen of both sides of a canary. An error of ours may show some time after the decision. */
export async function canaryFigures(
  db: Db,
  { canaryId }: { canaryId: number },
): Promise<CanaryFigures> {
  const failed = sql<number>`broken = 1 or calls.status = 'failed' or exists (
    select 1 from actions where actions.call_id = canary_calls.call_id
      and actions.state in ('failed', 'expired')
      and actions.type in ('pre_accept', 'accept', 'reject', 'terminate', 'message'))`
  const rows = await db
    .selectFrom('canary_calls')
    .leftJoin('calls', 'calls.id', 'canary_calls.call_id')
    .select(({ fn }) => [
      'arm',
      fn.countAll<number>().as('calls'),
      sql<number>`sum(is_first)`.as('callers'),
      sql<number>`sum(is_first and answered)`.as('answered'),
      sql<number>`sum(is_first and (${failed}))`.as('errors'),
      sql<number>`sum(is_first and missed_budget)`.as('budgetMisses'),
      sql<number>`sum(is_first and complained)`.as('complaints'),
    ])
    .where('canary_id', '=', canaryId)
    .groupBy('arm')
    .execute()
  const side = (name: string): ArmFigures => {
    const { arm: _, ...figures } = rows.find(({ arm }) => arm === name) ?? { arm: name, ...nothing }
    return figures
  }
  return { canary: side('canary'), control: side('control') }
}

/** The canary of a policy that runs, or the last one. */
export async function lastCanary(
  db: Db,
  { policyId }: { policyId: string },
): Promise<{ row: CanaryRow; figures: CanaryFigures } | undefined> {
  const row = await db
    .selectFrom('canaries')
    .selectAll()
    .where('policy_id', '=', policyId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && { row, figures: await canaryFigures(db, { canaryId: row.id }) }
}
