import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Channel } from '../../server/channels/channel.ts'
import { wahaChannel } from '../../server/channels/waha/client.ts'
import type { WahaOptions } from '../../server/channels/waha/client.ts'
import { plainText } from '../../server/channels/waha/text.ts'
import type { ActionPayload, ActionResult } from '../../server/schema/action.ts'
import { json, startGraph } from './graph-server.ts'
import type { GraphServer } from './graph-server.ts'

const callId = 'B1A2C3D4E5F60718293A4B5C6D7E8F90'
const apiKey = 'waha-api-key-1'
const line = 'default'
const to = { phone: '+16505550123', address: '16505550123@c.us' }
const reject: ActionPayload = { type: 'reject', callId, to }
const message: ActionPayload = { type: 'message', to, message: { text: 'Sorry, we missed you.' } }
const sentMessage = { id: 'true_16505550123@c.us_3EB0AA11BB22CC33DD44', body: 'Sorry' }

let waha: GraphServer
let channel: Channel
const open = (options: Partial<WahaOptions> = {}): Channel =>
  wahaChannel({ url: waha.url, apiKey, timeoutMs: 500, ...options })

beforeEach(async () => {
  waha = await startGraph()
  waha.answer = json(201, sentMessage)
  channel = open()
})
afterEach(async () => {
  await channel.close()
  await waha.close()
})

const perform = (payload: ActionPayload, on = channel, session = line): Promise<ActionResult> =>
  on.perform({ key: 'k', line: session, payload }, { deadlineAt: Date.now() + 60_000 })
const sent = (): unknown => JSON.parse(waha.seen.at(-1)?.body ?? '')

describe('a reject', () => {
  it('posts the documented body with the API key', async () => {
    waha.answer = json(201, '')
    expect(await perform(reject)).toEqual({ outcome: 'done' })
    expect(waha.seen[0]).toMatchObject({ method: 'POST', url: '/api/default/calls/reject' })
    expect(waha.seen[0]?.headers).toMatchObject({
      'x-api-key': apiKey,
      'content-type': 'application/json',
    })
    expect(sent()).toEqual({ from: '16505550123@c.us', id: callId })
  })

  it.each([
    ['16505550123:12@s.whatsapp.net', '16505550123:12@s.whatsapp.net'],
    ['215921108984006@lid', '215921108984006@lid'],
    [undefined, '16505550123@c.us'],
  ])('names the caller spelt %s as they were spelt', async (address, from) => {
    await perform({ ...reject, to: { phone: '+16505550123', ...(address && { address }) } })
    expect(sent()).toEqual({ from, id: callId })
  })

  it('of nobody fails without a request', async () => {
    expect(await perform({ ...reject, to: {} })).toMatchObject({ outcome: 'failed' })
    expect(waha.seen).toEqual([])
  })

  it('keeps to its session, whatever that is called', async () => {
    await perform(reject, channel, 'shop 1/../x')
    expect(waha.seen[0]?.url).toBe('/api/shop%201%2F..%2Fx/calls/reject')
  })

  it('sends no header where there is no API key', async () => {
    const open_ = open({ apiKey: undefined, url: `${waha.url}/` })
    expect(await perform(reject, open_)).toEqual({ outcome: 'done' })
    expect(waha.seen[0]?.headers).not.toHaveProperty('x-api-key')
    await open_.close()
  })

  it('does not wait behind messages', async () => {
    waha.answer = (response, seen) => {
      if (seen.url.endsWith('/reject')) response.end('{}')
    }
    const messages = Array.from({ length: 20 }, () => perform(message))
    expect(await perform(reject)).toEqual({ outcome: 'done' })
    const outcomes = (await Promise.all(messages)).map(({ outcome }) => outcome)
    expect(new Set(outcomes)).toEqual(new Set(['uncertain']))
  })
})

