import { sql } from 'kysely'
import { phoneForms } from '../../phone.ts'
import type { PersonFile, PersonView } from '../../schema/person.ts'
import type { Db } from '../open.ts'
import type { PersonRow } from '../tables.ts'

const mostFound = 50

/** A text that stands for itself in LIKE. */
const literal = (text: string): string => text.replace(/[\\%_]/g, (sign) => `\\${sign}`)

/** People by a part of their number or name, by user id or by reference; who called last comes first. */
export async function findPeople(db: Db, { query }: { query: string }): Promise<PersonView[]> {
  const digits = query.replace(/\D/g, '')
  const isNumber = digits.length >= 4 && /^[+\d\s().-]+$/.test(query)
  const like = (column: string, text: string) =>
    sql<boolean>`${sql.ref(column)} like ${`%${literal(text)}%`} escape '\\'`
  const rows = await db
    .selectFrom('people')
    .leftJoin('contacts as by_user', 'by_user.user_id', 'people.user_id')
    .leftJoin('contacts as by_phone', 'by_phone.phone', 'people.phone')
    .select(['people.ref', 'people.phone', 'people.user_id', 'people.name', 'people.erased_at'])
    .select(['by_user.name as user_name', 'by_phone.name as phone_name'])
    .select((eb) => [
      eb
        .selectFrom('calls')
        .select(({ fn }) => fn.countAll<number>().as('calls'))
        .whereRef('calls.person_id', '=', 'people.id')
        .as('calls'),
      eb
        .selectFrom('calls')
        .select(({ fn }) => fn.max('arrived_at').as('last'))
        .whereRef('calls.person_id', '=', 'people.id')
        .as('last'),
    ])
    .where((eb) =>
      eb.or([
        eb('people.ref', '=', query),
        eb('people.user_id', '=', query),
        ...(isNumber
          ? [like('people.phone', digits)]
          : ['people.name', 'by_user.name', 'by_phone.name'].map((name) => like(name, query))),
      ]),
    )
    .orderBy('last', 'desc')
    .limit(mostFound)
    .execute()
  return rows.map((row) => ({
    ref: row.ref,
    phone: row.phone,
    userId: row.user_id,
    name: row.user_name ?? row.phone_name ?? row.name,
    calls: Number(row.calls ?? 0),
    lastCallAt: row.last,
    erasedAt: row.erased_at,
  }))
}

/** Every spelling and every former one under which a person may be stored. */
export async function idsOf(db: Db, person: PersonRow) {
  const aliases = await db
    .selectFrom('person_aliases')
    .select('value')
    .where('person_id', '=', person.id)
    .execute()
  const calls = await db
    .selectFrom('calls')
    .select(['phone', 'user_id'])
    .distinct()
    .where('person_id', '=', person.id)
    .execute()
  const all = [
    person.phone,
    person.user_id,
    ...aliases.map(({ value }) => value),
    ...calls.flatMap(({ phone, user_id }) => [phone, user_id]),
  ].filter((id) => id !== null)
  const phones = all.filter((id) => /^\+\d+$/.test(id)).flatMap(phoneForms)
  const userIds = all.filter((id) => !/^\+\d+$/.test(id))
  return { phones: [...new Set(phones)], userIds: [...new Set(userIds)] }
}

/** Columns that hold documents, shown as what they are. */
const documents = ['doc', 'payload', 'attributes', 'tags']

function shown(row: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]: [string, unknown]) => [
      name,
      documents.includes(name) && typeof value === 'string' ? JSON.parse(value) : value,
    ]),
  )
}

type OwnedTable =
  | 'calls'
  | 'actions'
  | 'messages'
  | 'signals'
  | 'blocks'
  | 'leads'
  | 'lead_events'
  | 'promises'
  | 'links'
  | 'canary_calls'
  | 'webhook_events'

/** Everything that is held on one person. */
export async function personFile(
  db: Db,
  { ref, at }: { ref: string; at: string },
): Promise<Omit<PersonFile, 'crm'> | undefined> {
  const person = await db.selectFrom('people').selectAll().where('ref', '=', ref).executeTakeFirst()
  if (!person) return undefined
  const { phones, userIds } = await idsOf(db, person)
  const owned = async (table: OwnedTable): Promise<Record<string, unknown>[]> => {
    const rows = await db.selectFrom(table).selectAll().where('person_id', '=', person.id).execute()
    return rows.map(shown)
  }
  const held = async (table: 'person_tags' | 'restrictions' | 'person_aliases') =>
    (await db.selectFrom(table).selectAll().where('person_id', '=', person.id).execute()).map(shown)
  const named = async (table: 'contacts' | 'verifications') => {
    const rows = await db
      .selectFrom(table)
      .selectAll()
      .where((eb) => eb.or([eb('phone', 'in', phones), eb('user_id', 'in', userIds)]))
      .execute()
    return rows.map(shown).map(({ webhook_secret: _, ...row }) => row)
  }
  const decisions = await db
    .selectFrom('decisions')
    .innerJoin('calls', 'calls.id', 'decisions.call_id')
    .selectAll('decisions')
    .where('calls.person_id', '=', person.id)
    .execute()
  const differences = await db
    .selectFrom('shadow_differences')
    .innerJoin('calls', 'calls.id', 'shadow_differences.call_id')
    .selectAll('shadow_differences')
    .where('calls.person_id', '=', person.id)
    .execute()
  const entries = [...phones, ...phones.map((phone) => phone.slice(1)), ...userIds]
  const lists = await db
    .selectFrom('list_entries')
    .selectAll()
    .where('entry', 'in', entries)
    .execute()
  return {
    exportedAt: at,
    person: shown(person),
    formerIds: await held('person_aliases'),
    contacts: await named('contacts'),
    lists: lists.map(shown),
    calls: await owned('calls'),
    decisions: decisions.map(shown),
    actions: await owned('actions'),
    messages: await owned('messages'),
    signals: await owned('signals'),
    tags: await held('person_tags'),
    blocks: await owned('blocks'),
    restrictions: await held('restrictions'),
    verifications: await named('verifications'),
    leads: await owned('leads'),
    leadEvents: await owned('lead_events'),
    promises: await owned('promises'),
    links: await owned('links'),
    canaryCalls: await owned('canary_calls'),
    webhookEvents: await owned('webhook_events'),
    shadowDifferences: differences.map(shown),
  }
}
