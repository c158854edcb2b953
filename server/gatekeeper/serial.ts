/**
 * Runs tasks of one key after another, and tasks of different keys side by side; so the events of
 * one call are handled in the order in which they arrived.
 */
export class Serial {
  readonly #tails = new Map<string, Promise<unknown>>()

  get size(): number {
    return this.#tails.size
  }

  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve()
    const result = before.then(task, task)
    const tail = result.catch(() => undefined)
    this.#tails.set(key, tail)
    void tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key)
    })
    return result
  }
}
