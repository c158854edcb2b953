/** So many tasks are done in one turn of the event loop; each takes about a millisecond. */
export const mostTasks = 24

/**
 * Shares a burst out over turns of the event loop. A hundred deliveries that arrive at once are read in one turn of it,
 * and everything else (timers, answers, health checks) would wait until the last of them is dealt with. It goes by number
 * and not by time: a turn that takes long because the machine is busy is no burst, and its calls should not wait for more.
 */
export class Turns {
  readonly #waiting: (() => void)[] = []
  #begun = 0

  /** Does it in this turn while few were done in it, in a later one otherwise; what came first is done first. */
  take(task: () => void): void {
    if (this.#begun === mostTasks) {
      this.#waiting.push(task)
      return
    }
    this.#begin(1)
    task()
  }

  /** Resolves in this turn while few were done in it, in a later one otherwise. */
  next(): Promise<void> {
    return new Promise((resolve) => this.take(resolve))
  }

  #begin(tasks: number): void {
    if (this.#begun === 0) setImmediate(() => this.#end())
    this.#begun += tasks
  }

  #end(): void {
    this.#begun = 0
    const tasks = this.#waiting.splice(0, mostTasks)
    if (tasks.length === 0) return
    this.#begin(tasks.length)
    for (const task of tasks) task()
  }
}

/** The turns of this process's event loop. */
export const turns = new Turns()
