import type { Contact } from '../../schema/seeds.ts'
import type { ListEntry } from '../../schema/address-book.ts'
import type { Db } from '../open.ts'
import type { RecordsTable } from '../tables.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'
import { contactRow } from './seed-rows.ts'

interface By {
  /** ISO. */
  readonly at: string
  readonly by: Auditor
}
export interface SaveContactInput extends By {
  /** Of the contact that is changed; a new one is made without it. */
  readonly id?: number
  readonly contact: Contact
}

/** `taken`: its phone or user id belongs to another contact. `missing`: there is no such id. */
export type SavedContact = { readonly id: number } | 'taken' | 'missing'

/** What the audit log may keep: which fields, never whose number or name. */
const fieldsOf = (contact: Contact): string[] =>
  Object.entries(contact).flatMap(([field, value]) => (value === undefined ? [] : [field]))

/** Makes or changes a contact; from then on the seed files do not change it. */
export async function saveContact(trx: Db, input: SaveContactInput): Promise<SavedContact> {
  const { id, contact, at, by } = input
  const { phone, userId } = contact
  const clash = await trx
    .selectFrom('contacts')
    .select('id')
    .where((eb) =>
      eb.or([
        ...(phone === undefined ? [] : [eb('phone', '=', phone)]),
        ...(userId === undefined ? [] : [eb('user_id', '=', userId)]),
      ]),
    )
    .where('id', '!=', id ?? 0)
    .executeTakeFirst()
  if (clash) return 'taken'
  const { seed_hash: _, ...row } = contactRow({ contact, hash: null }, at)
  const values = { ...row, edited_at: at }
  const done =
    id === undefined
      ? await trx
          .insertInto('contacts')
          .values({ ...values, seed_hash: null })
          .returning('id')
          .executeTakeFirst()
      : await trx
          .updateTable('contacts')
          .set(values)
          .where('id', '=', id)
          .returning('id')
          .executeTakeFirst()
  if (!done) return 'missing'
  await audit(trx, {
    at,
    by,
    operation: id === undefined ? 'createContact' : 'putContact',
    subject: String(done.id),
    after: { fields: fieldsOf(contact) },
  })
  return { id: done.id }
}

/** @returns whether there was one */
export async function deleteContact(trx: Db, input: By & { id: number }): Promise<boolean> {
  const gone = await trx
    .deleteFrom('contacts')
    .where('id', '=', input.id)
    .returning('id')
    .executeTakeFirst()
  if (!gone) return false
  const { at, by } = input
  await audit(trx, { at, by, operation: 'deleteContact', subject: String(input.id) })
  return true
}

/** Puts an entry on a list, or takes it off. @returns whether that changed anything */
export async function changeList(
  trx: Db,
  input: By & ListEntry & { readonly on: boolean },
): Promise<boolean> {
  const { list, entry, on, at, by } = input
  const known = await trx
    .selectFrom('list_entries')
    .select('entry')
    .where('list', '=', list)
    .where('entry', '=', entry)
    .executeTakeFirst()
  if (Boolean(known) === on) return false
  if (on)
    await trx
      .insertInto('list_entries')
      .values({ list, entry, seed_hash: null, edited_at: at })
      .execute()
  else
    await trx
      .deleteFrom('list_entries')
      .where('list', '=', list)
      .where('entry', '=', entry)
      .execute()
  const operation = on ? 'addListEntry' : 'removeListEntry'
  await audit(trx, { at, by, operation, subject: list })
  return true
}

interface DeleteRecordsInput extends By {
  readonly kind: RecordsTable['kind']
  readonly keys: readonly string[]
  readonly operation: string
  readonly subject: string
}

/** Takes records away that nobody needs any more. @returns how many there were */
export async function deleteRecords(trx: Db, input: DeleteRecordsInput): Promise<number> {
  const { kind, keys, at, by, operation, subject } = input
  if (keys.length === 0) return 0
  const gone = await trx
    .deleteFrom('records')
    .where('kind', '=', kind)
    .where('key', 'in', [...keys])
    .returning(['key', 'doc'])
    .execute()
  const before = Object.fromEntries(gone.map(({ key, doc }) => [key, JSON.parse(doc) as unknown]))
  if (gone.length > 0) await audit(trx, { at, by, operation, subject, before })
  return gone.length
}

export const contactCommands = { saveContact, deleteContact, changeList, deleteRecords }
