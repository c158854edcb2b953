import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { signalSchema } from '../../server/schema/signal.ts'
import { parseEngine, readEngine, varied } from './waha-fixtures.ts'

type Expected = Record<string, unknown>
interface Variant {
  readonly signal?: Expected
  readonly absent?: string[]
  readonly ignored?: string
}

const address = '16505550123@c.us'
const caller = { phone: '+16505550123', address }
const lid = '215921108984006@lid'
const maya = { profileName: 'Maya Okafor' }
const callId = 'B1A2C3D4E5F60718293A4B5C6D7E8F90'
const offered = {
  channel: 'waha',
  kind: 'call_offered',
  key: `waha:${callId}:call.received`,
  line: 'default',
  at: '2026-05-20T18:00:00.000Z',
  callId,
  media: 'voice',
}
const received = {
  kind: 'message_received',
  key: 'waha:3EB0C767D097B7C61B2A:message',
  line: 'default',
  at: '2026-05-20T18:01:00.000Z',
  messageId: '3EB0C767D097B7C61B2A',
  from: { ...caller, ...maya },
}
const status = (name: string) => ({
  channel: 'waha',
  kind: 'message_status',
  key: `waha:3EB0AA11BB22CC33DD44:${name}`,
  messageId: '3EB0AA11BB22CC33DD44',
  to: caller,
  status: name,
})
const wawpOffered = {
  ...offered,
  channel: 'wawp',
  key: 'wawp:call_12345:call.received',
  callId: 'call_12345',
  at: '2026-05-20T18:00:00.123Z',
}

/** Every payload of the seeds, and what it means. */
const variants: Record<string, Variant> = {
  'waha-call-received': { signal: { ...offered, from: caller }, absent: ['group'] },
  'waha-call-received-video': { signal: { ...offered, media: 'video' } },
  'waha-call-received-group': { signal: { ...offered, group: true } },
  'waha-call-received-raw-jid': {
    signal: {
      ...offered,
      from: { phone: '+16505550123', address: '16505550123:12@s.whatsapp.net' },
    },
  },
  'waha-call-received-lid': { signal: { ...offered, from: { userId: lid, address: lid } } },
  'waha-call-received-lid-noweb': {
    signal: {
      ...offered,
      from: { userId: lid, phone: '+16505550123', address: '215921108984006:3@lid' },
    },
  },
  'waha-call-received-lid-gows': {
    signal: { ...offered, from: { userId: lid, phone: '+16505550123', address: lid } },
  },
  'waha-call-received-without-from': { signal: { ...offered, from: {} } },
  'waha-call-accepted': {
    signal: {
      kind: 'call_status',
      key: `waha:${callId}:call.accepted`,
      callId,
      from: caller,
      direction: 'inbound',
      status: 'accepted',
      at: '2026-05-20T18:00:06.000Z',
    },
  },
  'waha-call-rejected': {
    signal: {
      kind: 'call_ended',
      key: `waha:${callId}:call.rejected`,
      callId,
      from: caller,
      direction: 'inbound',
      at: '2026-05-20T18:00:09.000Z',
    },
    absent: ['durationSeconds', 'status', 'startedAt', 'endedAt'],
  },
  'waha-message-text': {
    signal: { ...received, type: 'text', text: 'Hello, is anybody there? ☕️' },
    absent: ['repliesTo', 'voicemailOf'],
  },
  'waha-message-any': { signal: { ...received, type: 'text' } },
  'waha-message-reply': { signal: { ...received, text: '2', repliesTo: '3EB0AA11BB22CC33DD44' } },
  'waha-message-image': {
    signal: { ...received, type: 'image', text: 'This is the broken part' },
  },
  'waha-message-voice-note': { signal: { ...received, type: 'audio' }, absent: ['text'] },
  'waha-message-lid': {
    signal: { ...received, from: { userId: lid, phone: '+16505550123', address: lid, ...maya } },
  },
  'waha-message-group': { ignored: 'not from a person' },
  'waha-message-own': { ignored: 'own message' },
  'waha-message-ack-server': { signal: status('sent') },
  'waha-message-ack-device': { signal: status('delivered') },
  'waha-message-ack-read': { signal: status('read') },
  'waha-message-ack-played': { signal: status('played') },
  'waha-message-ack-error': { signal: status('failed'), absent: ['error', 'actionKey'] },
  'waha-message-ack-pending': { ignored: 'unknown status' },
  'waha-message-ack-of-theirs': { ignored: 'not our message' },
  'waha-session-status': { ignored: 'unknown event' },
  'wawp-call-received': { signal: { ...wawpOffered, from: caller } },
  'wawp-call-received-video': { signal: { ...wawpOffered, media: 'video' } },
  'wawp-call-received-lid': { signal: { ...wawpOffered, from: { userId: lid, address: lid } } },
  'wawp-call-accepted': {
    signal: {
      channel: 'wawp',
      kind: 'call_status',
      key: 'wawp:call_12345:call.accepted',
      status: 'accepted',
      at: '2026-05-20T18:00:06.123Z',
    },
  },
  'wawp-call-rejected': {
    signal: {
      channel: 'wawp',
      kind: 'call_ended',
      key: 'wawp:call_12345:call.rejected',
      callId: 'call_12345',
      from: {},
      at: '2026-05-20T18:00:09.123Z',
    },
    absent: ['durationSeconds'],
  },
  'wawp-message-text': {
    signal: { ...received, channel: 'wawp', key: 'wawp:3EB0C767D097B7C61B2A:message' },
  },
  'wawp-message-ack-read': {
    signal: { ...status('read'), channel: 'wawp', key: 'wawp:3EB0AA11BB22CC33DD44:read' },
  },
  'wawp-unknown-event': { ignored: 'unknown event' },
}

