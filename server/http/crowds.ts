/**
 * What is told once a second, however often it happens, and then with how many there were: a locked
 * database refuses every webhook at once, and writing the same line for each takes longer than refusing.
 */
export class Crowds {
  readonly #told = new Map<string, { at: number; untold: number }>()
  readonly #now: () => number

  /** @param now monotonic milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** @returns how many went untold before this one; undefined when this one is to go untold, too */
  tell(what: string): number | undefined {
    const now = this.#now()
    const last = this.#told.get(what)
    if (last && now - last.at < 1_000) {
      last.untold += 1
      return undefined
    }
    this.#told.set(what, { at: now, untold: 0 })
    return last?.untold ?? 0
  }
}
