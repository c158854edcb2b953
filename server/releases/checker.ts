import { Worker } from 'node:worker_threads'
import type { ValidateContext } from '../policy/validate/validate.ts'
import type { Assessed } from './read-document.ts'

/** One text to be read and checked, with all that its problems depend on. */
export interface CheckQuestion {
  readonly id: string
  readonly text: string
  /** Named in the problems. */
  readonly file?: string
  readonly context: ValidateContext
}

export type CheckAnswer = Assessed

interface Waiting {
  resolve(answer: CheckAnswer): void
  reject(error: unknown): void
}

/** Unused for so long, the thread ends and gives its memory back. */
const idleMs = 30_000

function startThread(): Worker {
  const fromSource = import.meta.url.endsWith('.ts')
  const name = fromSource ? './checker-thread.ts' : './checker-thread.js'
  const loader = new URL('../db/from-source.mjs', import.meta.url).href
  return new Worker(new URL(name, import.meta.url), {
    execArgv: fromSource ? ['--import', loader] : [],
  })
}

/**
 * Reads and checks policies in a thread of its own, because a large one takes longer than a caller may
 * wait. The thread is started by the first question.
 */
export class Checker {
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  #nr = 0

  /** @throws Error when the thread ended before it answered */
  ask(question: CheckQuestion): Promise<CheckAnswer> {
    clearTimeout(this.#idle)
    const worker = (this.#worker ??= this.#start())
    const nr = this.#nr++
    return new Promise((resolve, reject) => {
      this.#waiting.set(nr, { resolve, reject })
      worker.postMessage({ nr, question })
    })
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle)
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
    this.#refuse(new Error('policies are not checked any more'))
  }

  #start(): Worker {
    const worker = startThread()
    // it keeps no process alive
    worker.unref()
    // the thread answers exactly so
    worker.on('message', ({ nr, answer }: { nr: number; answer: CheckAnswer }) => {
      this.#waiting.get(nr)?.resolve(answer)
      this.#waiting.delete(nr)
      if (this.#waiting.size === 0) this.#endSoon()
    })
    worker.on('error', (error) => this.#lost(worker, error))
    worker.on('exit', () => this.#lost(worker, new Error('the checking thread ended')))
    return worker
  }

  #endSoon(): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => void this.close(), idleMs)
    this.#idle.unref()
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    this.#refuse(error)
  }

  #refuse(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
