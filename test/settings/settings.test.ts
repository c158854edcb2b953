import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Bench } from '../gatekeeper/support.ts'
import { connectChange, envelope, line, newCallId, startBench } from '../gatekeeper/support.ts'

const byHours = {
  schema: 1,
  id: 'by-hours',
  name: 'By hours',
  numbers: ['*'],
  start: 'hours',
  fallback: { kind: 'reject', message: { text: 'Sorry.' } },
  nodes: {
    hours: { kind: 'hours', calendar: 'support', exits: { open: 'open', closed: 'closed', holiday: 'closed' } },
    open: { kind: 'reject', message: { text: 'We are open.' } },
    closed: { kind: 'reject', message: { text: 'We are closed.' } },
  },
} // prettier-ignore

const always = [['00:00', '24:00']]
const week = {
  mon: always,
  tue: always,
  wed: always,
  thu: always,
  fri: always,
  sat: always,
  sun: always,
}

const crm = createServer((request, response) => {
  const known =
    new URL(request.url ?? '', 'http://crm').searchParams.get('phone') === '+12125550123'
  response.writeHead(known ? 200 : 404).end(known ? '{"account":{"tier":"gold"}}' : '')
})
let bench: Bench

beforeAll(async () => {
  await new Promise<void>((resolve) => crm.listen(0, '127.0.0.1', resolve))
  // a server that listens on a port has such an address
  const { port } = crm.address() as AddressInfo
  bench = await startBench({
    policies: [byHours],
    seeds: {
      'calendars.json': { support: { zone: 'UTC', weekly: week } },
      'numbers.json': [{ id: line, display: '+1 631 555 3601', name: 'Front desk' }],
      'assistants.json': [
        { id: 'desk', adapter: 'json', url: 'https://a.example/secret-path', secret: 'hush' },
      ],
      'attributes.json': { crm: [{ name: 'tier', type: 'string', privacy: 'none' }] },
    },
    environment: { CRM_URL: `http://127.0.0.1:${port}/find`, OUTGOING_ALLOW: '127.0.0.1' },
  })
})
afterAll(async () => {
  await bench.close()
  crm.close()
})

const get = async (path: string) => {
  const response = await bench.api(path)
  expect(response.status).toBe(200)
  // each test looks at what it needs
  return (await response.json()) as Record<string, unknown>
}
const send = (method: string, path: string, body: unknown) =>
  bench.api(path, { method, body: JSON.stringify(body) })
const told = async (from: string) => {
  const id = newCallId()
  await bench.post(envelope(connectChange({ id, from })))
  return bench.decision(id)
}
const audited = async (operation: string) =>
  (await get(`/api/audit?operation=${operation}`))['data'] as readonly Record<string, unknown>[]

describe('a calendar', () => {
  test('that is changed holds for the next call, and the change is in the audit log', async () => {
    expect((await told('12125550101')).node).toBe('open')
    const calendar = { zone: 'UTC', weekly: {} }
    const response = await send('PUT', '/api/settings/calendars/support', calendar)
    expect(response.status).toBe(200)
    expect((await told('12125550102')).node).toBe('closed')
    expect(await audited('putCalendar')).toMatchObject([
      {
        actor: { kind: 'token', name: 'admin' },
        subject: 'support',
        before: { support: { weekly: { mon: [['00:00', '24:00']] } } },
        after: { support: { weekly: {} } },
      },
    ])
  })

  test('survives a restart against the seed file', async () => {
    await bench.restart()
    expect(await get('/api/settings/calendars/support')).toMatchObject({ calendar: { weekly: {} } })
  })

  test.each([
    [{ zone: 'Nowhere/Land' }],
    [{ zone: 'UTC', weekly: { mon: [['9', '17:00']] } }],
    [{ zone: 'UTC', extra: true }],
    ['text'],
  ])('that is wrong is refused: %j', async (calendar) => {
    expect((await send('PUT', '/api/settings/calendars/support', calendar)).status).toBe(400)
  })

  test('that is not there is a 404', async () => {
    expect((await bench.api('/api/settings/calendars/none')).status).toBe(404)
  })
})

