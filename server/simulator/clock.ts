/** Durations in seconds of Meta's life; all are divided by `scale`. */
export interface Timing {
  /** 60 makes a minute last a second. Timestamps stay real. */
  scale: number
  /** How long a phone rings before "Not answered" (documented: 30 to 60). */
  ringSeconds: number
  /** Ring time of a call the business places. */
  outboundRingSeconds: number
  /** Meta's HTTP client gives up on a webhook. */
  clientTimeoutSeconds: number
  /** First wait after the immediate retry; doubles. */
  retrySeconds: number
  retryMaxSeconds: number
  /** How long a call webhook is retried ("likely shorter than 7 days"). */
  retryCallsForSeconds: number
  retryOthersForSeconds: number
  /** From the end of a call to its terminate webhook. */
  terminateSeconds: number
  /** From acceptance to the `sent` status, and between the statuses. */
  statusSeconds: number
  voicemailSeconds: number
  mediaTimeoutSeconds: number
  /** From `connect` to a callee's answer. */
  calleeSeconds: number
  /** Gap between a terminate and the connect that should have come first. */
  disorderSeconds: number
  recordingSeconds: number
}

export const usualTiming: Readonly<Timing> = {
  scale: 1,
  ringSeconds: 45,
  outboundRingSeconds: 45,
  clientTimeoutSeconds: 20,
  retrySeconds: 1,
  retryMaxSeconds: 3600,
  retryCallsForSeconds: 600,
  retryOthersForSeconds: 7 * 86_400,
  terminateSeconds: 0.05,
  statusSeconds: 0.1,
  voicemailSeconds: 8,
  mediaTimeoutSeconds: 20,
  calleeSeconds: 5,
  disorderSeconds: 0.5,
  recordingSeconds: 5,
}

export type Cancel = () => void

/** Meta's clock and every timer of the simulator; what it owns ends with `stop`. */
export class Clock {
  readonly timing: Timing
  readonly #skewSeconds: () => number
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #sleepers = new Set<() => void>()
  #stopped = false

  constructor(timing: Timing, skewSeconds: () => number) {
    this.timing = timing
    this.#skewSeconds = skewSeconds
  }

  /** Milliseconds since 1970 on Meta's clock. */
  now(): number {
    return Date.now() + this.#skewSeconds() * 1000
  }

  /** Real milliseconds for a duration of Meta's life. */
  realMs(seconds: number): number {
    return (seconds * 1000) / this.timing.scale
  }

  /** Runs it after so many (scaled) seconds, never after `stop`. */
  after(seconds: number, run: () => void): Cancel {
    return this.afterMs(this.realMs(seconds), run)
  }

  /** Runs it after so many real milliseconds, never after `stop`. */
  afterMs(ms: number, run: () => void): Cancel {
    if (this.#stopped) return () => undefined
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer)
        run()
      },
      Math.min(ms, 2_147_483_647),
    )
    this.#timers.add(timer)
    return () => {
      clearTimeout(timer)
      this.#timers.delete(timer)
    }
  }

  /** Resolves after so many (scaled) seconds, or at `stop`. */
  async sleep(seconds: number): Promise<void> {
    if (this.#stopped) return
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(wake)
        resolve()
      }
      this.#sleepers.add(wake)
      this.after(seconds, wake)
    })
  }

  stop(): void {
    this.#stopped = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    for (const wake of this.#sleepers) wake()
  }
}

/** Monotonic milliseconds since 1970 with fractions, for the log. */
export function monotonicNow(): number {
  return performance.timeOrigin + performance.now()
}

/** Counts what is under way, so that `idle` can tell when nothing is. */
export class Pending {
  #count = 0
  #waiting: (() => void)[] = []
  #stopped = false

  get count(): number {
    return this.#count
  }

  begin(): void {
    this.#count += 1
  }

  end(): void {
    this.#count -= 1
    if (this.#count > 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }

  /** Nothing is waited for any more. */
  stop(): void {
    this.#stopped = true
    for (const wake of this.#waiting) wake()
  }

  async idle(): Promise<void> {
    while (this.#count > 0 && !this.#stopped)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}
