import type { Db } from '../open.ts'
import { prepare } from '../prepared.ts'
import type { PersonIds } from './people.ts'

const aliased = prepare((db, id: { value: string }) =>
  db.selectFrom('person_aliases').select('person_id').where('value', '=', id.value),
)

async function holderOf(trx: Db, value: string | undefined): Promise<number | undefined> {
  return value === undefined ? undefined : (await aliased.first(trx, { value }))?.person_id
}

/**
 * The person who had these ids before. A number that comes with a user id nobody knows has been given
 * to somebody else.
 */
export async function findByAlias(trx: Db, { phone, userId }: PersonIds) {
  const byUser = await holderOf(trx, userId)
  return byUser ?? (userId === undefined ? holderOf(trx, phone) : undefined)
}

/** Whether a person had this number before, so that what comes with it is late. */
export async function isFormerPhone(trx: Db, personId: number, phone: string | undefined) {
  return (await holderOf(trx, phone)) === personId
}

/** Remembers ids a person has no more. */
export async function addAliases(
  trx: Db,
  personId: number,
  former: { ids: PersonIds; at: string },
): Promise<void> {
  const { phone, userId } = former.ids
  const now = await trx
    .selectFrom('people')
    .select(['phone', 'user_id'])
    .where('id', '=', personId)
    .executeTakeFirst()
  for (const value of [phone, userId]) {
    if (value === undefined || value === now?.phone || value === now?.user_id) continue
    await trx
      .insertInto('person_aliases')
      .values({ value, person_id: personId, created_at: former.at })
      .onConflict((conflict) => conflict.column('value').doUpdateSet({ person_id: personId }))
      .execute()
  }
}

const forget = prepare((db, id: { value: string }) =>
  db.deleteFrom('person_aliases').where('value', '=', id.value),
)

/** These ids are somebody's own now. */
export async function dropAliases(trx: Db, { phone, userId }: PersonIds): Promise<void> {
  for (const value of [phone, userId]) if (value !== undefined) await forget.all(trx, { value })
}
