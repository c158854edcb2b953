import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseWaha } from '../../server/channels/waha/webhook.ts'
import { parseWawp } from '../../server/channels/wawp/webhook.ts'
import { signalSchema } from '../../server/schema/signal.ts'
import { bytes } from './fixtures.ts'
import { engineFixture } from './waha-fixtures.ts'

const json = fc.jsonValue({ maxDepth: 3 })
const maybe = <T>(usual: fc.Arbitrary<T>) => fc.oneof({ weight: 4, arbitrary: usual }, json)
const id = fc.constantFrom('A', 'true_1@c.us_3EB0', '', '__proto__', 'x'.repeat(600), '___')
const jid = fc.constantFrom(
  '16505550123@c.us',
  '16505550123:1@s.whatsapp.net',
  '999@lid',
  '1@g.us',
  '@',
  'status@broadcast',
  '16505550123',
  '0@c.us',
  '__proto__@lid',
)
const time = fc.oneof(fc.integer(), fc.double(), fc.stringMatching(/^\d{1,20}$/))

const payload = fc.record(
  {
    id: maybe(fc.oneof(id, fc.record({ _serialized: id }), fc.record({ id }))),
    from: maybe(jid),
    to: maybe(jid),
    timestamp: maybe(time),
    isVideo: maybe(fc.boolean()),
    isGroup: maybe(fc.boolean()),
    fromMe: maybe(fc.boolean()),
    body: maybe(fc.string()),
    hasMedia: maybe(fc.boolean()),
    media: maybe(fc.record({ mimetype: fc.string() })),
    location: json,
    vCards: json,
    replyTo: maybe(fc.record({ id })),
    ack: maybe(fc.integer({ min: -2, max: 6 })),
    ackName: maybe(fc.constantFrom('READ', 'ERROR', 'constructor')),
    _data: maybe(fc.record({ callerPn: maybe(jid), CallCreatorAlt: maybe(jid), key: json })),
  },
  { requiredKeys: [] },
)
const envelope = fc.record({
  event: maybe(
    fc.constantFrom(
      'call.received',
      'call.accepted',
      'call.rejected',
      'message',
      'message.any',
      'message.ack',
      'constructor',
    ),
  ),
  session: maybe(fc.constantFrom('default', '..', '__proto__')),
  timestamp: maybe(time),
  payload: maybe(payload),
})

function isSound(body: Uint8Array): boolean {
  return [parseWaha, parseWawp].every((parse) => {
    const webhook = parse(body)
    return !webhook.ok || webhook.signals.every((signal) => signalSchema.safeParse(signal).success)
  })
}

describe('parseWaha and parseWawp', () => {
  it('make only sound signals of envelopes with anything inside', () => {
    fc.assert(
      fc.property(envelope, (inside) => isSound(bytes(JSON.stringify(inside)))),
      { numRuns: 1_500 },
    )
  })

  it('never make a phone number of a lid', () => {
    fc.assert(
      fc.property(payload, fc.stringMatching(/^[1-9]\d{7,14}$/), (inside, digits) => {
        const event = {
          event: 'call.received',
          session: 'default',
          payload: { ...inside, id: 'A', from: `${digits}@lid`, _data: undefined },
        }
        const webhook = parseWaha(bytes(JSON.stringify(event)))
        const [signal] = webhook.ok ? webhook.signals : []
        expect(signal).toMatchObject({ from: { userId: `${digits}@lid` } })
        expect(signal?.kind === 'call_offered' && signal.from.phone).toBeUndefined()
      }),
    )
  })

  it('never throw at JSON of any shape, nor at bytes of any kind', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => isSound(bytes(text))),
      { numRuns: 500 },
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (raw) => isSound(raw)))
  })

  it('never throw at a real payload cut or changed anywhere', () => {
    const raw = Buffer.from(engineFixture('waha-message-image'))
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

  it('leave the prototype of objects alone', () => {
    const hostile =
      '{"event":"call.received","session":"__proto__","__proto__":{"polluted":1},' +
      '"payload":{"id":"__proto__","__proto__":{"polluted":1},"_data":{"__proto__":{"callerPn":"16505550123"}}}}'
    const webhook = parseWaha(bytes(hostile))
    expect(JSON.stringify(webhook)).not.toMatch(/polluted|16505550123/)
    expect({}).not.toHaveProperty('polluted')
  })
})
