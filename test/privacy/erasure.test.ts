import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '../../server/logger.ts'
import { commands } from '../../server/db/commands/index.ts'
import type { Bench } from '../gatekeeper/support.ts'
import {
  connectChange,
  display,
  envelope,
  line,
  rejectAll,
  startBench,
  terminateChange,
} from '../gatekeeper/support.ts'
import { decide, iso, openJournal } from '../reports/journal.ts'
import { databaseBytes, read } from './support.ts'

const digits = '12125550177'
const userId = 'US.13491208655302741918'
const name = 'Zuzanna Erasmowicz'
const contactName = 'Zuza Contactova'
const text = 'my secret wish is a call at noon'
const ids = ['wacid.HBgLMTIxMjU1NTAxNzcVAgAA', 'wacid.HBgLMTIxMjU1NTAxNzcVAgBB']
const other = '12125550188'
const lines: string[] = []
let bench: Bench
let person: string
let counts: unknown

const message = (id: string, body: string) => ({
  field: 'messages',
  value: {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: display, phone_number_id: line },
    contacts: [{ profile: { name }, wa_id: digits, user_id: userId }],
    messages: [
      {
        id,
        from: digits,
        from_user_id: userId,
        timestamp: String(Math.floor(Date.now() / 1000)),
        type: 'text',
        text: { body },
      },
    ],
  },
})

const statistics = async () => (await read(bench, '/api/calls/statistics?period=year')).body
const find = async (query: string) => {
  const { body } = await read(bench, `/api/people?query=${encodeURIComponent(query)}`)
  return body['data'] as { ref: string }[]
}
const erase = (ref: string, confirm = ref) =>
  read(bench, `/api/people/${ref}/erase`, { method: 'POST', body: JSON.stringify({ confirm }) })

/** Every form in which somebody might still stand somewhere. */
const forms = [
  digits,
  `+${digits}`,
  '+1 212-555-0177',
  '(212) 555-0177',
  '212 555 0177',
  '2125550177',
  Buffer.from(digits).toString('base64').slice(0, 12),
  userId,
  name,
  'Zuzanna',
  contactName,
  text,
  ...ids,
  'wamid.HBgLMTIxMjU1NTAxNzcVAgBC',
]
const formsIn = (where: string) => forms.filter((form) => where.includes(form))

beforeAll(async () => {
  const log = createLogger('trace', { write: (text) => void lines.push(text) })
  const hello = rejectAll('Hello {{caller.name | default: "caller"}}, please write.')
  const tell = {
    kind: 'notify',
    level: 'high',
    text: '{{caller.name | default: "x"}} rings',
    next: 'no',
  }
  const policy = { ...hello, start: 'tell', nodes: { tell, ...hello.nodes } }
  bench = await startBench({ policies: [policy], overrides: { log } })
  const { writer } = bench.server.context
  await writer.run('importContacts', {
    records: [{ contact: { phone: `+${digits}`, name: contactName, attributes: { plan: 'gold-99' } } }],
    at: new Date().toISOString(),
    replace: true,
    dryRun: false,
  }) // prettier-ignore
  const records = [{ list: 'allowed', entry: `+${digits}` }] as const
  await writer.run('importLists', { records, at: '', replace: true, dryRun: false })
  for (const id of ids) {
    await bench.post(envelope(connectChange({ id, from: digits, userId, name })))
    await bench.post(envelope(terminateChange({ id, from: digits, userId, name })))
  }
  await bench.post(envelope(message('wamid.HBgLMTIxMjU1NTAxNzcVAgBC', text)))
  await bench.post(envelope(connectChange({ id: 'wacid.other', from: other, name: 'Other One' })))
  await bench.post(envelope(terminateChange({ id: 'wacid.other', from: other, name: 'Other One' })))
  // somebody else writes the number down, and a payload nobody reads holds it
  await bench.post(envelope({ field: 'something_new', value: { contact: digits, name } }))
  await bench.settled()
  person = (await find('+1 212-555-0177'))[0]?.ref ?? ''
  counts = await statistics()
})
afterAll(() => bench.close())

