import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LeadView } from '../../server/schema/lead.ts'
import type { Bench } from '../gatekeeper/support.ts'
import {
  connectChange,
  envelope,
  line,
  newCallId,
  rejectAll,
  startBench,
  terminateChange,
} from '../gatekeeper/support.ts'

const path = '/api/reports/silent-leads'
const weeklyClosed = { zone: 'UTC', weekly: {} }
const policy = {
  ...rejectAll(),
  start: 'spam',
  nodes: {
    spam: {
      kind: 'condition',
      when: { fact: 'caller.blocked', operator: 'equal', value: true },
      exits: { yes: 'silent', no: 'vip' },
    },
    silent: { kind: 'reject', silent: true, reason: 'spam' },
    vip: { kind: 'vip', minPriority: 80, exits: { yes: 'gold', no: 'hours' } },
    gold: { kind: 'reject', message: { text: 'We call you back.' } },
    hours: {
      kind: 'hours',
      calendar: 'never',
      exits: { open: 'gold', closed: 'closed', holiday: 'closed' },
    },
    closed: { kind: 'reject', message: { text: 'We are closed.' } },
  },
}

interface Page {
  data: LeadView[]
  pagination: { current_page: number; last_page: number; per_page: number; total: number }
}

describe('GET /api/reports/silent-leads', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await startBench({
      policies: [policy],
      seeds: {
        'calendars.json': { never: weeklyClosed },
        'lists.json': { blocked: ['+16315559999'] },
        'contacts.json': [
          { phone: '+16315559001', name: '=HYPERLINK("x")', priority: 90, tier: 'gold' },
        ],
      },
    })
    const call = (from: string, name: string, age = 0) =>
      bench.post(envelope(connectChange({ id: newCallId(), from, name, age })))
    await call('16315559001', 'Gold', 20)
    await call('16315559001', 'Gold', 10)
    await call('16315559002', 'Sam, "the" caller')
    await call('16315559999', 'Blocked')
    const username = connectChange({ id: newCallId(), userId: 'US.1', name: '@user\nname' })
    await bench.post(envelope(username))
    // hung up before the offer came
    const early = { id: newCallId(), from: '16315559003', age: 5 }
    await bench.post(envelope(terminateChange(early)))
    await bench.post(envelope(connectChange({ ...early, age: 9 })))
    await bench.settled()
  })
  afterAll(() => bench.close())

  const list = async (query = ''): Promise<Page> => {
    const response = await bench.api(`${path}${query}`)
    expect(response.status).toBe(200)
    return (await response.json()) as Page
  }
  const csv = async (query = '', accept = '*/*') => {
    const response = await bench.api(`${path}${query}`, { headers: { accept } })
    return { response, text: await response.text() }
  }
  const writes = (from: string) =>
    bench.post(
      envelope({
        field: 'messages',
        value: {
          messaging_product: 'whatsapp',
          metadata: { display_phone_number: '1', phone_number_id: line },
          contacts: [{ wa_id: from, profile: { name: 'x' } }],
          messages: [
            {
              from,
              id: `wamid.${newCallId()}`,
              timestamp: String(Math.floor(Date.now() / 1000)),
              type: 'text',
              text: { body: 'hello' },
            },
          ],
        },
      }),
    )

  it('lists who called in vain, the warmest first, with reasons', async () => {
    const { data, pagination } = await list()
    expect(pagination).toEqual({ current_page: 1, last_page: 1, per_page: 15, total: 4 })
    expect(data[0]?.phone).toBe('+16315559001')
    const scores = data.map(({ score }) => score)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    expect(data[0]).toMatchObject({
      name: '=HYPERLINK("x")',
      attempts: 2,
      state: 'open',
      status: 'new',
      line,
      why: { code: 'rule', node: 'gold', text: 'our rule "gold"' },
      call: { policy: 'reject-all' },
    })
    expect(data[0]?.reasons).toEqual(
      expect.arrayContaining(['called 2 times in 1 minute', 'gold customer', 'VIP priority 90']),
    )
    const of = (id: string) => data.find(({ phone, userId }) => (phone ?? userId) === id)
    expect(of('+16315559002')).toMatchObject({
      why: { code: 'closed', text: 'we were closed', node: 'closed' },
      told: { text: 'We are closed.' },
    })
    expect(of('US.1')).toMatchObject({ phone: null, attempts: 1 })
    expect(of('+16315559003')?.why).toMatchObject({
      code: 'gave_up',
      text: expect.stringMatching(/^the caller gave up within [3-6] seconds$/),
    })
  })

  it('pages, sorts and filters', async () => {
    const query = '&per_page=3&sort_by=last_call_at&sort_order=asc'
    const first = await list(`?page=1${query}`)
    const second = await list(`?page=2${query}`)
    expect([first.data.length, second.data.length]).toEqual([3, 1])
    expect(second.pagination).toMatchObject({ current_page: 2, last_page: 2, total: 4 })
    const times = [...first.data, ...second.data].map(({ lastCallAt }) => lastCallAt)
    expect(times).toEqual(times.toSorted())
    expect((await list('?min_score=50')).data.map(({ phone }) => phone)).toEqual(['+16315559001'])
    expect((await list('?line=another')).data).toEqual([])
    const today = new Date().toISOString().slice(0, 10)
    expect((await list(`?from_date=${today}&to_date=${today}`)).pagination.total).toBeGreaterThan(0)
    expect((await list('?to_date=2020-01-01')).data).toEqual([])
    expect((await list('?state=closed')).data).toEqual([])
  })

  it('comes as CSV, whole, with no formula in it', async () => {
    const byAccept = await csv('?per_page=1&page=2', 'text/csv')
    const byFormat = await csv('?per_page=1&page=2&format=csv')
    expect(byAccept.text).toBe(byFormat.text)
    expect(byFormat.response.headers.get('content-type')).toMatch(/^text\/csv/)
    const lines = byFormat.text.split('\r\n')
    expect(lines[0]).toMatch(/^ref,state,status,phone,userId,name,attempts,/)
    const rows = parse(byFormat.text, { columns: true, record_delimiter: '\r\n' }) as Record<
      string,
      string
    >[]
    expect(rows).toHaveLength(4)
    const of = (phone: string) => rows.find((row) => row['phone'] === phone)
    expect(of('+16315559001')?.['name']).toBe(`'=HYPERLINK("x")`)
    expect(of('+16315559002')?.['name']).toBe('Sam, "the" caller')
    const username = rows.find((row) => row['userId'] === 'US.1')
    expect(username?.['name']).toMatch(/^'@user/)
    for (const cell of rows.flatMap((row) => Object.values(row)))
      expect(/^[=+\-@\t\r]/.test(cell) && !/^\+\d+$/.test(cell)).toBe(false)
  })

  it('answers JSON where CSV is not preferred', async () => {
    const { response } = await csv('', 'application/json, text/csv;q=0.5')
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    const { response: forced } = await csv('?format=json', 'text/csv')
    expect(forced.headers.get('content-type')).toMatch(/^application\/json/)
  })

  it('closes with a message and opens again with the next missed call', async () => {
    const [before] = (await list('?state=all&min_score=50')).data
    await writes('16315559001')
    const [closed] = (await list('?state=closed')).data
    expect(closed).toMatchObject({ ref: before?.ref, state: 'closed', closedBy: 'message' })
    await new Promise((resolve) => setTimeout(resolve, 1100))
    await bench.post(envelope(connectChange({ id: newCallId(), from: '16315559001' })))
    const open = (await list()).data.find(({ phone }) => phone === '+16315559001')
    expect(open).toMatchObject({ ref: before?.ref, state: 'open', attempts: 1, closedBy: null })
    expect((await list('?state=all')).pagination.total).toBe(4)
  })

  it.each([
    ['?state=half', 400],
    ['?per_page=101', 400],
    ['?page=0', 400],
    ['?sort_by=phone', 400],
    ['?sort_by=score;drop table leads', 400],
    ['?min_score=hot', 400],
    ['?from_date=yesterday', 400],
    ['?format=xlsx', 400],
    ['?nothing=1', 400],
  ])('refuses %s', async (query, status) => {
    expect((await bench.api(`${path}${query}`)).status).toBe(status)
  })

  it('takes a filter for nothing but a text', async () => {
    const line = encodeURIComponent("' or 1=1 --")
    expect((await list(`?line=${line}`)).data).toEqual([])
  })

  it('answers nobody without a credential', async () => {
    for (const query of ['', '?format=csv']) {
      const headers = { authorization: 'Bearer wrong' }
      const response = await bench.api(`${path}${query}`, { headers })
      expect(response.status).toBe(401)
    }
  })
})
