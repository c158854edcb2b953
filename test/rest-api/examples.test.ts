import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openForWriting } from '../../server/db/open.ts'
import { blockReasons } from '../../server/schema/calling.ts'
import { join } from '../access/support.ts'
import type { Bench } from '../gatekeeper/support.ts'
import {
  asked,
  connectChange,
  envelope,
  line,
  newCallId,
  startBench,
  terminateChange,
} from '../gatekeeper/support.ts'
import { until } from '../http/support.ts'

const caller = '491701234567'
const optedOut = '491701234568'
const berlin = '+49 30 901820'

let bench: Bench
let contactId: number
let callId: string

const get = async (path: string) => {
  const response = await bench.api(path)
  // each test looks at what it needs
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const post = async (path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await bench.api(path, {
    method: 'POST',
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** A call that rings at Meta and of which we know, without a decision that already rejects it. */
async function ringing(from: string): Promise<{ id: string; ref: string }> {
  const { id } = await bench.sim.call({ from, line })
  const ref = `ref${from}`.slice(0, 16).padEnd(16, 'x')
  const db = openForWriting(bench.environment['DATABASE_URL'] ?? '')
  const at = new Date().toISOString()
  await db
    .insertInto('calls')
    .values({
      ref,
      channel: 'whatsapp',
      provider_id: id,
      line,
      direction: 'inbound',
      media: 'voice',
      status: 'ringing',
      phone: `+${from}`,
      offered_at: at,
      arrived_at: at,
    }) // prettier-ignore
    .execute()
  await db.destroy()
  return { id, ref }
}

beforeAll(async () => {
  bench = await startBench({
    seeds: {
      'numbers.json': [{ id: line, display: berlin, team: 'support' }],
      'agents.json': [
        { id: 'dana', name: 'Dana', teams: ['support'], status: 'available' },
        { id: 'eli', teams: ['support'] },
      ],
      'contacts.json': [
        { phone: `+${caller}`, name: 'John Doe' },
        { phone: `+${optedOut}`, name: 'Jane', optedOut: true },
      ],
    },
    // calls are told of by the test itself, so that some can ring without a decision
    simulator: { lines: [{ id: line, display: berlin }], subscribedFields: ['messages'] },
  })
  callId = (await bench.sim.call({ from: caller, line })).id
  await bench.post(envelope(connectChange({ id: callId, from: caller })))
  await bench.settled()
  await bench.post(envelope(terminateChange({ id: callId, from: caller })))
  const { body } = await get(`/api/calls/${callId}`)
  contactId = (body as { data: { contact: { id: number } } }).data.contact.id
})
afterAll(() => bench.close())

describe('the examples of the common API', () => {
  it('6, call history: the list with its filters and its pagination', async () => {
    const today = new Date().toISOString().slice(0, 10)
    const { status, body } = await get(
      `/api/calls?direction=inbound&status=rejected&from_date=${today}&to_date=${today}` +
        `&contact_id=${contactId}&per_page=15&sort_by=created_at&sort_order=desc`,
    )
    expect(status).toBe(200)
    expect(body).toMatchObject({
      success: true,
      data: [
        {
          call_id: callId,
          direction: 'inbound',
          status: 'rejected',
          from_number: `+${caller}`,
          to_number: berlin,
          duration_seconds: null,
          contact: { id: contactId, name: 'John Doe', phone_number: `+${caller}` },
        },
      ],
      pagination: { current_page: 1, last_page: 1, per_page: 15, total: 1 },
    })
  })

  it.each([
    'direction=sideways',
    'status=initiated',
    'from_date=yesterday',
    'per_page=101',
    'per_page=0',
    'sort_by=from_number',
    'sort_order=up',
    'contact_id=john',
    'contact=1',
  ])('6, call history: %s is refused', async (query) => {
    const { status, body } = await get(`/api/calls?${query}`)
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: { code: 'bad_request' } })
  })

  it('6, call history: pages do not overlap and sorting turns them round', async () => {
    const from = '491701234599'
    for (let count = 0; count < 3; count += 1)
      await bench.post(envelope(connectChange({ id: newCallId(), from })))
    const { body } = await get('/api/calls?per_page=1')
    const total = (body as { pagination: { total: number } }).pagination.total
    const refs: unknown[] = []
    for (let page = 1; page <= total; page += 1) {
      const one = await get(`/api/calls?per_page=1&page=${page}&sort_order=asc`)
      refs.push(...(one.body as { data: { ref: string }[] }).data.map(({ ref }) => ref))
    }
    expect(new Set(refs).size).toBe(total)
    const newest = await get('/api/calls?per_page=100&sort_order=desc')
    expect((newest.body as { data: { ref: string }[] }).data.map(({ ref }) => ref)).toEqual(
      refs.toReversed(),
    )
  })

  it('7, call details', async () => {
    const { status, body } = await get(`/api/calls/${callId}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      success: true,
      data: { call_id: callId, failure_reason: null, contact: { id: contactId } },
    })
    expect((await get('/api/calls/call_abc123')).status).toBe(404)
  })

  it.each(['today', 'week', 'month', 'year'])('8, statistics of %s', async (period) => {
    const { status, body } = await get(`/api/calls/statistics?period=${period}`)
    expect(status).toBe(200)
    const data = (body as { data: Record<string, number> }).data
    expect(data['inbound_calls']).toBeGreaterThan(0)
    for (const name of [
      'total_calls',
      'outbound_calls',
      'completed_calls',
      'failed_calls',
      'total_duration_seconds',
      'total_duration_minutes',
      'average_duration_seconds',
      'success_rate',
    ])
      // prettier-ignore
      expect(typeof data[name]).toBe('number')
    expect((await get('/api/calls/statistics?period=decade')).status).toBe(400)
  })

  it('8, statistics: without a period it is the month', async () => {
    expect((await get('/api/calls/statistics')).body).toMatchObject({ data: { period: 'month' } })
  })

  it('9, active calls', async () => {
    const { id } = await ringing('491701230009')
    const { status, body } = await get('/api/calls/active')
    expect(status).toBe(200)
    expect(body).toMatchObject({ success: true, data: [{ call_id: id, status: 'ringing' }] })
    await post(`/api/calls/${id}/end`)
  })

  it("10, a contact's history", async () => {
    const path = `/api/calls/contacts/${contactId}/history`
    const { status, body } = await get(`${path}?limit=50`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ success: true, data: [{ call_id: callId, status: 'rejected' }] })
    expect((await get(`${path}?limit=101`)).status).toBe(400)
    expect((await get('/api/calls/contacts/999999/history')).status).toBe(404)
  })

  it('3, answer: there is no media path', async () => {
    const { id } = await ringing('491701230003')
    const { status, body } = await post(`/api/calls/${id}/answer`)
    expect(status).toBe(409)
    expect(body).toMatchObject({ error: { code: 'no_media' } })
  })

  it('4, reject: goes through the outbox, once, and is followed by a message', async () => {
    const { id, ref } = await ringing('491701230004')
    const rejects = () => asked(bench, 'calls').filter(({ call_id }) => call_id === id)
    const first = await post(`/api/calls/${ref}/reject`)
    expect(first).toMatchObject({ status: 200, body: { success: true, state: 'pending' } })
    await until(() => rejects().length === 1, 30_000)
    await bench.settled()
    const again = await post(`/api/calls/${id}/reject`)
    expect(again.status).toBe(409)
    expect(again.body).toMatchObject({ error: { code: 'call_over' } })
    expect(rejects()).toMatchObject([{ action: 'reject' }])
    expect((await get(`/api/calls/${ref}`)).body).toMatchObject({ data: { status: 'rejected' } })
    const told = asked(bench, 'messages').filter(({ to }) => to === '+491701230004')
    expect(told).toHaveLength(1)
  })

  it('5, end: terminates at Meta; twice asked is once done', async () => {
    const { id } = await ringing('491701230005')
    const [one, two] = await Promise.all([
      post(`/api/calls/${id}/end`),
      post(`/api/calls/${id}/end`),
    ])
    expect([one.status, two.status]).toEqual([200, 200])
    await bench.settled()
    const ends = asked(bench, 'calls').filter(({ call_id }) => call_id === id)
    expect(ends).toMatchObject([{ action: 'terminate' }])
    expect((await post('/api/calls/call_abc123/end')).status).toBe(404)
  })

  it('5, end: a call that is over says so', async () => {
    expect(await post(`/api/calls/${callId}/end`)).toMatchObject({
      status: 409,
      body: { error: { code: 'call_over' } },
    })
  })

  it('2, eligibility: each check, and what is in the way first', async () => {
    const path = '/api/calls/check-eligibility'
    expect(await post(path, { contact_id: contactId })).toMatchObject({
      status: 200,
      body: {
        success: true,
        data: {
          eligible: false,
          blocked: true,
          consent_type: 'none',
          block_reason: 'NO_CALLING_CONSENT',
          block_category: 'consent',
          checks: { contact: { passed: true }, phone_readiness: { passed: true } },
        },
      },
    })
    await bench.sim.answerPermission({ from: caller, line, response: 'accept', requestId: null })
    expect((await post(path, { phone_number: `+${caller}` })).body).toMatchObject({
      data: {
        consent_type: 'temporary',
        block_reason: 'NO_MEDIA_PATH',
        checks: { consent: { passed: true }, usage_limits: { passed: true } },
      },
    })
    expect((await post(path, { phone_number: `+${optedOut}` })).body).toMatchObject({
      data: { block_reason: 'CONTACT_OPTED_OUT', user_message: expect.stringContaining('opted out') }, // prettier-ignore
    })
    await post('/api/agents/status', { agent_id: 'dana', call_status: 'busy' })
    expect((await post(path, { contact_id: contactId })).body).toMatchObject({
      data: { block_reason: 'ALL_AGENTS_BUSY' },
    })
    await post('/api/agents/status', { agent_id: 'dana', call_status: 'available' })
  })

  it.each([{}, { contact_id: 1, phone_number: '+491' }, { contact_id: 'x' }, { phone: '+49' }])(
    '2, eligibility: %j is refused',
    async (body) => {
      expect((await post('/api/calls/check-eligibility', body)).status).toBe(400)
    },
  )

  it('1, initiate: says why it cannot', async () => {
    const body = { phone_number: '+1234567890', options: { caller_id: 'optional_custom_id' } }
    expect(await post('/api/calls/initiate', body)).toMatchObject({
      status: 409,
      body: { error: { code: 'no_media', details: { block_reason: 'NO_CALLING_CONSENT' } } },
    })
    expect((await post('/api/calls/initiate', { phone_number: 'nobody' })).status).toBe(400)
  })

  it('permission to call: what Meta says, and asking for it, once a day', async () => {
    const from = '491701230011'
    const { id: dialled } = await bench.sim.call({ from, line })
    await bench.post(envelope(connectChange({ id: dialled, from })))
    const { body } = await get('/api/calls?per_page=1')
    const id = (body as { data: { contact: { id: number } }[] }).data[0]?.contact.id
    const path = `/api/calls/contacts/${id}/permission`
    expect(await get(path)).toMatchObject({
      status: 200,
      body: { data: { line, status: 'none', request_permission: { allowed: true } } },
    })
    expect((await post(path, { text: 'May we call you?' })).body).toMatchObject({ success: true })
    const question = () =>
      asked(bench, 'messages').find(
        (one) =>
          JSON.stringify(one).includes('call_permission_request') && one['to'] === `+${from}`,
      )
    await until(() => question() !== undefined, 30_000)
    expect(question()).toMatchObject({ interactive: { body: { text: 'May we call you?' } } })
    expect((await post(path, { text: 'Again?' })).status).toBe(409)
    await bench.sim.answerPermission({ from, line, response: 'accept', permanent: true })
    expect((await get(path)).body).toMatchObject({ data: { status: 'permanent' } })
    expect((await post('/api/calls/contacts/999999/permission', { text: 'x' })).status).toBe(404)
  })

  it("agents: an account sets its own agent's status, a token must name one", async () => {
    const { cookie } = await join(bench, { username: 'dana', role: 'agent' })
    const own = await fetch(`${bench.server.url}/api/agents/status`, {
      method: 'POST',
      headers: { cookie, origin: bench.server.url, 'content-type': 'application/json' },
      body: JSON.stringify({ call_status: 'dnd', is_call_enabled: true }),
    })
    expect(own.status).toBe(200)
    expect(await own.json()).toMatchObject({ data: { id: 'dana', call_status: 'dnd' } })
    expect((await post('/api/agents/status', { call_status: 'dnd' })).status).toBe(400)
  })

  it('routing config of a team', async () => {
    expect(await get('/api/teams/settings/call-routing')).toMatchObject({
      status: 200,
      body: {
        mode: 'round_robin',
        role: 'agent',
        cooldown_seconds: 60,
        ring_timeout_seconds: 30,
        fallback_action: 'auto_reply',
      },
    })
  })

  it('incoming webhook: the common shape is acknowledged and makes no call', async () => {
    const common = {
      object: 'whatsapp_business_account',
      entry: [
        {
          id: 'phone_number_id',
          changes: [
            {
              field: 'calls',
              value: {
                messaging_product: 'whatsapp',
                metadata: { phone_number_id: '1234567890' },
                calls: [{ call_id: 'call_abc123', from: '+1234567890', status: 'ringing', timestamp: 1706265600 }], // prettier-ignore
              },
            },
          ],
        },
      ],
    }
    expect((await bench.post(common)).status).toBe(200)
    expect((await get('/api/calls/call_abc123')).status).toBe(404)
    const challenge = 'hub.mode=subscribe&hub.verify_token=a-verify-token&hub.challenge=42'
    const answer = await fetch(`${bench.server.url}/webhooks/whatsapp?${challenge}`)
    expect(await answer.text()).toBe('42')
  })

  it('without a good token it is 401, with the error body', async () => {
    const response = await bench.api('/api/calls', { headers: { authorization: 'Bearer no' } })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: { code: 'unauthorized' } })
  })
})

describe('the list of differences', () => {
  const text = readFileSync(new URL('../../docs/rest-api.md', import.meta.url), 'utf8')
  const rows = [...text.matchAll(/^\| `([a-z-]+)` +\|(.+)\|(.+)\|(.+)\|$/gm)]

  /** What of an example of the common API this file does not try as it stands there. */
  const needed = ['credential', 'initiate', 'initiate-errors', 'eligibility', 'consent', 'block-reasons', 'answer', 'under-way', 'statuses', 'cost', 'conversation', 'one-call-shape', 'numbers-masked', 'success-rate', 'usage-limits', 'incoming-webhook', 'errors', 'agent-status', 'routing', 'rate-limit', 'success-flag'] // prettier-ignore

  it('names each, with what is here instead and why', () => {
    expect(rows.map(([, id]) => id)).toEqual(needed)
    for (const [, , theirs = '', ours = '', why = ''] of rows)
      for (const cell of [theirs, ours, why]) expect(cell.trim().length).toBeGreaterThan(5)
  })

  it('names every reason why somebody cannot be called', () => {
    for (const reason of blockReasons) expect(text).toContain(`\`${reason}\``)
  })

  it('is true of what is said to be absent', async () => {
    const call = (await get(`/api/calls/${callId}`)).body
    const figures = (await get('/api/calls/statistics')).body
    const shown = JSON.stringify([call, figures])
    for (const name of ['cost', 'conversation_id', 'usage_limits'])
      expect(shown).not.toContain(name)
  })
})