describe('a person', () => {
  test.each([digits, '5550177', 'Contactova', userId])('is found by %s', async (query) => {
    expect(await find(query)).toMatchObject([{ ref: person, phone: `+${digits}`, calls: 2 }])
  })

  test('is exported with everything that is held', async () => {
    const { status, body } = await read(bench, `/api/people/${person}/export`)
    expect(status).toBe(200)
    const file = JSON.stringify(body)
    for (const part of [digits, userId, name, contactName, text, ...ids, 'gold-99'])
      expect(file, part).toContain(part)
    expect(file).not.toContain(other)
  })

  test('is not erased without its reference as confirmation', async () => {
    expect((await erase(person, 'yes')).status).toBe(400)
    expect((await erase('nobody')).status).toBe(404)
    expect(formsIn(databaseBytes(bench))).toContain(name)
  })
})

describe('erasing', () => {
  test('says what was replaced', async () => {
    const { status, body } = await erase(person)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      ref: person,
      logEmptied: true,
      stillIn: [],
      counts: { calls: 2, decisions: 2, messages: 1, contacts: 1, list_entries: 1, feed: 2 },
    })
  })

  test('leaves no trace in the database file and what stands beside it', () => {
    const bytes = databaseBytes(bench)
    expect(formsIn(bytes)).toEqual([])
    expect(bytes).toContain(other)
    expect(bytes).toContain('Other One')
  })

  test('leaves no trace in the export, the lists, the decisions and the log', async () => {
    const answers = [
      `/api/people/${person}/export`,
      '/api/calls',
      '/api/reports/silent-leads?state=all',
      '/api/reports/silent-leads?state=all&format=csv',
      '/api/audit?format=csv',
      '/metrics',
    ]
    const { db } = bench.server.context
    const refs = await db.selectFrom('calls').select('ref').execute()
    for (const path of [...answers, ...refs.map(({ ref }) => `/api/calls/${ref}/decision`)]) {
      const response = await bench.api(path)
      expect(response.status, path).toBe(200)
      expect(formsIn(await response.text()), path).toEqual([])
    }
    expect(lines.length).toBeGreaterThan(0)
    expect(formsIn(lines.join('\n'))).toEqual([])
  })

  test('keeps the counts of reports, and other people', async () => {
    expect(await statistics()).toEqual(counts)
    expect(await find(other)).toMatchObject([{ phone: `+${other}`, name: 'Other One', calls: 1 }])
    expect(await find(digits)).toEqual([])
  })

  test('is in the audit log by reference', async () => {
    const { body } = await read(bench, `/api/audit?operation=erasePerson`)
    expect(body['data']).toMatchObject([{ subject: person, actor: { name: 'admin' } }])
  })

  test('survives a restart, and who calls again is somebody new', async () => {
    await bench.restart()
    expect(formsIn(databaseBytes(bench))).toEqual([])
    await bench.post(envelope(connectChange({ id: 'wacid.again', from: digits, name: 'Again' })))
    const found = await find(digits)
    expect(found).toMatchObject([{ calls: 1, name: 'Again' }])
    expect(found[0]?.ref).not.toBe(person)
  })

  test('is refused while a call is under way', async () => {
    const db = await openJournal()
    await decide(db, { id: 'one', from: { userId }, at: 0 }, { at: iso(0), outcome: 'accept' })
    const { ref } = await db.selectFrom('people').select('ref').executeTakeFirstOrThrow()
    const by = { kind: 'system', id: null, name: 'test', address: null } as const
    expect(await commands.erasePerson(db, { ref, at: iso(60), by })).toEqual({ kind: 'under_way' })
    const later = { ref, at: iso(90_000), by }
    expect(await commands.erasePerson(db, later)).toMatchObject({ kind: 'erased' })
    await db.destroy()
  })
})
