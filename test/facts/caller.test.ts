import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readCaller } from '../../server/facts/caller.ts'
import { identify } from '../../server/facts/identity.ts'
import type { CallInfo, CallerFile } from '../../server/policy/memory-facts.ts'
import type { Party } from '../../server/schema/signal.ts'
import type { TestDatabase } from './support.ts'
import { addCall, addContact, addPerson, iso, minute, noon, openDatabase } from './support.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  const tables = [
    'people', 'contacts', 'list_entries', 'calls', 'person_tags', 'blocks', 'restrictions',
    'verifications',
  ] as const // prettier-ignore
  for (const table of tables) await database.writing.deleteFrom(table).execute()
})

const phone = '+4915112345678'

async function callerOf(party: Party, call: Partial<CallInfo> = {}): Promise<CallerFile> {
  const identity = await identify(database.reading, party)
  const info = { ref: 'this', line: 'line-1', media: 'voice', at: noon, ...call } as const
  return readCaller(database.reading, identity, info)
}

const list = (name: 'blocked' | 'allowed', entry: string) =>
  database.writing.insertInto('list_entries').values({ list: name, entry }).execute()

const block = (person_id: number, until: number) =>
  database.writing
    .insertInto('blocks')
    .values({ person_id, until: iso(until), created_at: iso(noon) })
    .execute()

test('a stranger has nothing but what the call tells', async () => {
  expect(await callerOf({ phone, profileName: 'Ada', address: '4915112345678@c.us' })).toEqual({
    key: phone,
    phone,
    userId: undefined,
    profileName: 'Ada',
    country: 'DE',
    contact: undefined,
    tags: [],
    blocked: false,
    allowed: false,
    queue: '',
    history: { calls: 0, lastOutcome: '' },
    verificationPending: false,
  })
})

test.each([
  [{ userId: 'FR.1', phone }, 'FR.1'],
  [{ phone, address: 'x@lid' }, phone],
  [{ address: 'x@lid' }, 'x@lid'],
  [{}, 'unknown'],
] satisfies [Party, string][])('the key of %j is %s', async (party, key) => {
  expect((await callerOf(party)).key).toBe(key)
})

describe('a contact is found', () => {
  test.each([
    ['+5511987654321', '+551187654321'],
    ['+551187654321', '+5511987654321'],
    ['+5491123456789', '+541123456789'],
    ['+541123456789', '+5491123456789'],
    ['+525512345678', '+5215512345678'],
    ['+5215512345678', '+525512345678'],
    ['+4915112345678', '+4915112345678'],
  ])('under %s when %s calls', async (stored, calling) => {
    await addContact(database.writing, { phone: stored, name: 'Ada' })
    expect((await callerOf({ phone: calling })).contact?.name).toBe('Ada')
  })

  test('by user id before phone', async () => {
    await addContact(database.writing, { phone, name: 'by phone' })
    await addContact(database.writing, { userId: 'DE.1', name: 'by user id' })
    expect((await callerOf({ phone, userId: 'DE.1' })).contact?.name).toBe('by user id')
  })

  test('by phone for who calls by user name alone', async () => {
    await addPerson(database.writing, { userId: 'DE.1', phone })
    await addContact(database.writing, { phone, name: 'Ada' })
    const caller = await callerOf({ userId: 'DE.1' })
    expect([caller.contact?.name, caller.phone, caller.key]).toEqual(['Ada', phone, 'DE.1'])
  })

  test('by user id for who calls by phone alone', async () => {
    await addPerson(database.writing, { userId: 'DE.1', phone })
    await addContact(database.writing, { userId: 'DE.1', name: 'Ada' })
    const caller = await callerOf({ phone })
    expect([caller.contact?.name, caller.userId, caller.key]).toEqual(['Ada', 'DE.1', 'DE.1'])
  })

  test('with all it has', async () => {
    const contact = {
      phone,
      userId: 'DE.1',
      name: 'Ada',
      priority: 90,
      tier: 'gold',
      tags: ['vip'],
      owner: 'bo',
      language: 'fr',
      country: 'FR',
      slaCalendar: 'night',
      optedOut: true,
      attributes: { plan: 'pro', seats: 3, beta: true, areas: ['a'] },
    }
    await addContact(database.writing, contact)
    expect((await callerOf({ phone })).contact).toEqual(contact)
  })
})