describe('courtesy', () => {
  test('holds at once: with no gap and no cap everybody who calls twice is told twice', async () => {
    // within a day of a message of theirs, so that they may be told
    await bench.sim.message({ from: '12125550110', line, text: 'Hello' })
    await told('12125550110')
    await bench.server.context.dispatcher.idle()
    const second = await told('12125550110')
    expect(second.actions.find(({ type }) => type === 'message')?.state).toBe('suppressed')
    const response = await send('PUT', '/api/settings/courtesy', { gapMinutes: 0, dailyCap: 9 })
    expect(response.status).toBe(200)
    const third = await told('12125550110')
    expect(third.actions.find(({ type }) => type === 'message')?.state).not.toBe('suppressed')
    expect(await audited('putCourtesy')).toMatchObject([
      { before: { gapMinutes: 10, dailyCap: 3 }, after: { gapMinutes: 0, dailyCap: 9 } },
    ])
  })

  test('survives a restart', async () => {
    await bench.restart()
    expect(await get('/api/settings/courtesy')).toMatchObject({
      courtesy: { gapMinutes: 0, dailyCap: 9 },
      default: { gapMinutes: 10, dailyCap: 3 },
    })
  })
})

describe('retention', () => {
  test('has defaults and refuses to forget what tells a repeated delivery', async () => {
    expect(await get('/api/settings/retention')).toMatchObject({ retention: { calls: 400 } })
    expect((await send('PUT', '/api/settings/retention', { calls: 7 })).status).toBe(400)
    expect((await send('PUT', '/api/settings/retention', { calls: 90 })).status).toBe(200)
    expect(await get('/api/settings/retention')).toMatchObject({
      retention: { calls: 90, deliveries: 30 },
    })
  })
})

describe('the CRM', () => {
  test('can be tried with another mapping, then set, and the next call sees it', async () => {
    const mapping = { tier: 'account.tier' }
    const tried = await send('POST', '/api/settings/crm/try', { phone: '+12125550123', mapping })
    expect(await tried.json()).toMatchObject({
      status: 200,
      outcome: 'found',
      fields: { found: { value: true }, tier: { value: 'gold' } },
      names: ['account.tier'],
    })
    expect(await get('/api/settings/crm')).toMatchObject({ configured: true, mapping: {} })
    expect((await send('PUT', '/api/settings/crm', { mapping })).status).toBe(200)
    const again = await send('POST', '/api/settings/crm/try', { phone: '+12125550123' })
    expect(await again.json()).toMatchObject({ fields: { tier: { value: 'gold' } } })
    await send('PUT', '/api/settings/crm', { mapping: {} })
    expect(await get('/api/settings/crm')).toMatchObject({ mapping: {} })
  })

  test('says that it does not know somebody', async () => {
    const tried = await send('POST', '/api/settings/crm/try', { phone: '+12125550199' })
    expect(await tried.json()).toMatchObject({ status: 404, outcome: 'missing' })
  })
})

describe('a line', () => {
  test('shows what Meta has beside what we do, and what conflicts', async () => {
    const lines = (await get('/api/settings/lines'))['data']
    expect(lines).toMatchObject([
      {
        id: line,
        name: 'Front desk',
        ours: { policy: 'by-hours', calendars: ['support'], voicemail: false },
      },
    ])
  })

  test('can be turned off and on at Meta, and who did it is in the audit log', async () => {
    for (const calling of ['off', 'on']) {
      const response = await send('PUT', `/api/settings/lines/${line}`, { calling })
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({ calling })
    }
    expect(await audited('putLineSettings')).toMatchObject([
      { subject: line, after: { calling: 'on' } },
      { subject: line, after: { calling: 'off' } },
    ])
  })

  test('that is not there is a 404', async () => {
    expect((await send('PUT', '/api/settings/lines/1', { calling: 'on' })).status).toBe(404)
  })
})

test('the connection shows what the doctor finds, each with what mends it', async () => {
  const { checks } = await get('/api/settings/connection')
  const found = checks as readonly { state: string; mend?: string }[]
  expect(found.length).toBeGreaterThan(3)
  for (const { state, mend } of found)
    expect(mend !== undefined).toBe(state === 'problem' || state === 'warning')
})

test('the catalogue has what policies may name, and no secret', async () => {
  const catalogue = await get('/api/catalogue')
  expect(catalogue['facts']).toContainEqual(
    expect.objectContaining({ name: 'hours.support', values: ['open', 'closed', 'holiday'] }),
  )
  expect(catalogue['installation']).toMatchObject({ assistants: [{ url: 'https://a.example' }] })
  expect(JSON.stringify(catalogue)).not.toMatch(/hush|secret-path/)
})
