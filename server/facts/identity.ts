import type { Db } from '../db/open.ts'
import { phoneInputs, prepare } from '../db/prepared.ts'
import type { ContactRow, PersonRow } from '../db/tables.ts'
import { phoneForms } from '../phone.ts'
import type { Party } from '../schema/signal.ts'

/** Who calls, as far as the journal and the address book know. */
export interface Identity {
  /** User id if known, else phone, else the provider's address. */
  readonly key: string
  readonly userId: string | undefined
  readonly phone: string | undefined
  /** Every spelling under which the phone may be stored. */
  readonly phones: readonly string[]
  /** Rows of `people`; two while a user id and a phone have not been joined yet. */
  readonly personIds: readonly number[]
  readonly profileName: string | undefined
  readonly contact: ContactRow | undefined
}

interface Ids {
  readonly userId: string | undefined
  readonly phone: string | undefined
}

const formsOf = (phone: string | undefined): string[] =>
  phone === undefined ? [] : phoneForms(phone)

/** The key of somebody of whom only the call itself tells; before anything is looked up. */
export function keyOf(ids: Partial<Ids>, party: Party): string {
  return ids.userId ?? ids.phone ?? party.address ?? 'unknown'
}

interface IdInputs {
  readonly userId: string | null
  readonly phone1: string | null
  readonly phone2: string | null
  readonly phone3: string | null
}

const inputsOf = ({ userId, phone }: Ids): IdInputs => ({
  userId: userId ?? null,
  ...phoneInputs(formsOf(phone)),
})

/** Two searches, since SQLite may read the whole table for one that has an `or`. */
const peopleById = prepare((db, ids: IdInputs) => {
  const { phone1, phone2, phone3 } = ids
  const people = db.selectFrom('people').selectAll()
  return people
    .where('user_id', '=', ids.userId)
    .unionAll(people.where('phone', 'in', [phone1, phone2, phone3]))
})

const contactsById = prepare((db, ids: IdInputs) => {
  const { phone1, phone2, phone3 } = ids
  const contacts = db.selectFrom('contacts').selectAll()
  return contacts
    .where('user_id', '=', ids.userId)
    .unionAll(contacts.where('phone', 'in', [phone1, phone2, phone3]))
})

/** Who had these ids before, for a call that comes late under one of them. */
const peopleByAlias = prepare((db, ids: IdInputs) => {
  const { userId, phone1, phone2, phone3 } = ids
  return db
    .selectFrom('person_aliases')
    .innerJoin('people', 'people.id', 'person_aliases.person_id')
    .selectAll('people')
    .where((eb) => {
      const value = eb.ref('person_aliases.value').$castTo<string | null>()
      return eb(value, 'in', [userId, phone1, phone2, phone3])
    })
})

/** A number that comes with a user id nobody knows has been given to somebody else. */
async function findByAlias(db: Db, ids: Ids): Promise<PersonRow[]> {
  const { userId } = ids
  const sure = userId === undefined ? ids : { userId, phone: undefined }
  return inOrder(await peopleByAlias.all(db, inputsOf(sure)))
}

/** Each row once, oldest first. */
function inOrder<T extends { readonly id: number }>(rows: readonly T[]): T[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()].sort((a, b) => a.id - b.id)
}

async function findPeople(db: Db, ids: Ids): Promise<PersonRow[]> {
  const { userId, phone } = ids
  if (userId === undefined && phone === undefined) return []
  const rows = inOrder(await peopleById.all(db, inputsOf(ids)))
  if (rows.length === 0) return findByAlias(db, ids)
  // a phone that now comes with another user id has become somebody else's
  const isSame = (row: PersonRow): boolean =>
    row.user_id === null || userId === undefined || row.user_id === userId
  return rows.filter(isSame)
}

/** The user id goes first, the phone second. */
async function findContact(db: Db, ids: Ids): Promise<ContactRow | undefined> {
  const { userId, phone } = ids
  if (userId === undefined && phone === undefined) return undefined
  const rows = inOrder(await contactsById.all(db, inputsOf(ids)))
  return rows.find((row) => userId !== undefined && row.user_id === userId) ?? rows[0]
}

interface Known extends Ids {
  readonly people: readonly PersonRow[]
}

/** What is told first stays; rows fill what is missing. */
function completed(ids: Ids, people: readonly PersonRow[], contact?: ContactRow): Known {
  const phoneOf = people.find((row) => row.phone !== null)?.phone ?? contact?.phone
  const userIdOf = people.find((row) => row.user_id !== null)?.user_id ?? contact?.user_id
  return {
    userId: ids.userId ?? userIdOf ?? undefined,
    phone: ids.phone ?? phoneOf ?? undefined,
    people,
  }
}

/**
 * Finds who calls: user id first, phone in all its spellings second, joined by what the journal and the
 * address book know. So who calls by user name alone is found by the phone that belongs to it, and
 * the other way round.
 */
export async function identify(db: Db, party: Party): Promise<Identity> {
  const told: Ids = { userId: party.userId, phone: party.phone }
  const seen = completed(told, await findPeople(db, told))
  const contact = await findContact(db, seen)
  let all = completed(told, seen.people, contact)
  if (all.userId !== seen.userId || all.phone !== seen.phone)
    all = completed(told, await findPeople(db, all), contact)
  return {
    key: keyOf(all, party),
    userId: all.userId,
    phone: all.phone,
    phones: formsOf(all.phone),
    personIds: all.people.map((row) => row.id),
    profileName:
      party.profileName ?? all.people.find((row) => row.name !== null)?.name ?? undefined,
    contact,
  }
}
