import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LeadDetail, LeadView } from '../../server/schema/lead.ts'
import type { ScorePreview } from '../../server/schema/lead-work.ts'
import { usualLeadWeights } from '../../server/schema/lead-score.ts'
import { join, startTeams, ask, southLine, callOn } from '../access/support.ts'
import type { Bench } from '../gatekeeper/support.ts'
import {
  asked,
  connectChange,
  envelope,
  line,
  newCallId,
  rejectAll,
  startBench,
} from '../gatekeeper/support.ts'

const path = '/api/reports/silent-leads'
const form = 'https://example.com/form?from={{call.id}}'
const policy = {
  ...rejectAll(),
  start: 'hours',
  nodes: {
    hours: {
      kind: 'hours',
      calendar: 'office',
      exits: { open: 'later', closed: 'later', holiday: 'later' },
    },
    later: {
      kind: 'reject',
      message: {
        text: 'We are open again {{hours.office.nextOpen | time: "ccc HH:mm"}}.',
        url: { label: 'Tell us more', href: form },
      },
    },
  },
}
/** Open for one minute a week, so that it is closed whenever a test runs but then. */
const office = { zone: 'UTC', weekly: { sun: [['03:07', '03:08']] } }

let serial = 100
async function callFrom(bench: Bench, from: string, age = 0): Promise<void> {
  await bench.post(envelope(connectChange({ id: newCallId(), from, name: 'Ann', age })))
  await bench.settled()
}
const newNumber = (): string => `49151000${(serial += 1)}`

async function leadOf(bench: Bench, from: string): Promise<LeadView> {
  const response = await bench.api(`${path}?state=all&per_page=100`)
  // the route answers what its schema says
  const { data } = (await response.json()) as { data: LeadView[] }
  const lead = data.find(({ phone }) => phone === `+${from}`)
  if (!lead) throw new Error(`no lead of ${from}`)
  return lead
}

async function detailOf(bench: Bench, from: string): Promise<LeadDetail> {
  const { ref } = await leadOf(bench, from)
  const response = await bench.api(`${path}/${ref}`)
  expect(response.status).toBe(200)
  // the same
  return (await response.json()) as LeadDetail
}

const patch = (bench: Bench, lead: LeadView, change: unknown, revision?: number | null) =>
  bench.api(`${path}/${lead.ref}`, {
    method: 'PATCH',
    body: JSON.stringify(change),
    headers: revision === null ? {} : { 'if-match': `"${revision ?? lead.revision}"` },
  })

const secondsLater = (ms = 1100): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

let bench: Bench
let ann = ''
beforeAll(async () => {
  bench = await startBench({
    policies: [policy],
    seeds: { 'calendars.json': { office } },
    environment: { PUBLIC_URL: 'https://gate.example.com' },
    simulator: { switches: { readReceipts: true } },
  })
  ann = (await join(bench, { username: 'ann', role: 'analyst' })).id
}, 60_000)
afterAll(() => bench.close())

