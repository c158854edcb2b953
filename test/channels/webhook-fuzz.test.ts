import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseWebhook } from '../../server/channels/whatsapp/webhook.ts'
import { signalSchema } from '../../server/schema/signal.ts'
import { bytes, envelope, fixture, metadata } from './fixtures.ts'

const json = fc.jsonValue({ maxDepth: 3 })
const maybe = <T>(usual: fc.Arbitrary<T>) => fc.oneof({ weight: 4, arbitrary: usual }, json)
const id = fc.constantFrom('wacid.A', 'wamid.B', '16505550123', 'US.1349', '', '__proto__')

const item = fc.record(
  {
    id: maybe(id),
    event: maybe(fc.constantFrom('connect', 'terminate', 'CONNECT', 'constructor', '__proto__')),
    direction: maybe(fc.constantFrom('USER_INITIATED', 'BUSINESS_INITIATED')),
    from: maybe(id),
    to: maybe(id),
    from_user_id: maybe(id),
    timestamp: maybe(fc.oneof(fc.integer(), fc.double(), fc.stringMatching(/^\d{1,20}$/))),
    duration: maybe(fc.double()),
    start_time: maybe(fc.double()),
    status: maybe(fc.constantFrom('COMPLETED', 'toString', 'failed', 'RINGING', '__proto__')),
    session: maybe(fc.record({ sdp_type: fc.constantFrom('offer', 'answer') })),
    type: maybe(fc.constantFrom('text', 'system', 'interactive', 'audio')),
    system: maybe(fc.record({ type: fc.constant('user_changed_number'), wa_id: maybe(id) })),
    interactive: maybe(fc.record({ type: fc.constant('call_permission_reply') })),
    errors: json,
    context: json,
  },
  { requiredKeys: [] },
)
const list = maybe(fc.array(maybe(item), { maxLength: 4 }))
const value = fc.record(
  {
    metadata: maybe(fc.constant(metadata)),
    contacts: list,
    calls: list,
    messages: list,
    statuses: list,
    errors: list,
    event: json,
    phone_number: json,
    type: json,
  },
  { requiredKeys: ['metadata'] },
)
const field = fc.constantFrom(
  'calls',
  'messages',
  'account_update',
  'account_settings_update',
  'constructor',
)

function isSound(body: Uint8Array): boolean {
  const webhook = parseWebhook(body)
  return !webhook.ok || webhook.signals.every((signal) => signalSchema.safeParse(signal).success)
}

describe('parseWebhook', () => {
  it('makes only sound signals of envelopes with anything inside', () => {
    fc.assert(
      fc.property(field, value, (name, inside) => isSound(bytes(envelope(name, inside)))),
      { numRuns: 1_500 },
    )
  })

  it('never throws at JSON of any shape', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => isSound(bytes(text))),
      { numRuns: 1_000 },
    )
  })

  it('never throws at bytes of any kind', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (raw) => isSound(raw)))
  })

  it('never throws at a real payload cut or changed anywhere', () => {
    const raw = Buffer.from(fixture('batch'))
    const place = fc.integer({ min: 0, max: raw.length - 1 })
    fc.assert(
      fc.property(place, place, fc.integer({ min: 0, max: 255 }), (end, at, byte) => {
        const changed = Buffer.from(raw)
        changed[at] = byte
        expect(isSound(raw.subarray(0, end))).toBe(true)
        expect(isSound(changed)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('leaves the prototype of objects alone', () => {
    const poison = '{"polluted":"yes"}'
    const hostile = `{"__proto__":${poison},"constructor":{"prototype":${poison}},"event":"X","phone_number":"16505550123","deep":[{"__proto__":${poison}}]}`
    for (const name of ['account_update', 'calls', 'messages', 'account_settings_update']) {
      const webhook = parseWebhook(bytes(envelope(name, 'VALUE').replace('"VALUE"', hostile)))
      expect(webhook.ok).toBe(true)
      expect(JSON.stringify(webhook)).not.toContain('polluted')
    }
    expect({}).not.toHaveProperty('polluted')
  })
})
