import type { Contact } from '../../schema/seeds.ts'
import type { Db } from '../open.ts'
import type { ContactRow, RecordsTable } from '../tables.ts'
import { contactRow, contactsWith } from './seed-rows.ts'
import type { Fate } from './seed-rows.ts'
import { putSetting } from './settings.ts'

/**
 * What became of the records of a batch, one for each. `kept`: edited in the app, and not to be
 * replaced. `clash`: its phone and user id belong to two contacts.
 */
export type ImportFate = Fate | 'clash'

export interface ImportInput<T> {
  readonly records: readonly T[]
  /** ISO. */
  readonly at: string
  /** Overwrite also what was edited in the app. */
  readonly replace: boolean
  /** Only say what would become of them. */
  readonly dryRun: boolean
}

/** `fields`: the ones to take; the others stay as they are. All of them where it is absent. */
export interface ImportContact {
  readonly contact: Contact
  readonly fields?: readonly string[]
}

export interface ImportRecord {
  readonly kind: RecordsTable['kind']
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
  readonly fields?: readonly string[]
}

export interface ImportListEntry {
  readonly list: 'blocked' | 'allowed'
  readonly entry: string
}

/** Setting that tells a running server that records were changed from outside. */
export const recordsChangedSetting = 'records_changed'

const attributePrefix = 'attributes.'

const columns = {
  phone: 'phone',
  userId: 'user_id',
  name: 'name',
  priority: 'priority',
  tier: 'tier',
  tags: 'tags',
  owner: 'owner',
  language: 'language',
  country: 'country',
  slaCalendar: 'sla_calendar',
  optedOut: 'opted_out',
} as const

type Values = ReturnType<typeof contactRow>

/** The attributes after an import that names only some of them. */
function mergedAttributes(row: ContactRow, { contact, fields }: ImportContact): string {
  // the column is written by this server only, as an object
  const before = JSON.parse(row.attributes) as Record<string, unknown>
  const named = (fields ?? [])
    .filter((field) => field.startsWith(attributePrefix))
    .map((field) => field.slice(attributePrefix.length))
  const others = Object.entries(before).filter(([name]) => !named.includes(name))
  return JSON.stringify({ ...Object.fromEntries(others), ...contact.attributes })
}

const withoutId = ({ id: _, ...row }: ContactRow) => row

/** What is to stand in the row. An id is never taken away: it is what the contact is found by. */
function mergedRow(row: ContactRow, record: ImportContact, at: string): Values {
  const values = contactRow({ contact: record.contact, hash: row.seed_hash }, at)
  const ids = { phone: values.phone ?? row.phone, user_id: values.user_id ?? row.user_id }
  if (!record.fields) return { ...values, ...ids }
  const taken = Object.entries(columns).flatMap(([field, column]) =>
    record.fields?.includes(field) ? [[column, values[column]]] : [],
  )
  return {
    ...withoutId(row),
    ...Object.fromEntries(taken),
    ...ids,
    attributes: mergedAttributes(row, record),
    edited_at: null,
    updated_at: at,
  }
}

const compared = Object.values(columns)

