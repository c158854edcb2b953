import { sql } from 'kysely'
import { contactOf } from '../../facts/contact-row.ts'
import { phoneForms } from '../../phone.ts'
import type { ContactPage, ContactQuery, ContactView } from '../../schema/address-book.ts'
import type { Db } from '../open.ts'
import type { ContactRow } from '../tables.ts'

const literal = (text: string): string => text.replace(/[\\%_]/g, (sign) => `\\${sign}`)

function viewOf(row: ContactRow): ContactView {
  const contact = contactOf(row)
  return {
    id: row.id,
    phone: contact.phone ?? null,
    userId: contact.userId ?? null,
    name: contact.name ?? null,
    priority: contact.priority ?? 0,
    tier: contact.tier ?? 'none',
    tags: contact.tags ?? [],
    owner: contact.owner ?? '',
    language: contact.language ?? '',
    country: contact.country ?? '',
    slaCalendar: contact.slaCalendar ?? '',
    optedOut: contact.optedOut ?? false,
    attributes: contact.attributes ?? {},
    updatedAt: row.updated_at,
  }
}

/** The address book by a part of a name, the beginning of a number or a user id; in the order of entry. */
export async function listContacts(db: Db, input: ContactQuery): Promise<ContactPage> {
  const { query, after, limit } = input
  const isNumber = /^[+\d\s().-]{3,}$/.test(query)
  const digits = query.replace(/\D/g, '')
  let sought = db.selectFrom('contacts').selectAll().where('id', '>', after)
  if (query !== '')
    sought = sought.where((eb) =>
      eb.or([
        eb('user_id', '=', query),
        ...(isNumber
          ? [
              eb('phone', 'in', phoneForms(`+${digits}`)),
              // a range, so that the index of numbers serves it
              eb.and([eb('phone', '>=', `+${digits}`), eb('phone', '<', `+${digits}:`)]),
            ]
          : [sql<boolean>`name like ${`%${literal(query)}%`} escape '\\'`]),
      ]),
    )
  const rows = await sought
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  const { total } = await db
    .selectFrom('contacts')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const data = rows.slice(0, limit).map(viewOf)
  return {
    data,
    next: rows.length > limit ? (data.at(-1)?.id ?? null) : null,
    total: Number(total),
  }
}

/** Both lists, each in order. */
export async function listEntries(db: Db, _input: undefined) {
  return db
    .selectFrom('list_entries')
    .select(['list', 'entry'])
    .orderBy('list')
    .orderBy('entry')
    .limit(10_000)
    .execute()
}
