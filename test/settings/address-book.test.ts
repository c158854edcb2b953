import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Bench } from '../gatekeeper/support.ts'
import { connectChange, envelope, newCallId, startBench } from '../gatekeeper/support.ts'

const byContact = {
  schema: 1,
  id: 'by-contact',
  name: 'By contact',
  numbers: ['*'],
  start: 'blocked',
  fallback: { kind: 'reject', message: { text: 'Sorry.' } },
  nodes: {
    blocked: { kind: 'condition', when: { all: [{ fact: 'caller.blocked', operator: 'equal', value: true }] }, exits: { yes: 'gone', no: 'vip' } },
    gone: { kind: 'reject', silent: true, reason: 'blocked' },
    vip: { kind: 'vip', minPriority: 80, exits: { yes: 'hi', no: 'hours' } },
    hours: { kind: 'hours', calendar: 'support', exits: { open: 'hello', closed: 'hello', holiday: 'hello' } },
    hello: { kind: 'accept', target: { team: 'support' }, otherwise: 'hi' },
    hi: { kind: 'reject', message: { text: 'Hello {{caller.attributes.city | default: "there"}}.' } },
  },
} // prettier-ignore

let bench: Bench

beforeAll(async () => {
  bench = await startBench({
    policies: [byContact],
    seeds: {
      'calendars.json': { support: { zone: 'UTC', weekly: {} } },
      'agents.json': [{ id: 'dana', teams: ['support'] }],
      'contacts.json': [{ phone: '+12125550177', name: 'Old Friend', priority: 10 }],
    },
  })
})
afterAll(() => bench.close())

