import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * How the CRM behaves. `crawl`: a right answer, far too late, so that no breaker opens; `hang`: none
 * ever; `drip`: byte by byte for longer than anybody waits; `lie`: a 200 that means something else.
 */
export const crmModes = [
  'well',
  'slow50',
  'slow120',
  'slow500',
  'crawl',
  'hang',
  'drip',
  'error',
  'huge',
  'lie',
  'reset',
  'missing',
  'redirect',
] as const
export type CrmMode = (typeof crmModes)[number]

const lies = [
  '<html>Sign in</html>',
  '[]',
  'null',
  '"found"',
  '{"found":tru',
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"tier":{"a":1}}',
  '',
]

/** A CRM that counts what it is asked, by how it behaved. */
export class CrmStandIn {
  mode: CrmMode = 'well'
  readonly asked: Record<string, number> = {}
  /** Requests that were broken off by the other side while we kept it waiting. */
  abandoned = 0
  /** Open now, and at most at once. */
  open = 0
  mostOpen = 0
  readonly #server: Server
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response))
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    // a listening TCP server has an AddressInfo
    const { port } = this.#server.address() as AddressInfo
    return `http://127.0.0.1:${port}/people`
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      run()
    }, ms)
    this.#timers.add(timer)
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { mode } = this
    this.asked[mode] = (this.asked[mode] ?? 0) + 1
    this.open += 1
    this.mostOpen = Math.max(this.mostOpen, this.open)
    response.once('close', () => {
      this.open -= 1
      if (!response.writableFinished) this.abandoned += 1
    })
    this.#behave(mode, request, response)
  }

  #behave(mode: CrmMode, request: IncomingMessage, response: ServerResponse): void {
    const found = (): void => {
      if (!response.destroyed) json(response, '{"found":true,"tier":"gold"}')
    }
    switch (mode) {
      case 'well':
        return found()
      case 'slow50':
        return this.#later(50, found)
      case 'slow120':
        return this.#later(120, found)
      case 'slow500':
        return this.#later(500, found)
      case 'crawl':
        return this.#later(1_000, found)
      case 'hang':
        return
      case 'drip':
        return this.#drip(response)
      case 'error':
        response.writeHead(500)
        response.end('{}')
        return
      case 'huge':
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(`{"tier":"${'x'.repeat(10 * 1024 * 1024)}"}`)
        return
      case 'lie':
        return json(response, lies[(this.asked['lie'] ?? 0) % lies.length] ?? '')
      case 'reset':
        request.socket.resetAndDestroy()
        return
      case 'missing':
        response.writeHead(404)
        response.end()
        return
      case 'redirect':
        response.writeHead(302, { location: 'http://127.0.0.1:1/inside' })
        response.end()
        return
    }
  }

  #drip(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' })
    const drop = (): void => {
      if (response.destroyed) return
      response.write(' ')
      this.#later(100, drop)
    }
    drop()
  }
}

function json(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(text)
}
