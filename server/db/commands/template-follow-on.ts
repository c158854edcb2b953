import type { Db } from '../open.ts'
import type { ActionRecord } from './action-row.ts'
import { toAction } from './action-row.ts'

/** WhatsApp: the person has not written within 24 hours; only a template may be sent. */
export const outsideWindow = 131047

/**
 * Puts the template of a refused message into the outbox, once: its key follows from the message's.
 * It is due since the message was, and has the same deadline.
 * @returns its id; undefined when the message has no template or was the template already
 */
export async function insertTemplate(trx: Db, row: ActionRecord): Promise<number | undefined> {
  const payload = toAction(row)?.payload
  if (payload?.type !== 'message' || payload.asTemplate || !payload.message.template)
    return undefined
  const key = `${row.key}:template`
  await trx
    .insertInto('actions')
    .values({
      key,
      call_id: row.call_id,
      person_id: row.person_id,
      channel: row.channel,
      line: row.line,
      type: 'message',
      payload: JSON.stringify({ ...payload, asTemplate: true }),
      state: 'pending',
      attempts: 0,
      created_at: row.created_at,
      due_at: row.due_at,
      deadline_at: row.deadline_at,
      parent_id: row.id,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute()
  const { id } = await trx
    .selectFrom('actions')
    .select('id')
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
  return id
}