describe('a lead', () => {
  test('is somebody’s from the moment it is given to them, and says who did what', async () => {
    const from = newNumber()
    await callFrom(bench, from)
    const lead = await leadOf(bench, from)
    const given = await patch(bench, lead, { assignee: ann, note: 'call before noon' })
    expect(given.status).toBe(200)
    expect(given.headers.get('etag')).toBe(`"${lead.revision + 1}"`)
    const worked = (await given.json()) as LeadDetail
    expect(worked).toMatchObject({
      status: 'assigned',
      assignee: { id: ann },
      revision: lead.revision + 1,
    })
    expect(worked.events.map(({ kind, text }) => [kind, text])).toEqual([
      ['note', 'call before noon'],
      ['assigned', null],
    ])
    const none = await patch(bench, worked, { assignee: null })
    expect(await none.json()).toMatchObject({ status: 'new', assignee: null })
    const audit = await bench.api('/api/audit?operation=changeLead')
    const entries = JSON.stringify(await audit.json())
    expect(entries).toContain(lead.ref)
    expect(entries).not.toContain('before noon')
  })

  test('stays as it is when somebody else was first', async () => {
    const from = newNumber()
    await callFrom(bench, from)
    const lead = await leadOf(bench, from)
    expect((await patch(bench, lead, { note: 'first' })).status).toBe(200)
    const late = await patch(bench, lead, { status: 'dismissed', reason: 'spam' })
    expect(late.status).toBe(412)
    expect(await late.json()).toMatchObject({
      error: { code: 'precondition_failed', details: { revision: lead.revision + 1 } },
    })
    expect((await patch(bench, lead, { note: 'x' }, null)).status).toBe(428)
    expect(await leadOf(bench, from)).toMatchObject({ status: 'new' })
  })

  test.each([
    {},
    { status: 'dismissed' },
    { reason: 'spam' },
    { value: 5, currency: 'EUR' },
    { status: 'converted', value: 5 },
    { status: 'converted', value: -5, currency: 'EUR' },
    { status: 'converted', value: 5, currency: 'euro' },
    { status: 'assigned' },
    { via: 'phone' },
    { assignee: 'nobody-there' },
    { dueAt: 'tomorrow' },
    { note: ' ' },
    { status: 'lost' },
    { score: 100 },
  ])('refuses %j', async (change) => {
    const from = newNumber()
    await callFrom(bench, from)
    const lead = await leadOf(bench, from)
    expect((await patch(bench, lead, change)).status).toBe(400)
    expect(await leadOf(bench, from)).toMatchObject({ status: 'new', revision: lead.revision })
  })

  test('is work again when they call in vain once more, whatever came of it', async () => {
    for (const change of [
      { status: 'converted', value: 120.5, currency: 'EUR' },
      { status: 'dismissed', reason: 'spam' },
      { status: 'contacted', via: 'phone' },
    ]) {
      const from = newNumber()
      await callFrom(bench, from, 30)
      const done = await patch(bench, await leadOf(bench, from), change)
      expect(await done.json()).toMatchObject({
        status: change.status,
        value: change.value ?? null,
        dismissedFor: change.reason ?? null,
      })
      await secondsLater()
      await callFrom(bench, from)
      const again = await detailOf(bench, from)
      expect(again).toMatchObject({ status: 'new', attempts: 2, value: null, dismissedFor: null })
      expect(again.events.map(({ kind }) => kind)).toEqual(['reopened', 'status'])
    }
  }, 30_000)

  test('is due when our message said, until somebody sets another time or reaches them', async () => {
    const from = newNumber()
    await callFrom(bench, from)
    const promised = await detailOf(bench, from)
    const told = promised.calls[0]?.told[0]
    expect(promised).toMatchObject({ dueBy: 'promise', dueAt: told?.promise?.dueAt })
    expect(told?.promise?.state).toBe('open')
    expect(new Date(promised.dueAt ?? '').toISOString()).toMatch(/T03:07:00/)
    const own = '2031-01-01T09:00:00.000Z'
    const set = (await (await patch(bench, promised, { dueAt: own })).json()) as LeadDetail
    expect(set).toMatchObject({ dueBy: 'person', dueAt: own })
    const unset = (await (await patch(bench, set, { dueAt: null })).json()) as LeadDetail
    expect(unset).toMatchObject({ dueBy: 'promise', dueAt: promised.dueAt })
    const reached = await patch(bench, unset, { status: 'contacted', via: 'whatsapp' })
    const kept = (await reached.json()) as LeadDetail
    expect(kept.dueAt).toBeNull()
    expect(kept.calls[0]?.told[0]?.promise).toMatchObject({ state: 'kept', keptBy: 'contacted' })
  })

  test('shows what became of our message, and counts the link they opened', async () => {
    const from = newNumber()
    // Meta takes messages to people who wrote within a day
    await bench.sim.message({ from, line, text: 'Hello' })
    await secondsLater()
    await callFrom(bench, from)
    const bodies = JSON.stringify(asked(bench, 'messages').at(-1))
    const href = /https:\/\/gate\.example\.com(\/l\/[\w-]{22})/.exec(bodies)?.[1] ?? ''
    const before = await leadOf(bench, from)
    const open = (headers: Record<string, string> = {}) =>
      fetch(`${bench.server.url}${href}`, { redirect: 'manual', headers })
    expect((await open({ 'user-agent': 'WhatsApp/2.24' })).status).toBe(302)
    expect((await detailOf(bench, from)).calls[0]?.told[0]?.link).toMatchObject({ opens: 0 })
    const response = await open()
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toMatch(/^https:\/\/example\.com\/form\?from=\w+$/)
    await open()
    await expect
      .poll(async () => (await detailOf(bench, from)).calls[0]?.told[0]?.readAt, {
        timeout: 20_000,
      })
      .toMatch(/^20/)
    const lead = await detailOf(bench, from)
    expect(lead.calls[0]?.told[0]).toMatchObject({ state: 'done', link: { opens: 1 } })
    expect(lead.reasons).toContain('opened our link')
    expect(lead.score).toBe(before.score + usualLeadWeights.openedLink)
  })

  test.each(['/l/nothing', '/l/https://evil.example', '/l/AAAAAAAAAAAAAAAAAAAAAA', '/l/'])(
    'has no open redirect at %s',
    async (address) => {
      const response = await fetch(`${bench.server.url}${address}`, { redirect: 'manual' })
      expect(response.status).toBe(404)
      expect(response.headers.get('location')).toBeNull()
    },
  )
})

