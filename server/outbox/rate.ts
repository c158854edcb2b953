/**
 * At most a tenth of a second's allowance in any tenth of a second, hence at most `perSecond` in any
 * second. What is taken counts from the moment it is sent, so that a slow commit cannot compress it.
 */
export class Rate {
  readonly #burst: number
  readonly #windowMs: number
  /** Instants of the last sends, oldest first. */
  readonly #sent: number[] = []
  #taken = 0

  constructor(perSecond: number) {
    this.#burst = Math.max(1, Math.floor(perSecond / 10))
    this.#windowMs = (this.#burst * 1000) / perSecond
  }

  available(now: number): number {
    this.#forget(now)
    return this.#burst - this.#sent.length - this.#taken
  }

  /** When one more will be available; undefined while that depends on what is taken. */
  nextAt(now: number): number | undefined {
    this.#forget(now)
    const [oldest] = this.#sent
    return oldest === undefined ? undefined : oldest + this.#windowMs
  }

  take(count: number): void {
    this.#taken += count
  }

  /** One that was taken is sent now. */
  spend(now: number): void {
    this.#taken -= 1
    this.#sent.push(now)
  }

  /** What was taken is not sent. */
  giveBack(count: number): void {
    this.#taken -= count
  }

  #forget(now: number): void {
    // an instant in the future is one from before the clock was set back
    while (this.#sent[0] !== undefined && Math.abs(now - this.#sent[0]) >= this.#windowMs)
      this.#sent.shift()
  }
}