/** The order of attributes means nothing. */
function sortedAttributes(attributes: string): string {
  // the column is written by this server only, as an object
  const entries = Object.entries(JSON.parse(attributes) as Record<string, unknown>)
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function isSame(row: ContactRow, values: Values): boolean {
  return (
    compared.every((column) => row[column] === values[column]) &&
    (row.attributes === values.attributes ||
      sortedAttributes(row.attributes) === sortedAttributes(values.attributes))
  )
}

function fateOfRow(
  row: { edited_at: string | null },
  same: boolean,
  { replace }: { replace: boolean },
): Fate {
  if (same) return 'unchanged'
  return row.edited_at === null || replace ? 'updated' : 'kept'
}

/** Contacts of an import: found by phone or user id, inserted when neither is known. */
export async function importContacts(
  trx: Db,
  batch: ImportInput<ImportContact>,
): Promise<ImportFate[]> {
  const { records, at, dryRun } = batch
  const byPhone = await contactsWith(
    trx,
    'phone',
    records.map(({ contact }) => contact.phone),
  )
  const byUser = await contactsWith(
    trx,
    'user_id',
    records.map(({ contact }) => contact.userId),
  )
  const fates: ImportFate[] = []
  const fresh: Values[] = []
  for (const record of records) {
    const { phone, userId } = record.contact
    const phoneRow = phone === undefined ? undefined : byPhone.get(phone)
    const userRow = userId === undefined ? undefined : byUser.get(userId)
    const row = phoneRow ?? userRow
    if (phoneRow && userRow && phoneRow.id !== userRow.id) fates.push('clash')
    else if (!row) {
      fates.push('inserted')
      fresh.push(contactRow({ contact: record.contact, hash: null }, at))
    } else {
      const values = mergedRow(row, record, at)
      const fate = fateOfRow(row, isSame(row, values), batch)
      fates.push(fate)
      if (fate === 'updated' && !dryRun)
        await trx.updateTable('contacts').set(values).where('id', '=', row.id).execute()
    }
  }
  if (fresh.length > 0 && !dryRun) await trx.insertInto('contacts').values(fresh).execute()
  return fates
}

function mergedDoc(before: string, { value, fields }: ImportRecord): string {
  if (!fields) return JSON.stringify(value)
  const taken = Object.entries(value).filter(([field]) => fields.includes(field))
  // the column is written by this server only, as an object
  const kept = JSON.parse(before) as Record<string, unknown>
  return JSON.stringify({ ...kept, ...Object.fromEntries(taken) })
}

async function importRecord(
  trx: Db,
  record: ImportRecord,
  batch: Omit<ImportInput<unknown>, 'records'>,
): Promise<Fate> {
  const { kind, key } = record
  const row = await trx
    .selectFrom('records')
    .select(['doc', 'edited_at'])
    .where('kind', '=', kind)
    .where('key', '=', key)
    .executeTakeFirst()
  const doc = row ? mergedDoc(row.doc, record) : JSON.stringify(record.value)
  const fate = row ? fateOfRow(row, row.doc === doc, batch) : 'inserted'
  if (batch.dryRun || fate === 'unchanged' || fate === 'kept') return fate
  const values = { doc, edited_at: null, updated_at: batch.at }
  await trx
    .insertInto('records')
    .values({ kind, key, seed_hash: null, ...values })
    .onConflict((conflict) => conflict.columns(['kind', 'key']).doUpdateSet(values))
    .execute()
  return fate
}

/** Agents and calendars of an import; a running server hears of them by a setting. */
export async function importRecords(
  trx: Db,
  batch: ImportInput<ImportRecord>,
): Promise<ImportFate[]> {
  const fates: ImportFate[] = []
  for (const record of batch.records) fates.push(await importRecord(trx, record, batch))
  const isChanged = fates.some((fate) => fate === 'inserted' || fate === 'updated')
  if (isChanged && !batch.dryRun)
    await putSetting(trx, { key: recordsChangedSetting, value: batch.at, at: batch.at })
  return fates
}

/** Entries of the blocked and the allowed list. */
export async function importLists(
  trx: Db,
  batch: ImportInput<ImportListEntry>,
): Promise<ImportFate[]> {
  const fates: ImportFate[] = []
  for (const { list, entry } of batch.records) {
    const known = await trx
      .selectFrom('list_entries')
      .select('entry')
      .where('list', '=', list)
      .where('entry', '=', entry)
      .executeTakeFirst()
    fates.push(known ? 'unchanged' : 'inserted')
    if (known || batch.dryRun) continue
    await trx
      .insertInto('list_entries')
      .values({ list, entry, seed_hash: null, edited_at: null })
      .execute()
  }
  return fates
}

export const importCommands = { importContacts, importRecords, importLists }
