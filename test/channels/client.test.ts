import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { whatsappChannel } from '../../server/channels/whatsapp/client.ts'
import type { WhatsappChannel, WhatsappOptions } from '../../server/channels/whatsapp/client.ts'
import type { ActionPayload, ActionResult } from '../../server/schema/action.ts'
import { line, user, userId } from './fixtures.ts'
import { graphError, json, startGraph } from './graph-server.ts'
import type { GraphServer } from './graph-server.ts'

const callId = 'wacid.HBgLMTY1MDU1NTAxMjMVAgASGCA='
const key = 'message:call-42:1'
const to = { phone: `+${user}`, address: user, userId }
const text = { text: 'Sorry, we missed you.' }
const reject: ActionPayload = { type: 'reject', callId, to }
const message: ActionPayload = { type: 'message', to, message: text }
const accepted = {
  messaging_product: 'whatsapp',
  contacts: [{ input: `+${user}`, wa_id: user }],
  messages: [{ id: 'wamid.gBGGFlaCmZ9plHrf2Mh-o' }],
}

let graph: GraphServer
let channel: WhatsappChannel
const open = (options: Partial<WhatsappOptions> = {}): WhatsappChannel =>
  whatsappChannel({
    graphUrl: graph.url,
    version: 'v26.0',
    accessToken: 'token-1',
    timeoutMs: 800,
    ...options,
  })

beforeEach(async () => {
  graph = await startGraph()
  channel = open()
})
afterEach(async () => {
  await channel.close()
  await graph.close()
})

const perform = (payload: ActionPayload, on = channel): Promise<ActionResult> =>
  on.perform({ key, line, payload }, { deadlineAt: Date.now() + 60_000 })
const sent = (): unknown => JSON.parse(graph.seen.at(-1)?.body ?? '')

describe('a call action', () => {
  const base = { messaging_product: 'whatsapp', call_id: callId }
  const session = { sdp_type: 'answer', sdp: 'v=0\r\n' }
  it.each<[ActionPayload, unknown]>([
    [reject, { ...base, action: 'reject' }],
    [
      { type: 'terminate', callId, to },
      { ...base, action: 'terminate' },
    ],
    [
      { type: 'pre_accept', callId, to, sdp: 'v=0\r\n' },
      { ...base, action: 'pre_accept', session },
    ],
    [
      { type: 'accept', callId, to, sdp: 'v=0\r\n' },
      { ...base, action: 'accept', session, biz_opaque_callback_data: key },
    ],
  ])('%o posts the documented body', async (payload, body) => {
    expect(await perform(payload)).toEqual({ outcome: 'done' })
    expect(sent()).toEqual(body)
    expect(graph.seen[0]).toMatchObject({ method: 'POST', url: `/v26.0/${line}/calls` })
    expect(graph.seen[0]?.headers).toMatchObject({
      authorization: 'Bearer token-1',
      'content-type': 'application/json',
    })
  })

  it.each([
    ['{"success":true}', 'done'],
    ['', 'done'],
    ['<html>', 'done'],
    ['{"success":false}', 'failed'],
  ])('answered with 200 %j is %s', async (body, outcome) => {
    graph.answer = json(200, body)
    expect(await perform(reject)).toMatchObject({ outcome })
  })

  it('uses its connections again', async () => {
    const ports = new Set<number | undefined>()
    graph.answer = (response, _seen, socket) => {
      ports.add(socket.remotePort)
      response.end('{"success":true}')
    }
    for (let count = 0; count < 20; count += 1) await perform(reject)
    expect(ports.size).toBeLessThanOrEqual(2)
  })

  it('does not wait behind messages', async () => {
    graph.answer = (response, seen) => {
      if (seen.url.endsWith('/calls')) response.end('{"success":true}')
    }
    const patient = open({ timeoutMs: 3_000 })
    const messages = Array.from({ length: 20 }, () => perform(message, patient))
    expect(await perform(reject, patient)).toEqual({ outcome: 'done' })
    const outcomes = (await Promise.all(messages)).map(({ outcome }) => outcome)
    expect(new Set(outcomes)).toEqual(new Set(['uncertain']))
    await patient.close()
  })
})

