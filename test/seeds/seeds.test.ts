import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openForWriting } from '../../server/db/open.ts'
import type { Db } from '../../server/db/open.ts'
import { openInstallation } from '../../server/installation.ts'
import { createSecretBox } from '../../server/access/secret-box.ts'
import { createLogger } from '../../server/logger.ts'
import { loadSeeds } from '../../server/seeds.ts'
import type { Home, Storage } from '../http/support.ts'
import { makeHome, openStorage, removeHome } from '../http/support.ts'

const log = createLogger('silent')
const box = createSecretBox('a-key')
const now = Date.parse('2026-11-20T10:00:00Z')
const clock = { now: () => now, monotonic: () => 0 }
let home: Home
let storage: Storage
let other: Db
let dir = ''

beforeAll(async () => {
  home = makeHome()
  storage = await openStorage(home.database)
  other = openForWriting(home.database)
})
afterAll(async () => {
  await other.destroy()
  await storage.close()
  removeHome(home)
})
beforeEach(async () => {
  await storage.wipe()
  dir = join(home.root, `seeds-${Math.random()}`)
  mkdirSync(dir)
})

const file = (name: string, content: unknown) =>
  writeFileSync(
    join(dir, name),
    typeof content === 'string' ? content : JSON.stringify(content, null, 2),
  )
const load = (more: { replace?: boolean; reportZone?: string } = {}) =>
  loadSeeds({ dir, writer: storage.writer, log, clock, box, reportZone: 'UTC', ...more })
const contacts = () => storage.db.selectFrom('contacts').selectAll().orderBy('id').execute()

describe('seeds', () => {
  it('may be absent, each of them and all', async () => {
    expect(await load()).toEqual({ counts: {}, problems: [] })
    dir = join(dir, 'nowhere')
    expect(await load()).toEqual({ counts: {}, problems: [] })
  })

  it('are the installation', async () => {
    file('agents.json', [{ id: 'ana', teams: ['support'], status: 'available' }])
    file('numbers.json', [{ id: '123' }])
    file('calendars.json', { support: { zone: 'Europe/Paris' } })
    file('assistants.json', [{ id: 'reception', adapter: 'json', url: 'https://ai.example' }])
    file('attributes.json', {
      attributes: [{ name: 'plan', type: 'string', default: 'free' }],
      crm: [{ name: 'plan', type: 'number' }],
      mapping: { plan: 'account.plan' },
    })
    const { problems } = await load()
    const store = await openInstallation({
      db: storage.db,
      log,
      box,
      crmUrl: 'x',
      reportZone: 'UTC',
    })
    expect(problems).toEqual([])
    expect(store.current()).toMatchObject({
      agents: [{ id: 'ana', callEnabled: true }],
      lines: [{ id: '123', team: 'main', channel: 'whatsapp' }],
      calendars: { support: { zone: 'Europe/Paris', weekly: {} } },
      assistants: [{ id: 'reception' }],
      declared: {
        attributes: [{ name: 'plan', default: 'free', privacy: 'personal' }],
        crm: [{ name: 'plan', type: 'number' }],
        mapping: { plan: 'account.plan' },
      },
      connectors: ['default'],
    })
  })

  it('store phone numbers in one spelling', async () => {
    file('contacts.json', [{ phone: '+55 (11) 8765-4321' }, { phone: '004915112345678' }])
    file('lists.json', { blocked: ['+52 1 55 1234 5678', 'US.1349'], allowed: ['x@lid'] })
    const { problems } = await load()
    expect((await contacts()).map(({ phone }) => phone)).toEqual(['+5511987654321'])
    expect(problems).toMatchObject([{ file: 'contacts.json', index: 1, field: 'phone' }])
    const entries = await storage.db.selectFrom('list_entries').select('entry').execute()
    expect(entries.map(({ entry }) => entry).sort()).toEqual(['+525512345678', 'US.1349', 'x@lid'])
  })

  it('change only what changed in them and was never edited in the app', async () => {
    const seed = (names: string[]) =>
      file(
        'contacts.json',
        names.map((name, index) => ({ phone: `+4915100000${index}0`, name })),
      )
    seed(['A', 'B', 'C'])
    expect((await load()).counts['contacts.json']).toMatchObject({ inserted: 3 })
    await other
      .updateTable('contacts')
      .set({ name: 'Edited', edited_at: 'x' })
      .where('name', 'in', ['B', 'C'])
      .execute()
    seed(['A2', 'B2', 'C', 'D'])
    expect((await load()).counts['contacts.json']).toEqual({
      inserted: 1,
      updated: 1,
      unchanged: 1,
      kept: 1,
    })
    expect((await contacts()).map(({ name }) => name)).toEqual(['A2', 'Edited', 'Edited', 'D'])
    await load({ replace: true })
    expect((await contacts()).map(({ name }) => name)).toEqual(['A2', 'B2', 'C', 'D'])
    expect((await load()).counts['contacts.json']).toMatchObject({ unchanged: 4 })
  })

  it('join a contact that gains its other id', async () => {
    file('contacts.json', [{ phone: '+4915100000000', name: 'A' }])
    await load()
    file('contacts.json', [{ phone: '+4915100000000', userId: 'DE.1', name: 'A' }])
    await load()
    expect(await contacts()).toMatchObject([{ phone: '+4915100000000', user_id: 'DE.1' }])
  })
})

