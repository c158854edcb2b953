import type { Db } from '../open.ts'
import { prepare } from '../prepared.ts'
import type { LinksTable } from '../tables.ts'
import { refreshLead } from './leads.ts'

const newLink = prepare(
  (
    db,
    row: Pick<
      LinksTable,
      'token' | 'person_id' | 'call_id' | 'action_id' | 'target' | 'created_at'
    >,
  ) =>
    db
      .insertInto('links')
      .values({
        token: row.token,
        person_id: row.person_id,
        call_id: row.call_id,
        action_id: row.action_id,
        target: row.target,
        created_at: row.created_at,
      })
      .returning('token'),
)

/** An address in a message of ours that leads to `target` by way of `/l/<token>`. */
export async function insertLink(
  trx: Db,
  link: {
    token: string
    target: string
    callId: number
    personId: number | null
    actionId: number
    at: string
  },
): Promise<void> {
  await newLink.only(trx, {
    token: link.token,
    person_id: link.personId,
    call_id: link.callId,
    action_id: link.actionId,
    target: link.target,
    created_at: link.at,
  })
}

/** Somebody opened a link of ours; the first time makes their lead warmer. */
export async function openLink(trx: Db, input: { token: string; at: string }): Promise<void> {
  const { token, at } = input
  const link = await trx
    .selectFrom('links')
    .select(['person_id', 'opened_at'])
    .where('token', '=', token)
    .executeTakeFirst()
  if (!link) return
  await trx
    .updateTable('links')
    .set((eb) => ({
      opened_at: link.opened_at ?? at,
      last_opened_at: at,
      opens: eb('opens', '+', 1),
    }))
    .where('token', '=', token)
    .execute()
  if (link.opened_at === null) await refreshLead(trx, link.person_id)
}