describe('a message', () => {
  beforeEach(() => {
    graph.answer = json(200, accepted)
  })
  const base = {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: `+${user}`,
    biz_opaque_callback_data: key,
  }
  const body = { text: 'Sorry, we missed you.' }
  const interactive = (type: string, action: unknown) => ({
    ...base,
    type: 'interactive',
    interactive: { type, body, action },
  })
  const template = (parameters: unknown) => ({
    ...base,
    type: 'template',
    template: {
      name: 'missed_call',
      language: { code: 'en' },
      components: [{ type: 'body', parameters }],
    },
  })
  const templated = (params?: string[] | Record<string, string>): ActionPayload => ({
    type: 'message',
    to,
    asTemplate: true,
    message: { ...text, template: { name: 'missed_call', language: 'en', params } },
  })
  it.each<[string, ActionPayload, unknown]>([
    ['text', message, { ...base, type: 'text', text: { body: body.text, preview_url: false } }],
    [
      'text with a link',
      { type: 'message', to, message: { text: 'See https://example.com' } },
      { ...base, type: 'text', text: { body: 'See https://example.com', preview_url: true } },
    ],
    [
      'URL button',
      {
        type: 'message',
        to,
        message: { ...text, url: { label: 'Book', href: 'https://example.com/book?c=1' } },
      },
      interactive('cta_url', {
        name: 'cta_url',
        parameters: { display_text: 'Book', url: 'https://example.com/book?c=1' },
      }),
    ],
    [
      'call button',
      {
        type: 'message',
        to,
        message: { ...text, call: { label: 'Call us', ttlMinutes: 100, payload: 'ref-1' } },
      },
      interactive('voice_call', {
        name: 'voice_call',
        parameters: { display_text: 'Call us', ttl_minutes: 100, payload: 'ref-1' },
      }),
    ],
    [
      'reply buttons',
      { type: 'message', to, message: { ...text, replies: [{ id: 'r1', label: 'Call me back' }] } },
      interactive('button', {
        buttons: [{ type: 'reply', reply: { id: 'r1', title: 'Call me back' } }],
      }),
    ],
    [
      'template with parameters by position',
      templated(['Maya', '09:00']),
      template([
        { type: 'text', text: 'Maya' },
        { type: 'text', text: '09:00' },
      ]),
    ],
    [
      'template with parameters by name',
      templated({ name: 'Maya' }),
      template([{ type: 'text', parameter_name: 'name', text: 'Maya' }]),
    ],
    [
      'template without parameters',
      templated(),
      {
        ...base,
        type: 'template',
        template: { name: 'missed_call', language: { code: 'en' } },
      },
    ],
  ])('as %s posts the documented body', async (_name, payload, expected) => {
    const result = await perform(payload)
    expect(result).toEqual({ outcome: 'done', providerId: 'wamid.gBGGFlaCmZ9plHrf2Mh-o' })
    expect(sent()).toEqual(expected)
    expect(graph.seen[0]?.url).toBe(`/v26.0/${line}/messages`)
  })

  it.each([
    [{ phone: '+5511987654321', address: '551187654321' }, { to: '+551187654321' }],
    [{ phone: '+5511987654321' }, { to: '+5511987654321' }],
    [{ userId }, { recipient: userId }],
  ])('for %j is addressed as %j', async (recipient, address) => {
    await perform({ type: 'message', to: recipient, message: text })
    const { to: phone, recipient: id } = { to: undefined, recipient: undefined, ...Object(sent()) }
    expect({ to: phone, recipient: id }).toEqual({
      to: undefined,
      recipient: undefined,
      ...address,
    })
  })

  it('for nobody fails without a request', async () => {
    const payload: ActionPayload = { type: 'message', to: {}, message: text }
    expect(await perform(payload)).toMatchObject({ outcome: 'failed' })
    expect(graph.seen).toEqual([])
  })

  it('refused with 131047 asks for its template once', async () => {
    graph.answer = graphError(400, 131047)
    const withTemplate = { ...text, template: { name: 'missed_call', language: 'en' } }
    const payload: ActionPayload = { type: 'message', to, message: withTemplate }
    expect(await perform(payload)).toMatchObject({ outcome: 'use_template', code: 131047 })
    const again = await perform({ ...payload, asTemplate: true })
    expect(again).toMatchObject({ outcome: 'failed', code: 131047 })
    expect(await perform(message)).toMatchObject({ outcome: 'failed', code: 131047 })
  })

  it('answered with a 200 that is no JSON is uncertain', async () => {
    graph.answer = json(200, '<html>')
    expect(await perform(message)).toMatchObject({ outcome: 'uncertain' })
  })

  it('answered with more than a megabyte is uncertain', async () => {
    graph.answer = json(200, { ...accepted, padding: 'x'.repeat(1_100_000) })
    expect(await perform(message)).toMatchObject({ outcome: 'uncertain' })
  })
})

