const longestPauseMs = 60_000

/** What holds back one lane of one line: the provider throttles it, or refuses its credentials. */
export class Gate {
  readonly #probeMs: number
  readonly #alarms = new Set<string>()
  #heldUntil = 0
  #refusals = 0

  constructor(probeMs: number) {
    this.#probeMs = probeMs
  }

  /** Epoch milliseconds. */
  get heldUntil(): number {
    return this.#heldUntil
  }

  /** Only one action at a time, until one succeeds. */
  get isProbing(): boolean {
    return this.#refusals > 0
  }

  isHeld(now: number): boolean {
    return now < this.#heldUntil
  }

  throttle(until: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, until)
  }

  /** Credentials were refused. What was under way while already held does not lengthen the pause. */
  refuse(now: number): void {
    if (this.isProbing && this.isHeld(now)) return
    this.#heldUntil = now + Math.min(longestPauseMs, this.#probeMs * 2 ** this.#refusals)
    this.#refusals += 1
  }

  /** @returns whether nobody was told yet */
  isNewAlarm(text: string): boolean {
    if (this.#alarms.has(text)) return false
    this.#alarms.add(text)
    return true
  }

  /** Something succeeded. */
  recover(): void {
    this.#alarms.clear()
    if (!this.isProbing) return
    this.#refusals = 0
    this.#heldUntil = 0
  }
}

/** A gate for each line that has been used. */
export class Gates {
  readonly #probeMs: number
  readonly #gates = new Map<string, Gate>()

  constructor(probeMs: number) {
    this.#probeMs = probeMs
  }

  of(line: string): Gate {
    const known = this.#gates.get(line)
    if (known) return known
    const gate = new Gate(this.#probeMs)
    this.#gates.set(line, gate)
    return gate
  }

  heldLines(now: number): { line: string; until: number }[] {
    return [...this.#gates]
      .filter(([, gate]) => gate.isHeld(now))
      .map(([line, gate]) => ({ line, until: gate.heldUntil }))
  }
}
