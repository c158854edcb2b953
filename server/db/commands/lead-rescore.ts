import { scoreOf, leadWeights } from '../queries/leads.ts'
import type { Db } from '../open.ts'
import { putSetting } from './settings.ts'

/** Where scoring anew has got to: a person, or `done`. */
export const rescoreSetting = 'lead_rescore'

/** The weights have changed: all leads are to be scored anew. */
export async function beginRescore(trx: Db, { at }: { at: string }): Promise<void> {
  await putSetting(trx, { key: rescoreSetting, value: 0, at })
}

/**
 * Scores some leads anew, beginning where the last batch ended, also across restarts.
 * @returns whether all are done
 */
export async function rescoreLeads(
  trx: Db,
  { leads, at }: { leads: number; at: string },
): Promise<boolean> {
  const row = await trx
    .selectFrom('settings')
    .select('value')
    .where('key', '=', rescoreSetting)
    .executeTakeFirst()
  const after: unknown = row ? JSON.parse(row.value) : 'done'
  if (typeof after !== 'number') return true
  const weights = await leadWeights(trx)
  const rows = await trx
    .selectFrom('leads')
    .select(['person_id', 'score', 'attempts', 'opened_at', 'last_call_at', 'after_message'])
    .select(['opened_link', 'is_contact', 'priority', 'tier'])
    .where('person_id', '>', after)
    .orderBy('person_id')
    .limit(leads)
    .execute()
  for (const lead of rows) {
    const { score } = scoreOf(lead, weights)
    if (score !== lead.score)
      await trx
        .updateTable('leads')
        .set({ score })
        .where('person_id', '=', lead.person_id)
        .execute()
  }
  const isDone = rows.length < leads
  const value = isDone ? 'done' : rows.at(-1)?.person_id
  await putSetting(trx, { key: rescoreSetting, value, at })
  return isDone
}