describe('a bad seed', () => {
  const bad: [string, unknown, object][] = [
    [
      'contacts.json',
      [{ name: 'A' }],
      { index: 0, expected: 'a contact needs a phone or a userId' },
    ],
    ['contacts.json', [{ phone: 'x' }], { index: 0, field: 'phone' }],
    ['contacts.json', [{ userId: 'a', priority: '9' }], { index: 0, field: 'priority' }],
    ['contacts.json', [{ userId: 'a', vip: true }], { index: 0 }],
    ['contacts.json', [{ userId: 'a' }, { userId: 'a' }], { index: 1 }],
    ['contacts.json', { userId: 'a' }, { expected: 'a list of records, [ … ]' }],
    ['contacts.json', '[\n  {"userId": "a",}\n]', { line: 2 }],
    ['agents.json', [{ id: 'a', status: 'asleep' }], { index: 0, field: 'status' }],
    ['agents.json', [null], { index: 0 }],
    ['numbers.json', [{ id: '1', channel: 'sms' }], { index: 0, field: 'channel' }],
    ['calendars.json', { a: { zone: 'Mars' } }, { index: 'a', field: 'zone' }],
    [
      'calendars.json',
      { a: { zone: 'UTC', weekly: { mon: [['9', '17:00']] } } },
      { index: 'a', field: 'weekly.mon.0.0' },
    ],
    ['calendars.json', '{"__proto__": {"zone": "UTC"}}', { index: '__proto__' }],
    ['lists.json', { blocked: ['+12'] }, { index: 'blocked.0' }],
    ['lists.json', [], {}],
    ['assistants.json', [{ id: 'a', adapter: 'json', url: 'no' }], { index: 0, field: 'url' }],
    ['attributes.json', { crm: [{ name: 'a', type: 'x' }] }, { index: 'crm.0', field: 'type' }],
    ['attributes.json', { mapping: { a: 1 } }, { index: 'mapping.a' }],
    ['calls.json', [{ at: 'yesterday' }], { index: 0, field: 'at' }],
  ]

  it.each(bad)('in %s is named and stops nothing: %j', async (name, content, problem) => {
    file(name, content)
    if (name !== 'numbers.json') file('numbers.json', [{ id: 'good' }])
    const { problems, counts } = await load()
    expect(problems).toMatchObject([{ file: name, expected: expect.any(String), ...problem }])
    if (name !== 'numbers.json') expect(counts['numbers.json']?.inserted).toBe(1)
  })

  it('lets the good ones of its file in', async () => {
    file('contacts.json', [{ userId: 'a' }, { priority: 1 }, { userId: 'b' }])
    const { counts } = await load()
    expect(counts['contacts.json']?.inserted).toBe(2)
  })

  it('never shows what stands in it', async () => {
    file('contacts.json', [{ phone: '+49 secret 151', name: 7 }])
    expect(JSON.stringify((await load()).problems)).not.toMatch(/secret|151 /)
  })

  it('that says one contact has the ids of two is left out', async () => {
    file('contacts.json', [{ userId: 'a' }, { phone: '+4915100000000' }])
    await load()
    file('contacts.json', [{ userId: 'a', phone: '+4915100000000', name: 'Both' }, { userId: 'c' }])
    const { problems } = await load()
    expect(problems).toMatchObject([{ file: 'contacts.json', index: 0 }])
    expect(await contacts()).toHaveLength(3)
  })
})

describe('calls.json', () => {
  const calls = () => storage.db.selectFrom('calls').selectAll().orderBy('arrived_at').execute()

  it('is a lifelike history for an empty journal, and only once', async () => {
    file('calls.json', [
      {
        at: '-1d 09:12',
        line: '1',
        from: '+4915100000000',
        outcome: 'accept',
        durationSeconds: 60,
      },
      {
        at: '-3d 20:00',
        line: '1',
        from: '+4915100000000',
        outcome: 'reject',
        node: 'sorry',
        followUp: 'We are closed.',
        wroteAfter: '12m',
      },
      { at: '-2h', userId: 'DE.1', outcome: 'voicemail', durationSeconds: 20 },
      { at: '-0d 23:59', userId: 'DE.1' },
    ])
    const { counts, problems } = await load({ reportZone: 'Europe/Paris' })
    expect(problems).toEqual([])
    expect(counts['calls.json']?.inserted).toBe(3)
    expect(await calls()).toMatchObject([
      { arrived_at: '2026-11-17T19:00:00.000Z', status: 'rejected', final_node: 'sorry' },
      { arrived_at: '2026-11-19T08:12:00.000Z', status: 'completed', duration_seconds: 60 },
      { arrived_at: '2026-11-20T08:00:00.000Z', outcome: 'voicemail' },
    ])
    const messages = await storage.db.selectFrom('messages').selectAll().execute()
    expect(messages.map(({ type }) => type).sort()).toEqual(['audio', 'text'])
    expect((await storage.db.selectFrom('people').selectAll().execute()).length).toBe(2)
    expect((await load()).counts['calls.json']?.inserted).toBe(0)
    expect(await calls()).toHaveLength(3)
  })
})

describe('100,000 contacts', () => {
  it('are loaded in batches that let others write in between', async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => ({
      phone: `+49151${String(10_000_000 + index)}`,
      name: `Contact ${index}`,
      tags: ['a'],
    }))
    file('contacts.json', JSON.stringify(many))
    const waits: number[] = []
    const loading = { done: false }
    const probing = (async () => {
      while (!loading.done) {
        const start = performance.now()
        await storage.writer.run('ping', undefined)
        waits.push(performance.now() - start)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    })()
    const { counts } = await load()
    loading.done = true
    await probing
    expect((await load()).counts['contacts.json']).toMatchObject({ unchanged: 100_000 })
    const sorted = waits.sort((a, b) => a - b)
    expect(counts['contacts.json']).toMatchObject({ inserted: 100_000 })
    expect(sorted.at(Math.floor(sorted.length / 2))).toBeLessThan(100)
    expect(sorted.at(-1)).toBeLessThan(1000)
  }, 120_000)
})
