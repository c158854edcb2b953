import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '../../server/schema/access.ts'
import { roles } from '../../server/schema/access.ts'
import { maskPhone } from '../../server/schema/privacy.ts'
import type { Bench } from '../gatekeeper/support.ts'
import { connectChange, envelope, startBench, terminateChange } from '../gatekeeper/support.ts'

test.each([
  ['+491701234567', '+49 ··· 4567'],
  ['+12125550177', '+1 ··· 0177'],
  ['+74951234567', '+7 ··· 4567'],
  ['+351912345678', '+351 ··· 5678'],
  ['+5511987654321', '+55 ··· 4321'],
  ['491701234567', '+49 ··· 4567'],
  ['+4912', '···'],
  ['', '···'],
])('%s is shown as %s', (phone, masked) => {
  expect(maskPhone(phone)).toBe(masked)
})

const from = '12125550177'
const id = 'wacid.HBgLMTIxMjU1NTAxNzcVAgAA'
const name = 'Visible Maskova'
const nodes = {
  tier: { kind: 'switch', fact: 'caller.attributes.plan', exits: { 'gold-99': 'risk', default: 'no', unknown: 'no' } },
  risk: {
    kind: 'condition',
    when: { all: [{ fact: 'caller.attributes.risk', operator: 'equal', value: 'high-77' }] },
    exits: { yes: 'tell', no: 'no', unknown: 'no' },
  },
  tell: { kind: 'notify', level: 'high', text: '{{caller.name | default: "x"}} rings', next: 'no' },
  no: { kind: 'reject', message: { text: 'Hello {{caller.name | default: "caller"}}.' } },
} // prettier-ignore
const policy = {
  schema: 1,
  id: 'masking',
  name: 'Masking',
  numbers: ['*'],
  start: 'tier',
  fallback: { kind: 'reject', message: { text: 'Sorry.' } },
  nodes,
}

let bench: Bench
const secrets = new Map<Role, string>()
beforeAll(async () => {
  bench = await startBench({
    policies: [policy],
    seeds: {
      'contacts.json': [
        { phone: `+${from}`, name, attributes: { plan: 'gold-99', risk: 'high-77' } },
      ],
      'attributes.json': {
        attributes: [
          { name: 'plan', type: 'string', privacy: 'personal' },
          { name: 'risk', type: 'string', privacy: 'sensitive' },
        ],
      },
    },
  })
  await bench.post(envelope(connectChange({ id, from, name: 'Profile Maskova' })))
  await bench.post(envelope(terminateChange({ id, from })))
  await bench.settled()
  for (const role of roles) {
    const body = JSON.stringify({ name: `a ${role}`, role, teams: null })
    const response = await bench.api('/api/tokens', { method: 'POST', body })
    // the route answers the secret once
    const { secret } = (await response.json()) as { secret: string }
    secrets.set(role, secret)
  }
})
afterAll(() => bench.close())

const read = async (role: Role, path: string) => {
  const headers = { authorization: `Bearer ${secrets.get(role)}` }
  const response = await bench.api(path, { headers })
  expect(response.status, `${role} ${path}`).toBe(200)
  return response.text()
}
const feed = async (role: Role) => {
  const leaving = new AbortController()
  const headers = { authorization: `Bearer ${secrets.get(role)}`, 'last-event-id': '0' }
  const response = await bench.api('/api/live', { headers, signal: leaving.signal })
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk)
    if (text.includes('event: notify') && text.includes('event: call.decided')) break
  }
  leaving.abort()
  return text
}

const ref = async () => {
  const { db } = bench.server.context
  return (await db.selectFrom('calls').select('ref').executeTakeFirstOrThrow()).ref
}
const paths = async () => [
  '/api/calls',
  `/api/calls/${await ref()}`,
  `/api/calls/${await ref()}/decision`,
  '/api/calls/contacts/1/history',
  '/api/reports/silent-leads?state=all',
  '/api/reports/silent-leads?state=all&format=csv',
]
const personal = [from, id, name, 'Maskova', 'gold-99', 'high-77']

describe('a viewer', () => {
  test('sees no number, name, provider id, text or fact about a person anywhere', async () => {
    for (const path of await paths()) {
      const text = await read('viewer', path)
      expect(
        personal.filter((part) => text.includes(part)),
        path,
      ).toEqual([])
    }
    expect(await feed('viewer')).not.toMatch(/Maskova|2125550177/)
  })

  test('sees what is left of a number, and everything else of a call', async () => {
    expect(await read('viewer', '/api/calls')).toContain('+1 ··· 0177')
    const decision: unknown = JSON.parse(await read('viewer', `/api/calls/${await ref()}/decision`))
    expect(decision).toMatchObject({ outcome: 'reject', callId: await ref(), policy: 'masking' })
    expect(JSON.stringify(decision)).toContain('"node":"tell"')
  })
})

describe('facts that are sensitive', () => {
  test.each(roles)('are seen by admin and operations only: %s', async (role) => {
    const text = await read(role, `/api/calls/${await ref()}/decision`)
    expect(text.includes('high-77')).toBe(role === 'admin' || role === 'operations')
    expect(text.includes('gold-99')).toBe(role !== 'viewer')
  })
})

test.each(roles.filter((role) => role !== 'viewer'))('%s sees full numbers and names', async (role) => {
  for (const path of ['/api/calls', '/api/reports/silent-leads?state=all&format=csv'])
    expect(await read(role, path)).toContain(`+${from}`)
  expect(await feed(role)).toContain(name)
}) // prettier-ignore
