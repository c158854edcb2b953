/** So long one turn of the event loop may be before what can wait is left to the next. */
const mostMs = 15

/**
 * Shares a burst out over turns of the event loop. A hundred deliveries that arrive at once are read in one turn of it,
 * and everything else (timers, answers, health checks) would wait until the last of them is dealt with.
 */
export class Turns {
  readonly #now: () => number
  readonly #waiting: (() => void)[] = []
  #begun: number | undefined

  /** @param now monotonic milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Does it at once while this turn is young, later otherwise; what came first is done first. */
  take(task: () => void): void {
    this.#begin()
    if (this.#waiting.length === 0 && !this.#isOver()) task()
    else this.#waiting.push(task)
  }

  /** Resolves at once while this turn is young, in a later turn otherwise. */
  next(): Promise<void> {
    return new Promise((resolve) => this.take(resolve))
  }

  #begin(): void {
    if (this.#begun !== undefined) return
    this.#begun = this.#now()
    setImmediate(() => this.#end())
  }

  #isOver(): boolean {
    return this.#begun !== undefined && this.#now() - this.#begun > mostMs
  }

  #end(): void {
    this.#begun = undefined
    if (this.#waiting.length === 0) return
    this.#begin()
    this.#work()
  }

  /** One task after the other, each with all that follows from it without waiting, until the turn is over. */
  #work(): void {
    const task = this.#waiting.shift()
    if (!task) return
    task()
    // ticks come when no microtask is left
    queueMicrotask(() =>
      process.nextTick(() => {
        if (!this.#isOver()) this.#work()
      }),
    )
  }
}

/** The turns of this process's event loop. */
export const turns = new Turns()
