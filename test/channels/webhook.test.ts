import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseWebhook } from '../../server/channels/whatsapp/webhook.ts'
import { signalSchema } from '../../server/schema/signal.ts'
import type { Signal } from '../../server/schema/signal.ts'
import {
  bytes,
  envelope,
  fixture,
  line,
  metadata,
  rawFixture,
  read,
  user,
  userId,
} from './fixtures.ts'

const person = { phone: `+${user}`, address: user, userId, profileName: 'Maya Okafor' }
const anonymous = { phone: `+${user}`, address: user }
const unnamed = { ...anonymous, userId }
const offered = { kind: 'call_offered', line, at: '2026-05-20T18:00:00.000Z', media: 'voice' }
const ended = { kind: 'call_ended', at: '2026-05-20T18:02:00.000Z', direction: 'inbound' }
const answered = {
  startedAt: '2026-05-20T18:00:05.000Z',
  endedAt: '2026-05-20T18:02:00.000Z',
  durationSeconds: 115,
}
const outbound = { kind: 'call_status', from: unnamed, direction: 'outbound' }
const replied = { kind: 'permission_replied', from: person, permanent: false, automatic: false }
const received = { kind: 'message_received', line, from: person }
const status = { kind: 'message_status', to: unnamed, actionKey: 'message:call-42:1' }
const changed = { kind: 'line_changed', line: '15550100199', at: '2026-05-20T18:06:40.000Z' }

