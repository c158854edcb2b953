import type { Clock } from '../clock.ts'

const longestTimerMs = 60_000

/**
 * Runs a look at the outbox: never two at once, once more when asked meanwhile, and again at the
 * instant (epoch ms) that the look gives back.
 */
export class Pump {
  readonly #look: () => Promise<number | undefined>
  readonly #onError: (error: unknown) => void
  readonly #clock: Clock
  #state: 'idle' | 'queued' | 'running' | 'closed' = 'idle'
  #again = false
  #timer: NodeJS.Timeout | undefined
  #timerAt = Infinity

  constructor(deps: {
    look: () => Promise<number | undefined>
    onError: (error: unknown) => void
    clock: Clock
  }) {
    this.#look = deps.look
    this.#onError = deps.onError
    this.#clock = deps.clock
  }

  get isBusy(): boolean {
    return this.#state === 'queued' || this.#state === 'running'
  }

  request(): void {
    if (this.#state === 'running') this.#again = true
    if (this.#state !== 'idle') return
    this.#state = 'queued'
    setImmediate(() => void this.#run())
  }

  schedule(at: number): void {
    if (this.#state === 'closed' || at >= this.#timerAt) return
    clearTimeout(this.#timer)
    this.#timerAt = at
    const waitMs = Math.min(longestTimerMs, Math.max(1, at - this.#clock.now()))
    this.#timer = setTimeout(() => {
      this.#timerAt = Infinity
      this.request()
    }, waitMs)
    this.#timer.unref()
  }

  close(): void {
    this.#state = 'closed'
    clearTimeout(this.#timer)
  }

  async #run(): Promise<void> {
    if (this.#state === 'closed') return
    this.#state = 'running'
    this.#again = false
    try {
      const next = await this.#look()
      if (next !== undefined) this.schedule(next)
    } catch (error) {
      this.#onError(error)
    }
    if (this.#isClosed()) return
    this.#state = 'idle'
    if (this.#again) this.request()
  }

  #isClosed(): boolean {
    return this.#state === 'closed'
  }
}
