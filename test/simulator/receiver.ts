import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SimulatorOptions } from '../../server/simulator/options.ts'
import type { Simulator } from '../../server/simulator/simulator.ts'
import { startSimulator } from '../../server/simulator/simulator.ts'

export const appSecret = 'test_app_secret'
export const accessToken = 'test-token'
export const line = '106540352242922'
export const otherLine = '106540352242923'
export const alice = '+447700900123'

export type Fields = Record<string, unknown>
export interface Received {
  raw: string
  body: Fields
  isSigned: boolean
  at: number
}

/** A little webhook server that verifies signatures and keeps what came. */
export interface Receiver {
  readonly url: string
  readonly received: Received[]
  /** Status to answer next, or a function of what came; 200 unless told. 0 never answers. */
  answer: (received: Received) => number
  close(): Promise<void>
}

export async function startReceiver(verifyToken = 'verify-me'): Promise<Receiver> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://localhost')
      if (request.method === 'GET') {
        const isRight = url.searchParams.get('hub.verify_token') === verifyToken
        response.statusCode = isRight ? 200 : 403
        response.end(isRight ? url.searchParams.get('hub.challenge') : 'no')
        return
      }
      const raw = Buffer.concat(chunks)
      const digest = createHmac('sha256', appSecret).update(raw).digest('hex')
      const isSigned = request.headers['x-hub-signature-256'] === `sha256=${digest}`
      const item = {
        raw: raw.toString(),
        body: JSON.parse(raw.toString()),
        isSigned,
        at: Date.now(),
      }
      received.push(item)
      const status = receiver.answer(item)
      if (status === 0) return
      response.statusCode = status
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // a listening TCP server has an AddressInfo
  const { port } = server.address() as AddressInfo
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/webhooks/whatsapp`,
    received,
    answer: (item) => (item.isSigned ? 200 : 401),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
  return receiver
}

export interface Bench {
  simulator: Simulator
  receiver: Receiver
  /** All changes received, in order of arrival, over entries and posts. */
  changes(): { field: string; value: Fields }[]
  /** All `calls[]` items, or those of one event. */
  calls(event?: string): Fields[]
  graph(method: string, path: string, body?: unknown): Promise<{ status: number; body: Fields }>
  act(action: string, callId: string, more?: Fields): Promise<{ status: number; body: Fields }>
  close(): Promise<void>
}

/** A receiver and a simulator that talk to each other, quick enough for tests. */
export async function startBench(options: Partial<SimulatorOptions> = {}): Promise<Bench> {
  const receiver = await startReceiver()
  const simulator = await startSimulator({
    appSecret,
    accessToken,
    webhookUrl: receiver.url,
    verifyToken: 'verify-me',
    lines: [
      { id: line, display: '+44 20 7946 0000' },
      { id: otherLine, display: '+49 30 901820' },
    ],
    seed: 7,
    ...options,
    time: { scale: 100, ringSeconds: 3000, clientTimeoutSeconds: 2000, ...options.time },
  })
  const changes = (): { field: string; value: Fields }[] =>
    receiver.received
      .flatMap(({ body }) => entriesOf(body).flatMap((entry) => listOf(entry, 'changes')))
      // the documented shape of a change
      .map((change) => change as { field: string; value: Fields })
  const calls = (event?: string): Fields[] =>
    changes()
      .flatMap(({ value }) => listOf(value, 'calls'))
      .filter((call) => event === undefined || call['event'] === event)
  const graph: Bench['graph'] = async (method, path, body) => {
    const answer = await fetch(`${simulator.url}/v26.0/${path}`, {
      method,
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    // Graph always answers JSON objects
    return { status: answer.status, body: (await answer.json()) as Fields }
  }
  return {
    simulator,
    receiver,
    changes,
    calls,
    graph,
    act: (action, callId, more = {}) =>
      graph('POST', `${line}/calls`, {
        messaging_product: 'whatsapp',
        call_id: callId,
        action,
        ...more,
      }),
    close: async () => {
      await simulator.close()
      await receiver.close()
    },
  }
}

export function listOf(value: Fields | undefined, key: string): Fields[] {
  const list = value?.[key]
  return Array.isArray(list) ? list : []
}

function entriesOf(body: Fields | Fields[]): Fields[] {
  return Array.isArray(body) ? body.flatMap((one) => listOf(one, 'entry')) : listOf(body, 'entry')
}

/** Asks again until it holds, at most ten seconds. */
export async function eventually(check: () => boolean): Promise<void> {
  const end = Date.now() + 10_000
  while (!check() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5))
  if (!check()) throw new Error('did not happen within ten seconds')
}

export const answerSdp = [
  'v=0',
  'o=- 1 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 126',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdefghijklmnopqrstuvwx',
  'a=fingerprint:sha-256 00:11:22',
  'a=setup:active',
  'a=mid:audio',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=rtpmap:126 telephone-event/8000',
  'a=ssrc:1 cname:x',
  '',
].join('\r\n')

export const session = { session: { sdp_type: 'answer', sdp: answerSdp } }
export const text = (to: string, body = 'Sorry we missed you'): Fields => ({
  messaging_product: 'whatsapp',
  recipient_type: 'individual',
  to,
  type: 'text',
  text: { body },
})
