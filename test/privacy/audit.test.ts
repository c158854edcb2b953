import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openForWriting } from '../../server/db/open.ts'
import type { Bench } from '../gatekeeper/support.ts'
import { line, rejectAll, startBench } from '../gatekeeper/support.ts'

const phone = '+12125550166'
let bench: Bench
beforeAll(async () => {
  bench = await startBench({
    seeds: {
      'agents.json': [{ id: 'ana', teams: ['support'], status: 'offline' }],
      'numbers.json': [{ id: line, display: '+1 631 555 3601' }],
    },
  })
})
afterAll(() => bench.close())

const send = async (method: string, path: string, body: unknown, headers = {}) => {
  const response = await bench.api(path, { method, body: JSON.stringify(body), headers })
  expect(response.ok, `${method} ${path} ${response.status}`).toBe(true)
  // each test looks at what it needs
  return (await response.json()) as Record<string, unknown>
}
const list = async (query = '') => {
  const response = await bench.api(`/api/audit${query}`)
  expect(response.status).toBe(200)
  // what the route's schema says
  return (await response.json()) as {
    data: Record<string, unknown>[]
    pagination: { total: number }
    operations: string[]
  }
}
const by = { kind: 'token', id: null, name: 'admin' }

describe('the audit log', () => {
  test('tells who drafted, published and rolled back which policy, and from where', async () => {
    const policy = '/api/policies/reject-all'
    const change = rejectAll('Another text.')
    await send('PUT', `${policy}/draft`, change, { 'if-match': '1' })
    await send('POST', `${policy}/publish`, { comment: 'friendlier' })
    const { data } = await list('?subject=reject-all')
    const first = data.at(-1)?.['after'] as { release: string }
    await send('POST', `${policy}/rollback`, { release: first.release })
    const after = await list('?subject=reject-all')
    expect(after.data).toMatchObject([
      { operation: 'rollBackPolicy', actor: by, address: expect.stringContaining('127.0.0.1') },
      {
        operation: 'publishPolicy',
        before: { release: first.release },
        after: { comment: 'friendlier' },
      },
      { operation: 'saveDraft', actor: by },
      { operation: 'importPolicyFile', actor: { kind: 'system', name: 'file' }, before: null },
    ])
  })

  test('has agents, routing and verifications, without numbers and secrets', async () => {
    await send('POST', '/api/agents/status', { agent_id: 'ana', call_status: 'available' })
    await send('PUT', '/api/teams/settings/call-routing?team=support', { mode: 'simultaneous' })
    const opened = await send('POST', '/api/verifications', {
      phone,
      ttlSeconds: 60,
      webhook: 'https://hooks.example/path?key=hidden-key',
    })
    const { data, operations } = await list()
    expect(data.slice(0, 3)).toMatchObject([
      { operation: 'openVerification', after: { webhook: 'hooks.example' } },
      { operation: 'putCallRouting', subject: 'support', after: { mode: 'simultaneous' } },
      {
        operation: 'setAgentStatus',
        subject: 'ana',
        before: { status: 'offline' },
        after: { status: 'available' },
      },
    ])
    expect(operations).toContain('openVerification')
    const text = JSON.stringify(data)
    expect(text).not.toContain(phone.slice(1))
    expect(text).not.toContain('hidden-key')
    expect(text).not.toContain(String(opened['webhookSecret'] ?? 'none'))
  })

  test('is filtered, paged and exported', async () => {
    const all = await list()
    const some = await list('?actor=ADM&operation=saveDraft&per_page=1')
    expect(some.pagination.total).toBe(1)
    expect((await list('?subject=%25')).pagination.total).toBe(0)
    expect((await list('?from_date=2000-01-01&to_date=2000-01-02')).data).toEqual([])
    const csv = await (await bench.api('/api/audit?format=csv')).text()
    const lines = csv.trim().split('\r\n')
    expect(lines).toHaveLength(all.pagination.total + 1)
    expect(lines[0]).toBe('at,actor,kind,address,operation,subject,before,after')
    expect((await bench.api('/api/audit?page=0')).status).toBe(400)
  })

  test('cannot be changed, also not by who has the database', async () => {
    const db = openForWriting(bench.environment['DATABASE_URL'] ?? '')
    await expect(async () => db.updateTable('audit').set({ actor: 'nobody' }).execute()).rejects.toThrow(
      'the audit log is never changed',
    ) // prettier-ignore
    await db.destroy()
  })
})
