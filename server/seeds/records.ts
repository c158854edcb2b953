import { z } from 'zod'
import type { SeedContact, SeedListEntry, SeedRecord } from '../db/commands/seeds.ts'
import { declarationKey } from '../installation.ts'
import { normalisePhone } from '../phone.ts'
import type { Contact } from '../schema/seeds.ts'
import { calendarSchema } from '../schema/calendar.ts'
import { nameSchema } from '../schema/primitives.ts'
import {
  agentSchema,
  assistantSchema,
  contactSchema,
  declarationSchema,
  lineSchema,
} from '../schema/seeds.ts'
import type { SeedEntry, SeedFile } from './file.ts'
import {
  checkRecord,
  distinct,
  entriesOfList,
  entriesOfObject,
  isObject,
  seedHash,
} from './file.ts'

/** A contact whose phone number is canonical. */
export function checkContact(file: SeedFile, entry: SeedEntry<unknown>): SeedEntry<Contact>[] {
  return checkRecord(file, contactSchema, entry).flatMap(({ index, value }) => {
    const phone = value.phone === undefined ? undefined : normalisePhone(value.phone)
    if (value.phone !== undefined && phone === undefined) {
      const expected = 'a phone number in international form, e.g. +4915112345678'
      file.problems.push({ file: file.name, index, field: 'phone', expected })
      return []
    }
    return [{ index, value: phone === undefined ? value : { ...value, phone } }]
  })
}

export function canonicalContact(
  file: SeedFile,
  entry: SeedEntry<unknown>,
): SeedEntry<SeedContact>[] {
  return checkContact(file, entry).map(({ index, value: contact }) => ({
    index,
    value: { contact, hash: seedHash(contact) },
  }))
}

/** The ids by which a contact is found; no two contacts share one. */
export function contactKeys({ contact }: SeedContact): string[] {
  return [contact.phone ?? [], contact.userId ?? []].flat()
}

/** contacts.json. */
export function contacts(file: SeedFile, value: unknown): SeedEntry<SeedContact>[] {
  return entriesOfList(file, value)
    .flatMap((entry) => canonicalContact(file, entry))
    .filter(distinct(file, contactKeys))
}

export function listEntries(
  file: SeedFile,
  list: 'blocked' | 'allowed',
  value: unknown,
): SeedListEntry[] {
  return entriesOfList(file, value).flatMap(({ index, value: entry }) => {
    const text = typeof entry === 'string' ? entry.trim() : ''
    const isPhone = /^[+\d(]/.test(text) && !text.includes('@')
    const canonical = isPhone ? normalisePhone(text) : text
    if (canonical) return [{ list, entry: canonical, hash: seedHash(canonical) }]
    const expected = 'a phone number in international form, or a user id'
    file.problems.push({ file: file.name, index: `${list}.${index}`, expected })
    return []
  })
}

/** lists.json. */
export function lists(file: SeedFile, value: unknown): SeedListEntry[] {
  if (!isObject(value))
    file.problems.push({ file: file.name, expected: '{ "blocked": [], "allowed": [] }' })
  return (['blocked', 'allowed'] as const).flatMap((list) =>
    listEntries(file, list, isObject(value) ? value[list] : undefined),
  )
}

/** A record of the table `records`, from an entry that is right. */
function toRecord<T>(kind: SeedRecord['kind'], entry: SeedEntry<T>, key: string) {
  const doc = JSON.stringify(entry.value)
  return { index: entry.index, value: { kind, key, doc, hash: seedHash(entry.value) } }
}

function keyedList<T extends { id: string }>(
  file: SeedFile,
  value: unknown,
  { kind, schema }: { kind: SeedRecord['kind']; schema: z.ZodType<T> },
): SeedEntry<SeedRecord>[] {
  return entriesOfList(file, value)
    .flatMap((entry) => checkRecord(file, schema, entry))
    .map((entry) => toRecord(kind, entry, entry.value.id))
}

function calendars(file: SeedFile, value: unknown): SeedEntry<SeedRecord>[] {
  return entriesOfObject(file, value).flatMap((entry) => {
    const name = checkRecord(file, nameSchema, { index: entry.index, value: entry.index })
    return name.flatMap(() =>
      checkRecord(file, calendarSchema, entry).map((one) =>
        toRecord('calendar', one, String(one.index)),
      ),
    )
  })
}

function declarations(file: SeedFile, value: unknown): SeedEntry<SeedRecord>[] {
  if (!isObject(value)) {
    file.problems.push({
      file: file.name,
      expected: '{ "attributes": [], "crm": [], "mapping": {} }',
    })
    return []
  }
  const within = (part: string, entries: SeedEntry<unknown>[]) =>
    entries.map((entry) => ({ ...entry, index: `${part}.${entry.index}` }))
  const declared = (part: 'attributes' | 'crm', keyOf: (name: string) => string) =>
    within(part, entriesOfList(file, value[part]))
      .flatMap((entry) => checkRecord(file, declarationSchema, entry))
      .map((entry) => toRecord('attributes', entry, keyOf(entry.value.name)))
  const mapping = entriesOfObject(file, value['mapping']).flatMap((entry) => {
    const name = String(entry.index)
    return checkRecord(file, z.string().min(1), { ...entry, index: `mapping.${name}` }).map((one) =>
      toRecord('attributes', one, declarationKey.mapping(name)),
    )
  })
  return [
    ...declared('attributes', declarationKey.attribute),
    ...declared('crm', declarationKey.crm),
    ...mapping,
  ]
}

interface RecordFile {
  readonly name: string
  /** The records that are right, each key once; the others are named in the file's problems. */
  entries(file: SeedFile, value: unknown): SeedEntry<SeedRecord>[]
}

function recordFile(name: string, read: RecordFile['entries']): RecordFile {
  return {
    name,
    entries: (file, value) =>
      read(file, value).filter(distinct<SeedRecord>(file, ({ key }) => [key])),
  }
}

/** The seed files whose records are held whole, in the order in which they are read. */
export const recordFiles: readonly RecordFile[] = [
  recordFile('calendars.json', calendars),
  recordFile('attributes.json', declarations),
  recordFile('agents.json', (file, value) =>
    keyedList(file, value, { kind: 'agent', schema: agentSchema }),
  ),
  recordFile('numbers.json', (file, value) =>
    keyedList(file, value, { kind: 'line', schema: lineSchema }),
  ),
  recordFile('assistants.json', (file, value) =>
    keyedList(file, value, { kind: 'assistant', schema: assistantSchema }),
  ),
]