type Expected = Record<string, unknown>
/** Every documented variant, what it means, and how many of its items are only counted. */
const variants: Record<string, { signals: Expected[]; absent?: string[]; ignored?: string[] }> = {
  'calls-connect': { signals: [{ ...offered, from: person }], absent: ['ctaPayload'] },
  'calls-connect-button-payload': { signals: [{ ...offered, ctaPayload: 'order-1853' }] },
  'calls-connect-link-payload': { signals: [{ ...offered, deeplinkPayload: 'spring-campaign' }] },
  'calls-connect-swapped': { signals: [{ ...offered, from: anonymous }] },
  'calls-connect-username-only': {
    signals: [{ ...offered, from: { userId, profileName: 'Maya Okafor' } }],
  },
  'calls-connect-legacy-connection': {
    signals: [{ ...offered, from: { ...anonymous, profileName: 'Maya Okafor' } }],
  },
  'calls-terminate-completed': {
    signals: [{ ...ended, from: person, status: 'COMPLETED', ...answered }],
  },
  'calls-terminate-not-answered': {
    signals: [{ ...ended, status: 'COMPLETED' }],
    absent: ['durationSeconds', 'startedAt', 'endedAt', 'errors'],
  },
  'calls-terminate-mixed-case': { signals: [{ ...ended, status: 'COMPLETED', ...answered }] },
  'calls-terminate-array-status': { signals: [{ ...ended, status: 'FAILED' }] },
  'calls-terminate-rejected': { signals: [{ ...ended, status: 'REJECTED' }] },
  'calls-terminate-failed': {
    signals: [
      {
        ...ended,
        status: 'FAILED',
        errors: [{ code: 138021, details: 'No media was received from the business' }],
      },
    ],
  },
  'calls-terminate-without-contacts': { signals: [{ ...ended, from: anonymous }] },
  'calls-created-sip': { signals: [], ignored: ['event call_created'] },
  'calls-recording-available': { signals: [], ignored: ['event call_recording_available'] },
  'calls-transcription-available': { signals: [], ignored: ['event call_transcription_available'] },
  'calls-payment-error': {
    signals: [
      {
        kind: 'line_changed',
        line,
        event: 'error',
        details: { errors: [{ code: 131044, details: 'No valid payment method' }] },
      },
    ],
  },
  'calls-outbound-connect': { signals: [], ignored: ['connect of an outbound call'] },
  'calls-outbound-terminate': {
    signals: [{ ...ended, from: person, direction: 'outbound', durationSeconds: 100 }],
  },
  'calls-outbound-ringing': { signals: [{ ...outbound, status: 'ringing' }] },
  'calls-outbound-accepted': { signals: [{ ...outbound, status: 'accepted' }] },
  'calls-outbound-rejected': { signals: [{ ...outbound, status: 'rejected' }] },
  'messages-permission-temporary': {
    signals: [{ ...replied, response: 'accept', expiresAt: '2026-05-27T18:00:00.000Z' }],
  },
  'messages-permission-permanent': {
    signals: [{ ...replied, response: 'accept', permanent: true }],
    absent: ['expiresAt'],
  },
  'messages-permission-from-profile': {
    signals: [{ ...replied, response: 'accept', permanent: true }],
    absent: ['repliesTo'],
  },
  'messages-permission-rejected': { signals: [{ ...replied, response: 'reject' }] },
  'messages-permission-callback': {
    signals: [
      {
        ...replied,
        response: 'accept',
        automatic: true,
        expiresAt: '2026-05-27T18:00:00.000Z',
        repliesTo: expect.stringMatching(/^wacid\./),
      },
    ],
  },
  'messages-permission-revoked': {
    signals: [{ ...replied, response: 'reject', automatic: true }],
    absent: ['repliesTo', 'expiresAt'],
  },
  'messages-text': {
    signals: [{ ...received, type: 'text', text: 'Hello, is anybody there? ☕️' }],
    absent: ['voicemailOf', 'repliesTo'],
  },
  'messages-text-username-only': {
    signals: [{ ...received, from: { userId, profileName: 'Maya Okafor' } }],
  },
  'messages-button-reply': {
    signals: [
      {
        ...received,
        type: 'interactive',
        text: 'Call me back',
        repliesTo: expect.stringMatching(/^wamid\./),
      },
    ],
  },
  'messages-image': { signals: [{ ...received, type: 'image', text: 'This is the broken part' }] },
  'messages-voicemail': {
    signals: [{ ...received, type: 'audio', voicemailOf: expect.stringMatching(/^wacid\./) }],
  },
  'messages-user-changed-number': {
    signals: [
      {
        kind: 'identity_changed',
        from: {
          phone: '+16505550177',
          address: '16505550177',
          userId: 'US.20491208655302741999',
        },
        previous: unnamed,
      },
    ],
  },
  'messages-user-changed-user-id': {
    signals: [
      {
        kind: 'identity_changed',
        from: { userId: 'US.20491208655302741999' },
        previous: { userId },
      },
    ],
  },
  'messages-status-sent': { signals: [{ ...status, status: 'sent' }] },
  'messages-status-delivered': { signals: [{ ...status, status: 'delivered' }] },
  'messages-status-read': { signals: [{ ...status, status: 'read' }] },
  'messages-status-played': { signals: [{ ...status, status: 'played' }] },
  'messages-status-failed': {
    signals: [{ ...status, status: 'failed', error: expect.objectContaining({ code: 131047 }) }],
  },
  'account-violation': { signals: [{ ...changed, event: 'ACCOUNT_VIOLATION' }] },
  'account-restriction-button-hidden': {
    signals: [{ ...changed, event: 'ACCOUNT_RESTRICTION' }],
  },
  'account-restriction-calling': {
    signals: [
      {
        ...changed,
        details: expect.objectContaining({
          restriction_info: [
            { restriction_type: 'RESTRICTED_USER_INITIATED_CALLING', expiration: 1779905200 },
          ],
        }),
      },
    ],
  },
  'account-settings-update': {
    signals: [
      {
        kind: 'line_changed',
        line,
        event: 'account_settings_update',
        details: { calling: expect.objectContaining({ status: 'ENABLED' }) },
      },
    ],
  },
  'unknown-field': { signals: [], ignored: ['unknown field'] },
  batch: {
    signals: [
      { kind: 'call_offered', from: person },
      { kind: 'call_offered', from: expect.objectContaining({ profileName: 'Tom Reed' }) },
      {
        kind: 'call_offered',
        from: { phone: '+5511987654321', address: '551187654321', profileName: 'Luana Braga' },
      },
      { kind: 'call_ended', from: person },
    ],
    ignored: ['call does not fit', 'unknown field'],
  },
}