describe('a message', () => {
  it('posts the documented body and tells the message id', async () => {
    expect(await perform(message)).toEqual({
      outcome: 'done',
      providerId: '3EB0AA11BB22CC33DD44',
    })
    expect(waha.seen[0]).toMatchObject({ method: 'POST', url: '/api/sendText' })
    expect(waha.seen[0]?.headers).toMatchObject({ 'x-api-key': apiKey })
    expect(sent()).toEqual({
      session: line,
      chatId: '16505550123@c.us',
      text: 'Sorry, we missed you.',
    })
  })

  it.each([
    [{ id: { _serialized: 'true_16505550123@c.us_3EB0', fromMe: true } }, '3EB0'],
    [{ key: { remoteJid: '16505550123@s.whatsapp.net', fromMe: true, id: '3EB0' } }, '3EB0'],
    [{}, undefined],
  ])('answered with %j was sent as %s', async (body, providerId) => {
    waha.answer = json(201, body)
    expect(await perform(message)).toEqual({ outcome: 'done', ...(providerId && { providerId }) })
  })

  it.each([
    [{ address: '16505550123:12@s.whatsapp.net' }, '16505550123@c.us'],
    [{ userId: '215921108984006@lid', address: '215921108984006:2@lid' }, '215921108984006@lid'],
    [{ phone: '+16505550123' }, '16505550123@c.us'],
  ])('for %j goes to %s', async (recipient, chatId) => {
    await perform({ ...message, to: recipient })
    expect(sent()).toMatchObject({ chatId })
  })

  it('for nobody fails without a request', async () => {
    const result = await perform({ ...message, to: { userId: 'US.1349' } })
    expect(result).toMatchObject({ outcome: 'failed' })
    expect(waha.seen).toEqual([])
  })
})

describe('a message without buttons', () => {
  const text = 'Sorry, we missed you.'
  it.each([
    [{ text }, text],
    [
      { text, url: { label: 'Book', href: 'https://example.com/b?c=1' } },
      `${text}\n\nBook: https://example.com/b?c=1`,
    ],
    [{ text, call: { label: 'Call us', ttlMinutes: 100 } }, `${text}\n\nCall us`],
    [
      {
        text,
        replies: [
          { id: 'a', label: 'Call me back' },
          { id: 'b', label: 'No need' },
        ],
      },
      `${text}\n\n1. Call me back\n2. No need`,
    ],
    [{ text, replies: [] }, text],
  ])('%j', (given, expected) => {
    expect(plainText(given)).toBe(expected)
  })

  it('is never too long, keeps its link and breaks no character', () => {
    const href = 'https://example.com/a'
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_200 }), fc.boolean(), (length, withUrl) => {
        const long = 'x'.repeat(length % 7) + '☕️🎉'.repeat(Math.ceil(length / 4))
        const result = plainText({ text: long, ...(withUrl && { url: { label: 'Book', href } }) })
        expect(result.length).toBeLessThanOrEqual(4096)
        expect(() => encodeURIComponent(result)).not.toThrow()
        if (withUrl) expect(result.endsWith(`Book: ${href}`)).toBe(true)
      }),
    )
  })
})

describe('what the channel cannot do', () => {
  it('is told beforehand', () => {
    expect(channel.can).toEqual({
      reject: true,
      accept: false,
      message: true,
      buttons: false,
      block: false,
    })
  })

  it.each<ActionPayload>([
    { type: 'accept', callId, to, sdp: 'v=0' },
    { type: 'pre_accept', callId, to, sdp: 'v=0' },
    { type: 'terminate', callId, to },
    { type: 'block', to, minutes: 60 },
    { type: 'notify', level: 'info', text: 'x' },
  ])('$type fails without a request', async (payload) => {
    expect(await perform(payload)).toMatchObject({ outcome: 'failed' })
    expect(waha.seen).toEqual([])
  })
})