describe('a payload of WAHA or Wawp', () => {
  it.each(Object.entries(variants))('%s', (name, { signal, absent = [], ignored }) => {
    const webhook = readEngine(name)
    expect(webhook.signals).toEqual(signal ? [expect.objectContaining(signal)] : [])
    for (const key of absent) expect(webhook.signals[0]).not.toHaveProperty(key)
    expect(webhook.ignored.map(({ why }) => why)).toEqual(ignored ? [ignored] : [])
    for (const one of webhook.signals) expect(signalSchema.parse(one)).toEqual(one)
  })

  it('is in the table', () => {
    const files = readdirSync(new URL('../../seeds/webhooks/', import.meta.url))
    const names = files.flatMap((file) => /^(wa(?:ha|wp)-.+)\.json$/.exec(file)?.[1] ?? [])
    expect(Object.keys(variants).sort()).toEqual(names.sort())
  })
})

describe('the time of a signal', () => {
  const atOf = (timestamp: unknown, sent: unknown): unknown => {
    const body = varied('waha-call-received', { timestamp: sent, payload: { timestamp } })
    const [signal] = readEngine('waha', body).signals
    return signal?.at
  }
  const told = '2026-05-20T18:00:00.000Z'

  it.each([
    ['seconds', 1_779_300_000, undefined, told],
    ['seconds as text', '1779300000', undefined, told],
    ['milliseconds', 1_779_300_000_000, undefined, told],
    ['its own before the envelope’s', 1_779_300_000, 1_779_300_900_000, told],
    ['milliseconds of the envelope', undefined, 1_779_300_000_000, told],
    ['seconds of the envelope', undefined, 1_779_300_000, told],
    ['the envelope’s where its own is absurd', 5, 1_779_300_000_000, told],
    ['none', undefined, undefined, undefined],
    ['zero', 0, 0, undefined],
    ['negative', -1_779_300_000, -1, undefined],
    ['long ago', 86_400, 86_400_000, undefined],
    ['far ahead', 9_999_999_999, 99_999_999_999_999, undefined],
    ['nanoseconds', 1_779_300_000_000_000_000, undefined, undefined],
    ['a word', 'now', 'soon', undefined],
    ['something else', { seconds: 1 }, [1_779_300_000], undefined],
  ])('%s', (_name, own, sent, at) => {
    expect(atOf(own, sent)).toBe(at)
  })
})

