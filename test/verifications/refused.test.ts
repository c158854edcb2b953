import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bench } from '../gatekeeper/support.ts'
import { connectChange, envelope, newCallId } from '../gatekeeper/support.ts'
import type { Receiver } from './support.ts'
import { look, open, post, startReceiver, startVerifier } from './support.ts'

let bench: Bench
let receiver: Receiver
beforeAll(async () => {
  receiver = await startReceiver()
  bench = await startVerifier({ environment: { OUTGOING_ALLOW: '' } })
})
afterAll(async () => {
  await bench.close()
  await receiver.close()
})

const stored = async (): Promise<number> => {
  const { count } = await bench.server.context.db
    .selectFrom('verifications')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}
const right = { phone: '+12125550141', ttlSeconds: 60 }

describe('what cannot be a verification', () => {
  it.each([
    ['nobody', { ttlSeconds: 60 }],
    ['two people', { ...right, userId: 'US.1' }],
    ['no number', { ...right, phone: 'hello there' }],
    ['a national number', { ...right, phone: '0170123' }],
    ['no time', { phone: '+12125550141' }],
    ['too short', { ...right, ttlSeconds: 9 }],
    ['too long', { ...right, ttlSeconds: 3601 }],
    ['half a second', { ...right, ttlSeconds: 60.5 }],
    ['an unknown field', { ...right, amount: 5 }],
    ['a list', [right]],
    ['a line that is not there', { ...right, message: 'Call us.', line: '1' }],
    ['a line without a message', { ...right, line: '106540352242922' }],
    ['an unknown variable', { ...right, message: 'Call {{caller.nam}}.' }],
    ['a variable that may be empty', { ...right, message: 'Call us, {{caller.name}}.' }],
    [
      'a label that is too long',
      {
        ...right,
        message: { text: 'Call us.', call: { label: 'Call us on this very number' } },
      },
    ],
  ])('is refused and not stored: %s', async (_, body) => {
    const answer = await post(bench, body)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { code: 'bad_request' } })
    expect(await stored()).toBe(0)
  })

  it.each([
    'ftp://example.com/',
    'not a url',
    'http://127.0.0.1:1/',
    'http://[::1]/',
    'http://10.0.0.1/hook',
    'http://169.254.169.254/latest/meta-data',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::ffff:127.0.0.1]/',
    'https://user:secret@example.com/',
  ])('is refused with the webhook %s', async (webhook) => {
    const answer = await post(bench, { ...right, webhook })
    expect(answer.status).toBe(400)
    expect(await stored()).toBe(0)
  })

  it('is refused without a credential, before the body is looked at', async () => {
    const { url } = bench.server
    const init = { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } }
    expect((await fetch(`${url}/api/verifications`, init)).status).toBe(401)
    expect((await fetch(`${url}/api/verifications/abc`)).status).toBe(401)
  })

  it('is not found', async () => {
    expect((await bench.api('/api/verifications/7k2m9q4r8t1v5w3x')).status).toBe(404)
  })
})

describe('a verification', () => {
  it('tells no name that leads to a private address', async () => {
    const port = new URL(receiver.url).port
    const opened = await open(bench, { ...right, webhook: `http://localhost:${port}/` })
    const id = newCallId()
    await bench.post(envelope(connectChange({ id, from: '12125550141' })))
    await bench.settled()
    const found = await look(bench, opened.id)
    expect(found).toMatchObject({ state: 'fulfilled', webhook: { state: 'failed' } })
    expect(receiver.told).toEqual([])
  })

  it('shows its secret and its address to nobody afterwards', async () => {
    const webhook = 'https://bank.example.com/hooks?key=do-not-tell'
    const { id, webhookSecret = '' } = await open(bench, { ...right, webhook })
    expect(webhookSecret).toMatch(/^whsec_/)
    const callId = newCallId()
    await bench.post(envelope(connectChange({ id: callId, from: '12125550141' })))
    const shown = [
      await look(bench, id),
      await bench.decision(callId),
      await (await bench.api('/api/calls')).json(),
    ]
    const feed = await bench.server.context.db.selectFrom('feed').selectAll().execute()
    const text = JSON.stringify([shown, feed])
    expect(text).not.toContain(webhookSecret)
    expect(text).not.toContain('do-not-tell')
  })

  it('is described in the API', async () => {
    const { paths } = (await (await bench.api('/api/openapi.json')).json()) as {
      paths: Record<string, object>
    }
    expect(Object.keys(paths['/api/verifications'] ?? {})).toEqual(['post'])
    expect(Object.keys(paths['/api/verifications/{ref}'] ?? {})).toEqual(['get'])
  })
})
