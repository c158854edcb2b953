import { newRef } from '../../ref.ts'
import type { Db } from '../open.ts'
import type { RowOf } from '../prepared.ts'
import { pick, prepare } from '../prepared.ts'
import type { PeopleTable, PersonRow } from '../tables.ts'
import { addAliases, dropAliases, findByAlias, isFormerPhone } from './aliases.ts'
import { mergeLeads, refreshLead } from './leads.ts'

/** Tables whose rows belong to a person and follow when two people turn out to be one. */
const owned = [
  'signals',
  'calls',
  'actions',
  'messages',
  'webhook_events',
  'blocks',
  'person_aliases',
  'links',
  'promises',
  'lead_events',
] as const

export interface PersonIds {
  phone?: string | undefined
  userId?: string | undefined
  name?: string | undefined
}

async function mergeInto(trx: Db, kept: number, gone: number): Promise<void> {
  for (const table of owned)
    await trx.updateTable(table).set({ person_id: kept }).where('person_id', '=', gone).execute()
  const tags = await trx
    .selectFrom('person_tags')
    .selectAll()
    .where('person_id', '=', gone)
    .execute()
  for (const { tag, created_at } of tags)
    await trx
      .insertInto('person_tags')
      .values({ person_id: kept, tag, created_at })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  await trx.deleteFrom('person_tags').where('person_id', '=', gone).execute()
  const restriction = await trx
    .selectFrom('restrictions')
    .selectAll()
    .where('person_id', '=', gone)
    .executeTakeFirst()
  if (restriction) {
    await trx.deleteFrom('restrictions').where('person_id', '=', gone).execute()
    await trx
      .insertInto('restrictions')
      .values({ ...restriction, person_id: kept })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  await mergeLeads(trx, kept, gone)
  await trx.deleteFrom('people').where('id', '=', gone).execute()
}

const personColumns = ['ref', 'user_id', 'phone', 'name', 'created_at'] as const
const newPerson = prepare((db, row: RowOf<PeopleTable, (typeof personColumns)[number]>) =>
  db.insertInto('people').values(pick(row, personColumns)).returning('id'),
)

async function create(trx: Db, ids: PersonIds, at: string): Promise<number> {
  const { userId = null, phone = null, name = null } = ids
  await dropAliases(trx, ids)
  const row = { ref: newRef(), user_id: userId, phone, name, created_at: at }
  return (await newPerson.only(trx, row)).id
}

const personWith = {
  user_id: prepare((db, id: { value: string }) =>
    db.selectFrom('people').selectAll().where('user_id', '=', id.value),
  ),
  phone: prepare((db, id: { value: string }) =>
    db.selectFrom('people').selectAll().where('phone', '=', id.value),
  ),
}

async function find(trx: Db, column: 'user_id' | 'phone', value: string | undefined) {
  return value === undefined ? undefined : personWith[column].first(trx, { value })
}

/**
 * Makes one person of what is known by user id and what is known by phone. A phone that now comes
 * with another user id belongs to the new one: WhatsApp gives a new user id with a new number.
 */
async function join(
  trx: Db,
  byUser: PersonRow | undefined,
  byPhone: PersonRow | undefined,
  ids: PersonIds,
): Promise<number | undefined> {
  const isSomebodyElse =
    byPhone &&
    byPhone.user_id !== null &&
    ids.userId !== undefined &&
    byPhone.user_id !== ids.userId
  if (isSomebodyElse)
    await trx.updateTable('people').set({ phone: null }).where('id', '=', byPhone.id).execute()
  const phoneRow = isSomebodyElse ? undefined : byPhone
  if (byUser && phoneRow && byUser.id !== phoneRow.id) await mergeInto(trx, byUser.id, phoneRow.id)
  return byUser?.id ?? phoneRow?.id
}

/**
 * The person behind these ids, created or completed as needed.
 * @returns null when neither id is known
 */
export async function resolvePerson(trx: Db, ids: PersonIds, at: string): Promise<number | null> {
  if (ids.phone === undefined && ids.userId === undefined) return null
  const byUser = await find(trx, 'user_id', ids.userId)
  const byPhone = await find(trx, 'phone', ids.phone)
  if (!byPhone) {
    const late = byUser ? undefined : await findByAlias(trx, ids)
    if (late !== undefined) return late
    if (byUser && (await isFormerPhone(trx, byUser.id, ids.phone))) return byUser.id
  }
  const id = await join(trx, byUser, byPhone, ids)
  if (id === undefined) return create(trx, ids, at)
  const known = byUser?.id === id ? byUser : byPhone
  const isComplete =
    (ids.userId === undefined || known?.user_id === ids.userId) &&
    (ids.phone === undefined || known?.phone === ids.phone) &&
    (ids.name === undefined || known?.name === ids.name)
  if (!isComplete) {
    await dropAliases(trx, ids)
    await trx
      .updateTable('people')
      .set({
        ...(ids.userId === undefined ? {} : { user_id: ids.userId }),
        ...(ids.phone === undefined ? {} : { phone: ids.phone }),
        ...(ids.name === undefined ? {} : { name: ids.name }),
      })
      .where('id', '=', id)
      .execute()
  }
  if (byUser && byPhone && byUser.id !== byPhone.id) await refreshLeads(trx, byUser.id, byPhone.id)
  return id
}

/** Two people were joined, or a phone went from one to the other. */
async function refreshLeads(trx: Db, ...personIds: readonly number[]): Promise<void> {
  for (const id of personIds) await refreshLead(trx, id)
}

/** A provider says that one person's ids changed: the history stays with the new ids. */
export async function changeIdentity(
  trx: Db,
  change: { previous: PersonIds; current: PersonIds; at: string },
): Promise<number | null> {
  const before = await resolvePerson(trx, change.previous, change.at)
  // somebody may come back to an id they had before
  await dropAliases(trx, change.current)
  const after = await resolvePerson(trx, change.current, change.at)
  const person = after ?? before
  if (before !== null && after !== null && before !== after) {
    await mergeInto(trx, after, before)
    await refreshLead(trx, after)
  }
  if (person !== null) await addAliases(trx, person, { ids: change.previous, at: change.at })
  return person
}
