import { Worker } from 'node:worker_threads'
import { GatekeeperError } from '../errors.ts'
import { turns } from '../turns.ts'
import type { ThreadData, ThreadRequest, ThreadResponse } from './thread-message.ts'

interface Waiting {
  resolve(output: unknown): void
  reject(error: unknown): void
}

/** Requests under way at once before callers are told to come back later. */
const queueBound = 5000

/** Source runs through tsx (development, tests); the build puts the threads beside the main file. */
function startWorker(name: string, data: ThreadData): Worker {
  const fromSource = import.meta.url.endsWith('.ts')
  const file = new URL(fromSource ? `./${name}.ts` : `./${name}.js`, import.meta.url)
  const loader = new URL('./from-source.mjs', import.meta.url).href
  return new Worker(file, {
    workerData: data,
    execArgv: fromSource ? ['--import', loader] : [],
  })
}

function toError(response: Extract<ThreadResponse, { ok: false }>): GatekeeperError {
  const { code, message } = response
  return code.startsWith('SQLITE_') && !code.startsWith('SQLITE_CONSTRAINT')
    ? new GatekeeperError('storage_unavailable', 'the database cannot be used right now', {
        cause: new Error(`${code}: ${message}`),
      })
    : new GatekeeperError('internal', 'a database command failed', {
        cause: new Error(`${code}: ${message}`),
      })
}

/**
 * A database thread: named requests in, promises out. If the thread dies, what was waiting is
 * refused (`storage_unavailable`) and the next request starts a new one.
 */
export class DatabaseThread {
  readonly #name: string
  readonly #data: ThreadData
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #nextId = 1
  #closed = false

  constructor(name: 'writer-thread' | 'reader-thread', data: ThreadData) {
    this.#name = name
    this.#data = data
  }

  get pending(): number {
    return this.#waiting.size
  }

  request(name: string, input: unknown): Promise<unknown> {
    if (this.#closed)
      return Promise.reject(new GatekeeperError('storage_unavailable', 'the server is stopping'))
    if (this.#waiting.size >= queueBound)
      return Promise.reject(new GatekeeperError('overloaded', 'too many requests are waiting'))
    const worker = (this.#worker ??= this.#start())
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      worker.postMessage({ id, name, input } satisfies ThreadRequest)
    })
  }

  /** Waits for what was asked, then ends the thread. */
  async close(): Promise<void> {
    const worker = this.#worker
    if (!worker || this.#closed) {
      this.#closed = true
      return
    }
    const stopped = this.request('close', undefined).catch(() => undefined)
    this.#closed = true
    await stopped
    await worker.terminate()
  }

  #start(): Worker {
    const worker = startWorker(this.#name, this.#data)
    worker.on('message', (response: ThreadResponse) => turns.take(() => this.#settle(response)))
    worker.on('error', (error) => this.#lost(worker, error))
    worker.on('exit', () => this.#lost(worker, new Error('the database thread ended')))
    return worker
  }

  #settle(response: ThreadResponse): void {
    const waiting = this.#waiting.get(response.id)
    this.#waiting.delete(response.id)
    if (response.ok) waiting?.resolve(response.output)
    else waiting?.reject(toError(response))
  }

  #lost(worker: Worker, cause: Error): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    for (const { reject } of this.#waiting.values())
      reject(new GatekeeperError('storage_unavailable', 'the database thread ended', { cause }))
    this.#waiting.clear()
  }
}
