import type { Db } from '../open.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'

interface Change {
  readonly accountId: string
  /** ISO. */
  readonly at: string
  readonly by: Auditor
}

/** Views one account may keep. */
const mostViews = 50

/** Keeps filters under a name; the same name again replaces them. @returns whether there was room */
export async function saveLeadView(
  trx: Db,
  input: Change & { id: string; name: string; search: unknown },
): Promise<boolean> {
  const { id, accountId, name, at, by } = input
  const search = JSON.stringify(input.search)
  const own = await trx
    .selectFrom('lead_views')
    .select('name')
    .where('account_id', '=', accountId)
    .execute()
  if (own.length >= mostViews && !own.some((view) => view.name === name)) return false
  await trx
    .insertInto('lead_views')
    .values({ id, account_id: accountId, name, search, created_at: at })
    .onConflict((conflict) => conflict.columns(['account_id', 'name']).doUpdateSet({ search }))
    .execute()
  await audit(trx, { at, by, operation: 'saveLeadView', subject: name, after: input.search })
  return true
}

/** @returns whether there was one */
export async function deleteLeadView(trx: Db, input: Change & { id: string }): Promise<boolean> {
  const { id, accountId, at, by } = input
  const gone = await trx
    .deleteFrom('lead_views')
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .returning('name')
    .executeTakeFirst()
  if (!gone) return false
  await audit(trx, { at, by, operation: 'deleteLeadView', subject: gone.name })
  return true
}