describe('a documented payload', () => {
  it.each(Object.entries(variants))('%s', (name, { signals, absent = [], ignored = [] }) => {
    const webhook = read(rawFixture(name))
    expect(webhook.signals).toEqual(signals.map((signal) => expect.objectContaining(signal)))
    for (const key of absent) expect(webhook.signals[0]).not.toHaveProperty(key)
    expect(webhook.ignored.map(({ why }) => why)).toEqual(ignored)
    for (const signal of webhook.signals) expect(signalSchema.parse(signal)).toEqual(signal)
  })

  it('is in the table', () => {
    const files = readdirSync(new URL('../../seeds/webhooks/', import.meta.url))
    const names = files.flatMap((file) => /^whatsapp-(.+)\.json$/.exec(file)?.[1] ?? [])
    expect(Object.keys(variants).sort()).toEqual(names.sort())
  })
})

describe('the key of a signal', () => {
  const keyOf = (name: string): string => read(rawFixture(name)).signals[0]?.key ?? ''

  it('is the provider id and the event', () => {
    expect(keyOf('calls-connect')).toMatch(/^whatsapp:wacid\.[^:]+:connect$/)
    expect(keyOf('calls-terminate-failed')).toMatch(/^whatsapp:wacid\.[^:]+:terminate$/)
    expect(keyOf('calls-outbound-ringing')).toMatch(/^whatsapp:wacid\.[^:]+:ringing$/)
    expect(keyOf('messages-text')).toMatch(/^whatsapp:wamid\.[^:]+:message$/)
    expect(keyOf('messages-status-failed')).toMatch(/^whatsapp:wamid\.[^:]+:failed$/)
  })

  it('tells line changes apart by content, and knows a repeated delivery', () => {
    expect(keyOf('account-violation')).toBe(keyOf('account-violation'))
    expect(keyOf('account-restriction-calling')).not.toBe(
      keyOf('account-restriction-button-hidden'),
    )
  })
})

const call = { id: 'wacid.A', event: 'connect', from: user, to: '15550100199' }
const calls = (...items: unknown[]): string =>
  envelope('calls', { messaging_product: 'whatsapp', metadata, calls: items })
const only = (body: string): Signal | undefined => read(body).signals[0]

