import { createServer } from 'node:http'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export type Answer = (response: ServerResponse, seen: Seen, socket: Socket) => void

export interface GraphServer {
  readonly url: string
  readonly seen: Seen[]
  answer: Answer
  close(): Promise<void>
}

/** A real HTTP server on the loopback in Graph's place; `answer` says what it does next. */
export async function startGraph(): Promise<GraphServer> {
  const seen: Seen[] = []
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming
      const request = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') }
      seen.push(request)
      graph.answer(response, request, incoming.socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // listening on TCP, so never a path
  const graph: GraphServer = {
    url: `http://127.0.0.1:${String(port)}`,
    seen,
    answer: json(200, { messaging_product: 'whatsapp', success: true }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
  return graph
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
}

/** Graph's error body. */
export function graphError(status: number, code: number, details = 'Refused'): Answer {
  return json(status, {
    error: {
      message: `(#${String(code)}) Title`,
      type: 'OAuthException',
      code,
      error_data: { messaging_product: 'whatsapp', details },
      fbtrace_id: 'Az8or2yhqkZfEZ-_4Qn_Bam',
    },
  })
}