describe('a block', () => {
  const block: ActionPayload = { type: 'block', to, minutes: 60 }
  const refused = { added_users: [], failed_users: [{ input: `+${user}`, errors: [] }] }
  it('names the phone number and no minutes', async () => {
    expect(await perform(block)).toEqual({ outcome: 'done' })
    expect(graph.seen[0]?.url).toBe(`/v26.0/${line}/block_users`)
    expect(sent()).toEqual({ messaging_product: 'whatsapp', block_users: [{ user: `+${user}` }] })
  })

  it('that Meta does not do fails without alarm', async () => {
    graph.answer = graphError(400, 139100)
    expect(await perform(block)).not.toHaveProperty('alarm')
    graph.answer = json(200, { block_users: refused })
    expect(await perform(block)).toEqual({ outcome: 'failed', details: 'Meta did not block them' })
  })

  it('of somebody without a phone number fails without a request', async () => {
    const payload: ActionPayload = { type: 'block', to: { userId }, minutes: 60 }
    expect(await perform(payload)).toMatchObject({ outcome: 'failed' })
    expect(graph.seen).toEqual([])
  })
})

describe('trouble on the way', () => {
  const both = async (on = channel): Promise<string[]> => [
    (await perform(reject, on)).outcome,
    (await perform(message, on)).outcome,
  ]

  async function closedPort(): Promise<string> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo // listening on TCP, so never a path
    await new Promise((resolve) => server.close(resolve))
    return `http://127.0.0.1:${String(port)}`
  }

  it('retries after a refused connection', async () => {
    const refused = open({ graphUrl: await closedPort() })
    expect(await both(refused)).toEqual(['retry', 'retry'])
    await refused.close()
  })

  it('retries after a name that does not resolve', async () => {
    const nowhere = open({ graphUrl: 'http://graph.invalid', timeoutMs: 5_000 })
    expect(await both(nowhere)).toEqual(['retry', 'retry'])
    await nowhere.close()
  })

  it('does not repeat a message that was not answered in time', async () => {
    graph.answer = () => undefined
    expect(await both()).toEqual(['retry', 'uncertain'])
    expect(graph.seen).toHaveLength(2)
  })

  it('does not repeat a message whose connection was reset', async () => {
    graph.answer = (_response, _seen, socket) => socket.resetAndDestroy()
    expect(await both()).toEqual(['retry', 'uncertain'])
  })

  it('does not repeat a message whose answer broke off', async () => {
    graph.answer = (response, _seen, socket) => {
      response.writeHead(200, { 'content-length': '500' })
      response.write('{"messages":', () => socket.destroy())
    }
    expect(await both()).toEqual(['retry', 'uncertain'])
  })

  it('does not repeat a message whose answer never ends', async () => {
    graph.answer = (response) => response.write('{"messages":')
    expect(await both()).toEqual(['retry', 'uncertain'])
  })

  it('retries what was given up before it was sent', async () => {
    const options = { deadlineAt: Date.now() + 60_000, signal: AbortSignal.abort() }
    const result = await channel.perform({ key, line, payload: message }, options)
    expect(result).toMatchObject({ outcome: 'retry' })
    expect(graph.seen).toEqual([])
  })

  it('does not repeat a message that was given up after it was sent', async () => {
    const controller = new AbortController()
    graph.answer = () => {
      controller.abort()
    }
    const options = { deadlineAt: Date.now() + 60_000, signal: controller.signal }
    const result = await channel.perform({ key, line, payload: message }, options)
    expect(result).toMatchObject({ outcome: 'uncertain' })
  })

  it('waits no longer than the deadline', async () => {
    graph.answer = () => undefined
    const patient = open({ timeoutMs: 10_000 })
    const startedAt = Date.now()
    await patient.perform({ key, line, payload: reject }, { deadlineAt: startedAt + 150 })
    expect(Date.now() - startedAt).toBeLessThan(2_000)
    await patient.close()
  })

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['99999999', 3_600_000],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
  ])('respects Retry-After %s', async (header, afterMs) => {
    graph.answer = json(429, { error: { code: 130429 } }, { 'retry-after': header })
    expect(await perform(message)).toMatchObject({ outcome: 'retry', code: 130429, afterMs })
  })

  it('says that the access token is missing', async () => {
    const mute = open({ accessToken: undefined })
    expect(await perform(message, mute)).toMatchObject({
      outcome: 'failed',
      alarm: expect.stringContaining('META_ACCESS_TOKEN is missing'),
    })
    expect(await mute.getSettings(line)).toMatchObject({ ok: false })
    expect(graph.seen).toEqual([])
    await mute.close()
  })

  it('tells neither ids nor phone numbers', async () => {
    const words = `User +1 650-555-0123 (${user}, ${userId}) of ${callId} and wamid.HBgL== is gone`
    graph.answer = graphError(400, 131026, words)
    const result = await perform(message)
    const told = JSON.stringify(result)
    for (const secret of [user, '555-0123', userId, callId, 'wamid.HBgL']) {
      expect(told).not.toContain(secret)
    }
    expect(told).toContain('is gone')
  })
})