describe('several leads', () => {
  test('are changed together, but for those somebody changed meanwhile', async () => {
    const numbers = [newNumber(), newNumber()]
    for (const from of numbers) await callFrom(bench, from)
    const [first, second] = await Promise.all(numbers.map((from) => leadOf(bench, from)))
    if (!first || !second) throw new Error('two leads')
    await patch(bench, second, { note: 'mine' })
    const leads = [first, second].map(({ ref, revision }) => ({ ref, revision }))
    const response = await bench.api(`${path}/bulk`, {
      method: 'POST',
      body: JSON.stringify({
        leads: [...leads, { ref: 'gone', revision: 1 }],
        change: { assignee: ann },
      }),
    })
    expect(await response.json()).toEqual({
      data: [
        { ref: first.ref, result: 'done', revision: first.revision + 1 },
        { ref: second.ref, result: 'outdated', revision: second.revision + 1 },
        { ref: 'gone', result: 'not_found', revision: null },
      ],
    })
    const listed = async (query: string) => {
      const answer = await bench.api(`${path}?per_page=100&${query}`)
      return ((await answer.json()) as { data: LeadView[] }).data.map(({ ref }) => ref)
    }
    expect(await listed(`assignee=${ann}&status=assigned`)).toContain(first.ref)
    expect(await listed('assignee=none&status=new,contacted')).toContain(second.ref)
    expect(await listed('assignee=me')).toEqual([])
    expect(await listed('why=gave_up,stale')).toEqual([])
    expect(await listed('due=overdue')).toEqual([])
    expect(await listed('due=any&sort_by=due_at&sort_order=asc')).toContain(first.ref)
  })

  test('of another team are not there, and nobody is given what they may not see', async () => {
    const teams = await startTeams()
    try {
      await callOn(teams, southLine, '12125550142')
      await callOn(teams, line, '12125550141')
      await teams.server.context.dispatcher.idle()
      const south = await leadOf(teams, '12125550142')
      const north = await join(teams, { username: 'nora', role: 'analyst', teams: ['north'] })
      const as = (init: RequestInit) =>
        ask(teams, `${path}/bulk`, {
          method: 'POST',
          ...init,
          headers: {
            cookie: north.cookie,
            origin: teams.server.url,
            'content-type': 'application/json',
          },
        })
      const change = {
        leads: [{ ref: south.ref, revision: south.revision }],
        change: { note: 'x' },
      }
      expect(await (await as({ body: JSON.stringify(change) })).json()).toEqual({
        data: [{ ref: south.ref, result: 'not_found', revision: null }],
      })
      expect((await patch(teams, south, { assignee: north.id })).status).toBe(400)
    } finally {
      await teams.close()
    }
  }, 60_000)
})

describe('views', () => {
  test('are kept for the account that saved them', async () => {
    const { cookie } = await join(bench, { username: 'vera', role: 'analyst' })
    const own = { cookie, origin: bench.server.url, 'content-type': 'application/json' }
    const view = { name: 'Gold, closed', search: { tier: 'gold', why: 'closed', min_score: 40 } }
    const save = (headers: Record<string, string>) =>
      ask(bench, '/api/reports/lead-views', { method: 'POST', headers, body: JSON.stringify(view) })
    const saved = (await (await save(own)).json()) as { data: { id: string }[] }
    expect(saved.data).toMatchObject([view])
    expect(await (await save(own)).json()).toMatchObject({ data: [view] })
    expect(await (await bench.api('/api/reports/lead-views')).json()).toEqual({ data: [] })
    const forget = (headers: Record<string, string>) =>
      ask(bench, `/api/reports/lead-views/${saved.data[0]?.id}`, { method: 'DELETE', headers })
    const other = await join(bench, { username: 'otto', role: 'analyst' })
    expect((await forget({ ...own, cookie: other.cookie })).status).toBe(404)
    expect((await forget(own)).status).toBe(200)
  })
})

describe('weights', () => {
  test('show what they would do before they are saved, and do it afterwards', async () => {
    const weights = { ...usualLeadWeights, called: 77, calledAgain: 0 }
    const weighed = (address: string, method: string, body: unknown) =>
      bench.api(`/api/reports/lead-weights${address}`, { method, body: JSON.stringify(body) })
    const from = newNumber()
    await callFrom(bench, from)
    const before = await leadOf(bench, from)
    const preview = await weighed('/preview', 'POST', { weights })
    const { then, changed } = (await preview.json()) as ScorePreview
    expect(changed).toBeGreaterThan(0)
    expect(then.map(({ score }) => score)).toEqual(
      then.map(({ score }) => score).toSorted((a, b) => b - a),
    )
    expect(then.find(({ ref }) => ref === before.ref)?.score).toBe(77)
    expect(await leadOf(bench, from)).toMatchObject({ score: before.score })
    expect((await weighed('', 'PUT', weights)).status).toBe(200)
    await bench.server.context.rescore.idle()
    expect(await leadOf(bench, from)).toMatchObject({ score: 77, reasons: ['called once'] })
    expect((await weighed('', 'PUT', { ...weights, called: 101 })).status).toBe(400)
    expect((await weighed('', 'PUT', {})).status).toBe(200)
    await bench.server.context.rescore.idle()
    expect(await leadOf(bench, from)).toMatchObject({ score: before.score })
  })
})