describe('an answer', () => {
  const alarm = 'alarm'
  it.each<[number, string, string]>([
    [200, 'done', 'done'],
    [201, 'done', 'done'],
    [301, alarm, alarm],
    [400, 'gone', 'failed'],
    [401, alarm, alarm],
    [403, alarm, alarm],
    [404, 'gone', alarm],
    [408, 'retry', 'retry'],
    [409, 'gone', 'failed'],
    [413, 'gone', 'failed'],
    [422, alarm, alarm],
    [429, 'retry', 'retry'],
    [500, 'retry', 'uncertain'],
    [502, 'retry', 'uncertain'],
    [503, 'retry', 'uncertain'],
    [504, 'retry', 'uncertain'],
  ])('of %i to a reject is %s, to a message %s', async (status, forCall, forMessage) => {
    waha.answer = json(status, status < 300 ? sentMessage : { message: 'No' })
    const came = async (payload: ActionPayload): Promise<string> => {
      const result = await perform(payload)
      return 'alarm' in result ? alarm : result.outcome
    }
    expect([await came(reject), await came(message)]).toEqual([forCall, forMessage])
  })

  it.each([401, 403])('of %i names the variable to look at', async (status) => {
    waha.answer = json(status, { message: 'Unauthorized', statusCode: status })
    const expected = { outcome: 'failed', alarm: expect.stringContaining('WAHA_API_KEY') }
    expect(await perform(reject)).toMatchObject(expected)
    expect(await perform(message)).toMatchObject(expected)
  })

  it.each([
    ['120', 120_000],
    ['0', 0],
  ])('of 429 with Retry-After %s is heeded', async (header, afterMs) => {
    waha.answer = json(429, {}, { 'retry-after': header })
    expect(await perform(message)).toMatchObject({ outcome: 'retry', afterMs })
  })

  it('of 200 that is no JSON leaves a message uncertain and a reject done', async () => {
    waha.answer = json(200, '<html>')
    expect(await perform(message)).toMatchObject({ outcome: 'uncertain' })
    expect(await perform(reject)).toMatchObject({ outcome: 'done' })
  })

  it('of more than a megabyte leaves a message uncertain', async () => {
    waha.answer = json(200, { padding: 'x'.repeat(1_100_000) })
    expect(await perform(message)).toMatchObject({ outcome: 'uncertain' })
  })

  it('tells what is wrong, but neither ids nor phones nor keys', async () => {
    const words =
      `Session "${line}" status is not as expected: ${callId}, +1 650-555-0123, ` +
      `215921108984006@lid, 16505550123:4@s.whatsapp.net, ${apiKey}, Sorry, we missed you.`
    for (const body of [{ message: words }, { error: words }, { exception: { message: words } }]) {
      waha.answer = json(422, body)
      const told = JSON.stringify([await perform(reject), await perform({ ...message })])
      expect(told).toContain('status is not as expected')
      for (const secret of ['555-0123', '16505550123', '215921108984006', apiKey])
        expect(told).not.toContain(secret)
    }
    waha.answer = json(400, { message: [`from ${callId} must be a string`] })
    expect(await perform(reject)).toMatchObject({
      details: 'HTTP 400: from [removed] must be a string',
    })
  })
})

describe('trouble on the way', () => {
  const both = async (on = channel): Promise<string[]> => [
    (await perform(reject, on)).outcome,
    (await perform(message, on)).outcome,
  ]

  it('is worth another try after a refused connection', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo // listening on TCP, so never a path
    await new Promise((resolve) => server.close(resolve))
    const refused = open({ url: `http://127.0.0.1:${String(port)}` })
    expect(await both(refused)).toEqual(['retry', 'retry'])
    await refused.close()
  })

  it('leaves a message uncertain that was not answered in time', async () => {
    waha.answer = () => undefined
    expect(await both()).toEqual(['retry', 'uncertain'])
    expect(waha.seen).toHaveLength(2)
  })

  it('leaves a message uncertain whose connection was reset', async () => {
    waha.answer = (_response, _seen, socket) => socket.resetAndDestroy()
    expect(await both()).toEqual(['retry', 'uncertain'])
  })

  it('follows no redirect, which would carry the key elsewhere', async () => {
    waha.answer = json(307, {}, { location: `${waha.url}/elsewhere` })
    expect(await both()).toEqual(['failed', 'failed'])
    expect(waha.seen.map(({ url }) => url)).not.toContain('/elsewhere')
  })

  it('waits no longer than the deadline', async () => {
    waha.answer = () => undefined
    const patient = open({ timeoutMs: 10_000 })
    const startedAt = Date.now()
    const payload = { key: 'k', line, payload: reject }
    await patient.perform(payload, { deadlineAt: startedAt + 150 })
    expect(Date.now() - startedAt).toBeLessThan(2_000)
    await patient.close()
  })
})