describe('questions outside of actions', () => {
  it('read and change the settings', async () => {
    graph.answer = json(200, { calling: { status: 'NOT_SET' } })
    expect(await channel.getSettings(line)).toEqual({
      ok: true,
      body: { calling: { status: 'NOT_SET' } },
    })
    graph.answer = json(200, { success: true })
    const change = { calling: { status: 'ENABLED' } }
    expect(await channel.updateSettings(line, change)).toMatchObject({ ok: true })
    expect(sent()).toEqual(change)
    expect(graph.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET /v26.0/${line}/settings`,
      `POST /v26.0/${line}/settings`,
    ])
  })

  it('ask for call permissions by phone or user id', async () => {
    await channel.callPermissions(line, to)
    await channel.callPermissions(line, { userId })
    expect(graph.seen.map(({ url }) => url)).toEqual([
      `/v26.0/${line}/call_permissions?user_wa_id=${user}`,
      `/v26.0/${line}/call_permissions?recipient=${userId}`,
    ])
  })

  it('block and unblock', async () => {
    await channel.blockUsers(line, [`+${user}`])
    await channel.unblockUsers(line, [user])
    expect(graph.seen.map(({ method }) => method)).toEqual(['POST', 'DELETE'])
    expect(graph.seen[0]?.body).toBe(graph.seen[1]?.body)
  })

  it('upload a voicemail greeting', async () => {
    graph.answer = json(200, { id: '938884519013664' })
    const answer = await channel.uploadMedia(line, {
      bytes: new Uint8Array([79, 103, 103, 83]),
      mimeType: 'audio/ogg',
      filename: 'greeting.ogg',
      useCase: 'call_voicemail_announcement',
      description: 'Greeting',
    })
    expect(answer).toEqual({ ok: true, body: { id: '938884519013664' } })
    const [request] = graph.seen
    expect(request?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
    for (const part of ['OggS', 'greeting.ogg', 'call_voicemail_announcement', 'audio/ogg']) {
      expect(request?.body).toContain(part)
    }
  })

  it('tell why they were refused', async () => {
    graph.answer = graphError(401, 190, 'Session has expired')
    const refused = { ok: false, status: 401, code: 190, details: 'Session has expired' }
    expect(await channel.get(`/${line}`)).toEqual(refused)
  })
})