test('a phone that comes with another user id is somebody else', async () => {
  const before = await addPerson(database.writing, { userId: 'DE.1', phone })
  await block(before, noon + minute)
  const caller = await callerOf({ userId: 'DE.2', phone })
  expect([caller.key, caller.blocked]).toEqual(['DE.2', false])
})

describe('lists', () => {
  test.each([
    ['+5511987654321', { phone: '+551187654321' }],
    ['+551187654321', { phone: '+5511987654321' }],
    ['4915112345678', { phone }],
    ['DE.1', { userId: 'DE.1' }],
    [phone, { userId: 'DE.7' }],
  ] satisfies [string, Party][])('that hold %s hold %j', async (entry, party) => {
    await addPerson(database.writing, { userId: 'DE.7', phone })
    await list('blocked', entry)
    expect(await callerOf(party)).toMatchObject({ blocked: true, allowed: false })
  })

  test('may both hold somebody', async () => {
    await list('blocked', phone)
    await list('allowed', phone)
    expect(await callerOf({ phone })).toMatchObject({ blocked: true, allowed: true })
  })

  test('of others do not count', async () => {
    await list('blocked', '+4915112345679')
    expect((await callerOf({ phone })).blocked).toBe(false)
  })
})

describe('effects', () => {
  test('last until their time is over', async () => {
    const person = await addPerson(database.writing, { phone })
    await block(person, noon + minute)
    await database.writing
      .insertInto('restrictions')
      .values({ person_id: person, queue: 'slow', until: iso(noon + 2 * minute) })
      .execute()
    expect(await callerOf({ phone })).toMatchObject({ blocked: true, queue: 'slow' })
    const later = await callerOf({ phone }, { at: noon + minute })
    expect(later).toMatchObject({ blocked: false, queue: 'slow' })
    expect((await callerOf({ phone }, { at: noon + 2 * minute })).queue).toBe('')
  })

  test('add tags to those of the contact', async () => {
    const person = await addPerson(database.writing, { phone })
    await addContact(database.writing, { phone, tags: ['vip', 'both'] })
    for (const tag of ['spam', 'both'])
      await database.writing
        .insertInto('person_tags')
        .values({ person_id: person, tag, created_at: iso(noon) })
        .execute()
    expect([...(await callerOf({ phone })).tags].sort()).toEqual(['both', 'spam', 'vip'])
  })

  test('on a phone and on a user id that are not joined yet count together', async () => {
    await addPerson(database.writing, { userId: 'DE.1' })
    await block(await addPerson(database.writing, { phone }), noon + minute)
    expect((await callerOf({ userId: 'DE.1', phone })).blocked).toBe(true)
  })
})

test('history is what came before this call', async () => {
  const personId = await addPerson(database.writing, { phone })
  await addCall(database.writing, { personId, at: noon - 3 * minute, outcome: 'accept' })
  await addCall(database.writing, { personId, at: noon - 2 * minute, outcome: 'reject' })
  await addCall(database.writing, { personId, at: noon - minute, direction: 'outbound' })
  await addCall(database.writing, { personId, at: noon + minute, outcome: 'voicemail' })
  await addCall(database.writing, { personId: personId + 1, at: noon - minute })
  const ref = await addCall(database.writing, { personId, at: noon, outcome: 'ai_pickup' })
  expect((await callerOf({ phone }, { ref })).history).toEqual({
    calls: 2,
    lastOutcome: 'reject',
    lastCallAt: noon - 2 * minute,
  })
})

describe('a verification', () => {
  const add = (ids: { phone?: string; user_id?: string }, more = {}) =>
    database.writing
      .insertInto('verifications')
      .values({ ref: 'v', created_at: iso(noon), expires_at: iso(noon + minute), ...ids, ...more })
      .execute()

  test.each([
    [{ phone: '+551187654321' }, { phone: '+5511987654321' }],
    [{ user_id: 'DE.1' }, { userId: 'DE.1' }],
  ])('for %j is pending for %j', async (ids, party) => {
    await add(ids)
    expect((await callerOf(party)).verificationPending).toBe(true)
  })

  test('that has expired or was fulfilled is not pending', async () => {
    await add({ phone })
    expect((await callerOf({ phone }, { at: noon + minute })).verificationPending).toBe(false)
    await database.writing
      .updateTable('verifications')
      .set({ fulfilled_at: iso(noon) })
      .execute()
    expect((await callerOf({ phone })).verificationPending).toBe(false)
  })
})
