import type { RunEvent } from './run-schema.ts'

type Ended = Extract<RunEvent, { type: 'ended' }>
type Answered = Extract<RunEvent, { type: 'answered' }>

/** What became of many calls; `--json` prints it. Times in milliseconds. */
export interface Summary {
  readonly calls: number
  readonly seconds: number
  /** How the calls ended for their callers, by the simulator's reasons; adds up to `calls`. */
  readonly ends: Readonly<Record<string, number>>
  readonly webhooks: {
    /** First answers by HTTP status; `none` is no answer. Refused calls have none. */
    readonly statuses: Readonly<Record<string, number>>
    readonly p50: number | null
    readonly p99: number | null
    readonly max: number | null
  }
  readonly messages: number
  /** Webhooks that were not answered with 200, and calls that failed. */
  readonly failures: number
}

function countBy<T>(all: readonly T[], keyOf: (one: T) => string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const one of all) counts[keyOf(one)] = (counts[keyOf(one)] ?? 0) + 1
  return Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a))
}

const rounded = (value: number): number => Math.round(value * 10) / 10

/** The smallest value that so many percent of all do not exceed. */
function percentile(sorted: readonly number[], percent: number): number | null {
  const value = sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)]
  return value === undefined ? null : rounded(value)
}

/** Gathers what a run tells. */
export class Tally {
  readonly #ended: Ended[] = []
  readonly #answered: Answered[] = []
  readonly #messages = new Set<string>()
  #dialled = 0
  #lastAt = 0
  total = 0

  get dialled(): number {
    return this.#dialled
  }

  get over(): number {
    return this.#ended.length
  }

  add(event: RunEvent): void {
    if (event.type === 'started') this.total = event.total
    if (event.type === 'dialled') this.#dialled += 1
    if (event.type === 'answered') this.#answered.push(event)
    if (event.type === 'message') this.#messages.add(event.id)
    if (event.type === 'ended') this.#ended.push(event)
    if (event.type !== 'done') this.#lastAt = event.at
  }

  summary(): Summary {
    const times = this.#answered.map(({ ms }) => ms).sort((a, b) => a - b)
    const wrong = this.#answered.filter(({ status }) => status !== 200)
    const failed = this.#ended.filter(({ reason }) => reason === 'failed' || reason === 'closed')
    return {
      calls: this.#dialled,
      seconds: rounded(this.#lastAt / 1000),
      ends: countBy(this.#ended, ({ reason }) => reason),
      webhooks: {
        statuses: countBy(this.#answered, ({ status }) => (status === 0 ? 'none' : String(status))),
        p50: percentile(times, 50),
        p99: percentile(times, 99),
        max: percentile(times, 100),
      },
      messages: this.#messages.size,
      failures: wrong.length + failed.length,
    }
  }
}
