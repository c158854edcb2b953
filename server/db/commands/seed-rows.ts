import type { Contact } from '../../schema/seeds.ts'
import type { Db } from '../open.ts'
import type { ContactRow } from '../tables.ts'

interface ContactToStore {
  readonly contact: Contact
  /** Of the seed record; null for what does not come from a seed file. */
  readonly hash: string | null
}

export type Fate = 'inserted' | 'updated' | 'unchanged' | 'kept'

/**
 * Inserted when absent, updated when the seed record changed and nobody edited the row. A row that came
 * from elsewhere (an import) is nobody's seed.
 */
export function fateOf(
  row: { seed_hash: string | null; edited_at: string | null } | undefined,
  hash: string,
  replace: boolean,
): Fate {
  if (!row) return 'inserted'
  if (row.seed_hash === hash && !(replace && row.edited_at !== null)) return 'unchanged'
  const isOurs = row.edited_at === null && row.seed_hash !== null
  return isOurs || replace ? 'updated' : 'kept'
}

/** A contact as a row that nobody edited. */
export function contactRow({ contact, hash }: ContactToStore, at: string) {
  return {
    phone: contact.phone ?? null,
    user_id: contact.userId ?? null,
    name: contact.name ?? null,
    priority: contact.priority ?? 0,
    tier: contact.tier ?? 'none',
    tags: JSON.stringify(contact.tags ?? []),
    owner: contact.owner ?? '',
    language: contact.language ?? '',
    country: contact.country ?? '',
    sla_calendar: contact.slaCalendar ?? '',
    opted_out: contact.optedOut ? 1 : 0,
    attributes: JSON.stringify(contact.attributes ?? {}),
    seed_hash: hash,
    edited_at: null,
    updated_at: at,
  }
}

/** The rows of the address book with one of these ids. */
export async function contactsWith(
  db: Db,
  column: 'phone' | 'user_id',
  values: readonly (string | undefined)[],
): Promise<Map<string | null, ContactRow>> {
  const wanted = values.filter((value) => value !== undefined)
  if (wanted.length === 0) return new Map()
  const rows = await db.selectFrom('contacts').selectAll().where(column, 'in', wanted).execute()
  return new Map(rows.map((row) => [row[column], row]))
}