describe('an envelope', () => {
  it.each([
    ['nothing', ''],
    ['no JSON', '{"event":'],
    ['a list', '[]'],
    ['a text', '"call.received"'],
    ['null', 'null'],
    ['without event', varied('waha-call-received', { event: undefined })],
    ['whose event is no text', varied('waha-call-received', { event: 7 })],
    ['without session', varied('waha-call-received', { session: undefined })],
    ['whose session is no text', varied('waha-call-received', { session: {} })],
    ['whose session would change a path', varied('waha-call-received', { session: '..' })],
    ['nested too deep', `${'['.repeat(5000)}${']'.repeat(5000)}`],
  ])('%s is malformed', (_name, body) => {
    expect(parseEngine('waha', body).ok).toBe(false)
    expect(parseEngine('wawp', body).ok).toBe(false)
  })

  it.each(['group.v2.join', 'constructor', '__proto__', 'toString', 'CALL.RECEIVED', '<b>'])(
    'with the unknown event %s is counted under a plain name',
    (event) => {
      const { signals, ignored } = readEngine('waha', varied('waha-call-received', { event }))
      expect(signals).toEqual([])
      expect(ignored[0]?.field).toMatch(/^[a-z0-9_.]+$/)
    },
  )

  it.each(['call.received', 'call.accepted', 'call.rejected', 'message', 'message.ack'])(
    'of %s with a payload that does not fit is only counted',
    (event) => {
      for (const payload of [null, [], 'x', {}, { id: '' }, { id: 7 }]) {
        const body = JSON.stringify({ event, session: 'default', payload })
        expect(readEngine('waha', body)).toMatchObject({ signals: [], ignored: [{ field: event }] })
      }
    },
  )

  it('with unknown fields, and known ones of other types, is read all the same', () => {
    const payload = { isVideo: 'yes', isGroup: null, _data: 'none', extra: { deep: [1] } }
    const body = varied('waha-call-received', { payload, extra: 1, me: null })
    expect(readEngine('waha', body).signals[0]).toMatchObject({ ...offered, from: caller })
  })
})

describe('a message id', () => {
  it.each([
    ['true_16505550123@c.us_3EB0AA11BB22CC33DD44', '3EB0AA11BB22CC33DD44'],
    ['true_215921108984006@lid_3EB0AA11BB22CC33DD44', '3EB0AA11BB22CC33DD44'],
    ['true_1@g.us_3EB0AA11BB22CC33DD44_16505550123@c.us', '3EB0AA11BB22CC33DD44'],
    ['true_16505550123@c.us_3EB0AA11BB22CC33DD44_out', '3EB0AA11BB22CC33DD44'],
    ['3EB0AA11BB22CC33DD44', '3EB0AA11BB22CC33DD44'],
    [{ _serialized: 'true_1@c.us_3EB0AA11BB22CC33DD44' }, '3EB0AA11BB22CC33DD44'],
    [{ fromMe: true, id: '3EB0AA11BB22CC33DD44' }, '3EB0AA11BB22CC33DD44'],
  ])('%j is %s, however the chat is spelt', (id, expected) => {
    const body = varied('waha-message-ack-read', { payload: { id } })
    expect(readEngine('waha', body).signals[0]).toMatchObject({ messageId: expected })
  })

  it('makes one signal of message and message.any', () => {
    const keyOf = (name: string) => readEngine(name).signals[0]?.key
    expect(keyOf('waha-message-any')).toBe(keyOf('waha-message-text'))
  })

  it('is known by the number where an older version tells no name', () => {
    const body = varied('waha-message-ack-read', { payload: { ackName: undefined, ack: 2 } })
    expect(readEngine('waha', body).signals[0]).toMatchObject({ status: 'delivered' })
  })
})
