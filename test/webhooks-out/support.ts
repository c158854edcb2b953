import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import type { Bench } from '../gatekeeper/support.ts'

/** An event as a receiver has read it, with its `webhook-id`. */
export interface Heard {
  readonly id: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly type: string
  readonly sequence: number
  readonly data: Record<string, unknown>
}

export type Answer = (response: ServerResponse, heard: Heard) => void

/** Another system, over real HTTP. */
export interface Receiver {
  readonly url: string
  readonly heard: Heard[]
  /** How it answers from now on. */
  answer: Answer
  close(): Promise<void>
}

export const ok: Answer = (response) => void response.writeHead(204).end()
export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end()
/** Takes the request and says nothing. */
export const hang: Answer = () => undefined
/** Answers 200, and then a byte at a time for ever. */
export const drip: Answer = (response) => {
  response.writeHead(200)
  const timer = setInterval(() => response.write('.'), 200)
  response.on('close', () => clearInterval(timer))
}

export async function startReceiver(first: Answer = ok): Promise<Receiver> {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (part: string) => (text += part))
    request.on('end', () => {
      // the events of the server under test
      const body = JSON.parse(text) as Pick<Heard, 'type' | 'sequence' | 'data'>
      const { headers } = request
      const one = { id: String(headers['webhook-id']), headers, text, ...body }
      heard.push(one)
      receiver.answer(response, one)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // a server that listens on a port has such an address
  const { port } = server.address() as AddressInfo
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hook`,
    heard,
    answer: first,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return receiver
}

/** Verifies with the public library of the Standard Webhooks specification. @throws Error */
export function verify(secret: string, { text, headers }: Heard): unknown {
  return new Webhook(secret).verify(text, {
    'webhook-id': String(headers['webhook-id']),
    'webhook-timestamp': String(headers['webhook-timestamp']),
    'webhook-signature': String(headers['webhook-signature']),
  })
}

export interface Made {
  readonly id: string
  readonly secret: string
}

/** A request to the server under test. */
export async function ask(bench: Bench, method: string, path: string, body?: unknown) {
  const response = await bench.api(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  // each test looks at what it needs
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

export const allEvents = ['call.decided', 'call.ended', 'lead.opened', 'lead.closed', 'policy.released'] // prettier-ignore

export async function addEndpoint(
  bench: Bench,
  url: string,
  more: Record<string, unknown> = {},
): Promise<Made> {
  const made = await ask(bench, 'POST', '/api/webhooks', { url, events: allEvents, ...more })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  // the route answers what its schema says
  const { endpoint, secret } = made.body as { endpoint: { id: string }; secret: string }
  return { id: endpoint.id, secret }
}