describe('an undocumented payload', () => {
  it.each([
    ['1779300000', '2026-05-20T18:00:00.000Z'],
    [1779300000, '2026-05-20T18:00:00.000Z'],
    [1779300000123, '2026-05-20T18:00:00.123Z'],
    ['soon', undefined],
    [-1, undefined],
    [1e300, undefined],
    [null, undefined],
    [{}, undefined],
  ])('with timestamp %j is at %s', (timestamp, at) => {
    expect(only(calls({ ...call, timestamp }))?.at).toBe(at)
  })

  it.each(['later', -3, null, {}, [], '1e3', true])(
    'with duration %j was not connected',
    (duration) => {
      const body = calls({ ...call, event: 'terminate', duration })
      expect(only(body)).not.toHaveProperty('durationSeconds')
    },
  )

  it('knows an outbound connect by its SDP answer', () => {
    const session = { sdp_type: 'answer', sdp: 'v=0' }
    expect(read(calls({ ...call, session })).signals).toEqual([])
  })

  it('offers a call whose caller nobody names, so that it can still be rejected', () => {
    expect(only(calls({ id: 'wacid.A', event: 'connect' }))).toMatchObject({
      kind: 'call_offered',
      from: {},
    })
  })

  it('takes the person of an outbound call whose sides are swapped', () => {
    const body = calls({ ...call, event: 'terminate', direction: 'BUSINESS_INITIATED' })
    expect(only(body)).toMatchObject({ direction: 'outbound', from: { phone: `+${user}` } })
  })

  it('does not give a caller the name of somebody else', () => {
    const contacts = [{ wa_id: '4915112345678', profile: { name: 'Somebody else' } }]
    const body = envelope('calls', { metadata, contacts, calls: [call] })
    expect(only(body)).toMatchObject({ from: { phone: `+${user}`, address: user } })
    expect(JSON.stringify(read(body).signals)).not.toContain('Somebody else')
  })

  it('keeps the good items among bad ones', () => {
    const body = calls(null, 7, [], { ...call, id: 9 }, call, { ...call, event: 'call_parked' })
    expect(read(body).signals).toHaveLength(1)
    expect(read(body).ignored).toHaveLength(5)
  })

  it('keeps good entries and changes among bad ones', () => {
    const [good] = JSON.parse(fixture('calls-connect')).entry
    const changes = [null, { field: 'calls' }, { field: 3, value: {} }, ...good.changes]
    const entry = [null, 'x', {}, { changes: {} }, { id: '1', changes }]
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry })
    expect(read(body).signals).toHaveLength(1)
    expect(read(body).ignored).toHaveLength(7)
  })

  it('counts calls of a line that nobody names', () => {
    expect(read(envelope('calls', { calls: [call] }))).toMatchObject({
      signals: [],
      ignored: [{ field: 'calls', why: 'no phone_number_id' }],
    })
  })

  it('does not take the opening of a chat for a message', () => {
    const messages = [{ id: 'wamid.A', from: user, type: 'request_welcome' }]
    expect(read(envelope('messages', { metadata, messages })).signals).toEqual([])
  })

  it('reads an interactive answer whose type was left out', () => {
    const interactive = {
      type: 'call_permission_reply',
      call_permission_reply: { response: 'ACCEPT' },
    }
    const messages = [{ id: 'wamid.A', from: user, interactive }]
    expect(only(envelope('messages', { metadata, messages }))).toMatchObject({
      kind: 'permission_replied',
      response: 'accept',
    })
  })

  it('keeps hostile field names out of the counters', () => {
    expect(read(envelope(`+${user}`, {})).ignored).toEqual([
      { field: 'other', why: 'unknown field' },
    ])
  })

  it('reads an object that is not of WhatsApp as nothing', () => {
    expect(read('{"object":"page","entry":[{"id":"1"}]}').signals).toEqual([])
  })
})

describe('a body that is no envelope', () => {
  it.each([
    '',
    '   ',
    'null',
    '7',
    '"text"',
    '[]',
    '[[]]',
    '{}',
    '{"object":"whatsapp_business_account"}',
    '{"object":"whatsapp_business_account","entry":{}}',
    '{"object":null,"entry":[]}',
    '{"object":"whatsapp_business_account","entry":[]',
    '{"object":"whatsapp_business_account","entry":[],}',
    "{'object':'whatsapp_business_account','entry':[]}",
    'object=whatsapp_business_account',
  ])('%j is malformed', (body) => {
    expect(parseWebhook(bytes(body))).toMatchObject({ ok: false })
  })

  it('is refused when it is not UTF-8', () => {
    const body = Buffer.from(calls({ ...call, cta_payload: 'PAYLOAD' }))
    body[body.indexOf('PAYLOAD')] = 0xff
    expect(parseWebhook(body)).toEqual({ ok: false, message: 'not valid UTF-8' })
  })

  it('is refused when it nests 1,000 levels deep', () => {
    const deep = '['.repeat(1_000) + ']'.repeat(1_000)
    const body = calls({ ...call, extra: 'DEEP' }).replace('"DEEP"', deep)
    expect(parseWebhook(bytes(body))).toMatchObject({ ok: false })
  })

  it('is not judged deep by brackets in a text', () => {
    const text = `\\"${'[{'.repeat(500)}\\\\`
    const body = calls({ ...call, cta_payload: 'TEXT' }).replace('TEXT', text)
    expect(read(body).signals).toHaveLength(1)
  })

  it('of three megabytes of brackets is refused at once', () => {
    const startedAt = performance.now()
    expect(parseWebhook(bytes('['.repeat(3_000_000)))).toMatchObject({ ok: false })
    expect(performance.now() - startedAt).toBeLessThan(500)
  })
})
