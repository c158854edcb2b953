import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** How a run at one rate went. Milliseconds, from the instant a request was due, queueing included. */
export interface LoadResult {
  readonly latencies: number[]
  readonly failed: number
  /** Answered requests a second, from the first due to the last answered. */
  readonly throughput: number
}

const endOfHead = Buffer.from('\r\n\r\n')

/**
 * A kept-alive connection that has one request under way; as cheap as can be, to leave the CPU to the server.
 * Made anew where the server has closed it, which it does after some idle seconds.
 */
class Connection {
  readonly #url: URL
  #socket: Socket
  #onAnswer: ((status: number) => void) | undefined
  #received: Buffer = Buffer.alloc(0)

  constructor(url: URL) {
    this.#url = url
    this.#socket = this.#open()
  }

  send(request: Buffer, onAnswer: (status: number) => void): void {
    if (!this.#socket.writable) this.#socket = this.#open()
    this.#onAnswer = onAnswer
    this.#socket.write(request)
  }

  close(): void {
    this.#socket.destroy()
  }

  #open(): Socket {
    const socket = connect({
      port: Number(this.#url.port),
      host: this.#url.hostname,
      noDelay: true,
    })
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', () => this.#finish(0))
    socket.on('close', () => {
      if (socket === this.#socket) this.#finish(0)
    })
    return socket
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const head = this.#received.indexOf(endOfHead)
    if (head < 0) return
    const text = this.#received.toString('latin1', 0, head).toLowerCase()
    const length = Number(/\r\ncontent-length: (\d+)/.exec(text)?.[1] ?? 0)
    if (this.#received.length < head + 4 + length) return
    this.#received = Buffer.alloc(0)
    this.#finish(Number(text.slice(9, 12)))
  }

  #finish(status: number): void {
    const onAnswer = this.#onAnswer
    this.#onAnswer = undefined
    onAnswer?.(status)
  }
}

/**
 * Sends requests at a fixed rate, whatever the answers do (open loop), or all at once for the ceiling
 * (`rate` infinite: as fast as `connections` allow).
 */
export async function load(
  url: string,
  requests: readonly Buffer[],
  { rate, connections }: { rate: number; connections: number },
): Promise<LoadResult> {
  const free = Array.from({ length: connections }, () => new Connection(new URL(url)))
  const all = [...free]
  const latencies: number[] = []
  let failed = 0
  let next = 0
  let answered = 0
  const start = performance.now()
  const dueAt = (index: number): number =>
    Number.isFinite(rate) ? start + (index * 1000) / rate : start
  let lastAnswer = start
  await new Promise<void>((resolve) => {
    const pump = (): void => {
      while (free.length > 0 && next < requests.length && dueAt(next) <= performance.now()) {
        const connection = free.pop()
        const request = requests[next]
        if (!connection || !request) break
        const due = Number.isFinite(rate) ? dueAt(next) : performance.now()
        next += 1
        connection.send(request, (status) => {
          lastAnswer = performance.now()
          latencies.push(lastAnswer - due)
          if (status !== 200) failed += 1
          answered += 1
          free.push(connection)
          if (answered === requests.length) resolve()
          else pump()
        })
      }
      if (next >= requests.length) clearInterval(timer)
    }
    const timer = setInterval(pump, 1)
    pump()
  })
  for (const connection of all) connection.close()
  return { latencies, failed, throughput: (answered * 1000) / (lastAnswer - start) }
}
