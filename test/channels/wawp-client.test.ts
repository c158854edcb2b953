import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Channel } from '../../server/channels/channel.ts'
import { wawpChannel } from '../../server/channels/wawp/client.ts'
import type { WawpOptions } from '../../server/channels/wawp/client.ts'
import type { ActionPayload, ActionResult } from '../../server/schema/action.ts'
import { json, startGraph } from './graph-server.ts'
import type { GraphServer } from './graph-server.ts'

const instanceId = 'A1B2C3D4E5F6'
const accessToken = 'tok&en=1/2'
const to = { phone: '+16505550123', address: '16505550123@c.us' }
const reject: ActionPayload = { type: 'reject', callId: 'call_12345', to }
const message: ActionPayload = { type: 'message', to, message: { text: 'Sorry.' } }

let wawp: GraphServer
let channel: Channel
const open = (options: Partial<WawpOptions> = {}): Channel =>
  wawpChannel({ url: wawp.url, instanceId, accessToken, timeoutMs: 500, ...options })

beforeEach(async () => {
  wawp = await startGraph()
  wawp.answer = json(200, { success: true, message: 'Operation completed successfully' })
  channel = open()
})
afterEach(async () => {
  await channel.close()
  await wawp.close()
})

const perform = (payload: ActionPayload, on = channel): Promise<ActionResult> =>
  on.perform({ key: 'k', line: 'default', payload }, { deadlineAt: Date.now() + 60_000 })
const sent = (): unknown => JSON.parse(wawp.seen.at(-1)?.body ?? '')

describe('a reject', () => {
  it('posts the documented body and query', async () => {
    expect(await perform(reject)).toEqual({ outcome: 'done' })
    const [seen] = wawp.seen
    const url = new URL(seen?.url ?? '', wawp.url)
    expect([seen?.method, url.pathname]).toEqual(['POST', '/v2/calls/reject'])
    expect([...url.searchParams]).toEqual([
      ['instance_id', instanceId],
      ['access_token', accessToken],
    ])
    expect(sent()).toEqual({ callId: 'call_12345', from: '16505550123@c.us' })
  })

  it.each([
    [400, { message: 'Bad Request - Missing Required Parameter(s)' }, 'gone'],
    [404, { message: 'Not found' }, 'gone'],
    [429, {}, 'retry'],
    [500, {}, 'retry'],
    [200, { success: false }, 'failed'],
  ])('answered with %i %j is %s', async (status, body, outcome) => {
    wawp.answer = json(status, body)
    expect(await perform(reject)).toMatchObject({ outcome })
  })
})

describe('a message', () => {
  it('posts credentials, chat and text in its body', async () => {
    expect(await perform(message)).toEqual({ outcome: 'done' })
    expect(wawp.seen[0]).toMatchObject({ method: 'POST', url: '/v2/send/text' })
    expect(sent()).toEqual({
      instance_id: instanceId,
      access_token: accessToken,
      chatId: '16505550123@c.us',
      message: 'Sorry.',
    })
  })

  it.each([
    [
      { id: { _serialized: 'true_16505550123@c.us_3EB0' } },
      { outcome: 'done', providerId: '3EB0' },
    ],
    [{ id: 'true_16505550123@c.us_3EB0' }, { outcome: 'done', providerId: '3EB0' }],
    [
      { success: true, message_id: '3EB0' },
      { outcome: 'done', providerId: '3EB0' },
    ],
    [{ success: false, message: 'x' }, { outcome: 'failed' }],
    [{ error: 'limit reached' }, { outcome: 'failed' }],
    ['<html>', { outcome: 'uncertain' }],
  ])('answered with 200 %j is %j', async (body, result) => {
    wawp.answer = json(200, body)
    expect(await perform(message)).toMatchObject(result)
  })

  it.each([
    [400, 'failed'],
    [422, 'failed'],
    [429, 'retry'],
    [500, 'uncertain'],
    [503, 'uncertain'],
  ])('answered with %i is %s', async (status, outcome) => {
    wawp.answer = json(status, { message: 'No' })
    expect(await perform(message)).toMatchObject({ outcome })
  })
})

describe('credentials', () => {
  it.each([401, 403])('refused with %i raise an alarm that names them', async (status) => {
    wawp.answer = json(status, { code: 'subscription_required', message: `${accessToken} is old` })
    for (const payload of [reject, message]) {
      const result = await perform(payload)
      expect(result).toMatchObject({ alarm: expect.stringContaining('WAWP_ACCESS_TOKEN') })
      expect(JSON.stringify(result)).not.toContain(accessToken)
    }
  })

  it.each([
    [{ accessToken: undefined }, 'WAWP_ACCESS_TOKEN is missing'],
    [{ instanceId: undefined }, 'WAWP_INSTANCE_ID is missing'],
  ])('that are absent (%j) are named without a request', async (options, words) => {
    const mute = open(options)
    for (const payload of [reject, message]) {
      const expected = { outcome: 'failed', alarm: expect.stringContaining(words) }
      expect(await perform(payload, mute)).toMatchObject(expected)
    }
    expect(wawp.seen).toEqual([])
    await mute.close()
  })

  it('are in no result, whatever is answered', async () => {
    const words = `call_12345 of 16505550123@c.us, ${instanceId}, ${accessToken}`
    for (const status of [400, 404, 422, 429, 500]) {
      wawp.answer = json(status, { message: words })
      const told = JSON.stringify([await perform(reject), await perform(message)])
      for (const secret of ['16505550123', instanceId, accessToken])
        expect(told).not.toContain(secret)
    }
  })
})

it('leaves a message uncertain that was not answered in time', async () => {
  wawp.answer = () => undefined
  const outcomes = [(await perform(reject)).outcome, (await perform(message)).outcome]
  expect(outcomes).toEqual(['retry', 'uncertain'])
})