const ask = async (method: string, path: string, body?: unknown) => {
  const response = await bench.api(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  // each test looks at what it needs
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const decided = async (from: string) => {
  const id = newCallId()
  await bench.post(envelope(connectChange({ id, from })))
  return (await bench.decision(id)).path.map(({ node }) => node)
}
const importCsv = async (kind: string, text: string, query = '') => {
  const response = await bench.api(`/api/settings/import/${kind}${query}`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: text,
  })
  // each test looks at what it needs
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

describe('a contact', () => {
  test('that is added, changed and taken away is so for the next call', async () => {
    expect(await decided('12125550101')).not.toContain('hi')
    const added = await ask('POST', '/api/settings/contacts', {
      phone: '+1 212-555-0101',
      priority: 90,
    })
    expect(added.status).toBe(200)
    expect(await decided('12125550101')).toContain('hi')
    const path = `/api/settings/contacts/${String(added.body['id'])}`
    expect((await ask('PUT', path, { phone: '+12125550101', priority: 5 })).status).toBe(200)
    expect(await decided('12125550101')).not.toContain('hi')
    expect((await ask('DELETE', path)).status).toBe(200)
    expect((await ask('DELETE', path)).status).toBe(404)
  })

  test('whose number belongs to another is refused', async () => {
    const twice = await ask('POST', '/api/settings/contacts', { phone: '+12125550177' })
    expect(twice.status).toBe(409)
  })

  test.each([[{ name: 'Nobody' }], [{ phone: '12' }], [{ phone: '+12125550188', extra: 1 }]])(
    'that is wrong is refused: %j',
    async (contact) => {
      expect((await ask('POST', '/api/settings/contacts', contact)).status).toBe(400)
    },
  )

  test('is found by a part of a name and by the beginning of a number', async () => {
    for (const query of ['old fr', '+1212555017', '1 (212) 555-0177']) {
      const { body } = await ask('GET', `/api/settings/contacts?query=${encodeURIComponent(query)}`)
      expect(body['data']).toMatchObject([{ name: 'Old Friend', phone: '+12125550177' }])
    }
    const none = await ask('GET', '/api/settings/contacts?query=100%25')
    expect(none.body).toMatchObject({ data: [], next: null })
  })

  test('leaves neither name nor number in the audit log', async () => {
    await ask('POST', '/api/settings/contacts', { phone: '+12125550155', name: 'Very Private' })
    const { body } = await ask('GET', '/api/audit?operation=createContact')
    expect(JSON.stringify(body)).not.toMatch(/Very Private|5550155/)
    expect(JSON.stringify(body)).toContain('fields')
  })
})

test('the address book is read page by page, each contact once', async () => {
  const rows = Array.from({ length: 130 }, (_, index) => `+4930${String(1_000_000 + index)},Page`)
  await importCsv('contacts', ['phone,name', ...rows].join('\n'))
  const seen: unknown[] = []
  let after = 0
  for (;;) {
    const { body } = await ask('GET', `/api/settings/contacts?query=Page&after=${after}&limit=50`)
    seen.push(...(body['data'] as { id: number }[]).map(({ id }) => id))
    if (body['next'] === null) break
    after = Number(body['next'])
  }
  expect(seen.length).toBe(130)
  expect(new Set(seen).size).toBe(130)
})

test('a list that is changed holds for the next call', async () => {
  const entry = { list: 'blocked', entry: '+1 (212) 555-0133' }
  expect((await ask('POST', '/api/settings/lists', entry)).body).toMatchObject({
    entry: '+12125550133',
  })
  expect(await decided('12125550133')).toContain('gone')
  const kept = { list: 'blocked', entry: '+12125550133' }
  expect((await ask('GET', '/api/settings/lists')).body['data']).toContainEqual(kept)
  expect((await ask('POST', '/api/settings/lists/remove', kept)).status).toBe(200)
  expect(await decided('12125550133')).not.toContain('gone')
  expect((await ask('POST', '/api/settings/lists/remove', kept)).status).toBe(404)
})

test('agents and attributes are what policies may name at once', async () => {
  await ask('PUT', '/api/settings/agents/eve', {
    name: 'Eve',
    teams: ['night'],
    status: 'available',
  })
  const declared = {
    attributes: [{ name: 'city', type: 'string', privacy: 'none', default: 'town' }],
  }
  await ask('PUT', '/api/settings/attributes', declared)
  const { body } = await ask('GET', '/api/catalogue')
  expect(body['teams']).toContain('night')
  expect(JSON.stringify(body['facts'])).toContain('caller.attributes.city')
  expect((await ask('DELETE', '/api/settings/agents/eve')).status).toBe(200)
  await ask('PUT', '/api/settings/attributes', { attributes: [] })
  expect((await ask('GET', '/api/settings/attributes')).body).toMatchObject({ attributes: [] })
  expect((await ask('GET', '/api/catalogue')).body['teams']).not.toContain('night')
})

describe('a file', () => {
  const text = 'phone,name,priority\n+12125550201,Ann,95\n12,Bad,1\n+12125550202,Ben,high\n'

  test('that is tried says what would be, names every bad row and writes nothing', async () => {
    const { body } = await importCsv('contacts', text, '?dry_run=true')
    expect(body).toMatchObject({ rows: 3, inserted: 1, skipped: 2 })
    expect(body['problems']).toMatchObject([
      { line: 3, column: 'phone' },
      { line: 4, column: 'priority' },
    ])
    expect(await decided('12125550201')).not.toContain('hi')
  })

  test('that is read holds for the next call, and comes out again', async () => {
    expect((await importCsv('contacts', text)).body).toMatchObject({ inserted: 1, skipped: 2 })
    expect(await decided('12125550201')).toContain('hi')
    const out = await bench.api('/api/settings/export/contacts')
    expect(out.headers.get('content-type')).toContain('text/csv')
    expect(await out.text()).toContain('+12125550201,,Ann,95')
  })

  test('with a column nobody knows is refused, naming it', async () => {
    const { status, body } = await importCsv('contacts', 'phone,nmae\n+12125550203,X\n')
    expect(status).toBe(400)
    expect(JSON.stringify(body)).toContain('nmae')
  })

  test('may be JSON', async () => {
    const response = await bench.api('/api/settings/import/lists?format=json', {
      method: 'POST',
      body: JSON.stringify({ blocked: ['+12125550299'] }),
    })
    expect(await response.json()).toMatchObject({ rows: 1, inserted: 1 })
  })
})

test('what live policies name is listed with the step that names it', async () => {
  const { body } = await ask('GET', '/api/settings/usage')
  expect(body['data']).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        kind: 'calendar',
        name: 'support',
        policy: 'by-contact',
        node: 'hours',
      }),
      expect.objectContaining({ kind: 'team', name: 'support', node: 'hello' }),
      expect.objectContaining({ kind: 'attribute', name: 'city', node: 'hi' }),
    ]),
  )
})

describe('public holidays', () => {
  test('of a country come with its regions, and none is past', async () => {
    const { body } = await ask('GET', '/api/settings/holiday-places?country=DE')
    expect(body['regions']).toContainEqual({ code: 'BY', name: 'Bayern' })
    const found = (await ask('GET', '/api/settings/holidays?country=DE&region=BY')).body['data']
    const days = found as { date: string; name: string }[]
    expect(days.map(({ date }) => date.slice(5))).toContain('12-25')
    expect(days.map(({ name }) => name)).toContain('Heilige Drei Könige')
    expect(days.every(({ date }) => date >= new Date().toISOString().slice(0, 10))).toBe(true)
  })

  test('of a country that is none are none', async () => {
    expect((await ask('GET', '/api/settings/holidays?country=XX')).body).toEqual({ data: [] })
  })
})
