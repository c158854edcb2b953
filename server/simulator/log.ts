import { monotonicNow } from './clock.ts'

/** One attempt to deliver a webhook. */
export interface WebhookEvent {
  kind: 'webhook'
  /** Same for all attempts and copies of one delivery. */
  delivery: number
  attempt: number
  /** `connect`, `terminate`, `statuses`, `messages` …; several are joined by `+`. */
  subject: string
  callId?: string
  /** Exactly as sent; cut at 100,000 characters. */
  body: string
  signature: string | null
  /** HTTP status of the answer, null when none came. */
  status: number | null
  error?: string
  ms: number
}

/** One request to Graph. */
export interface GraphEvent {
  kind: 'graph'
  method: string
  /** With the version segment, without the query. */
  path: string
  query: string
  /** Parsed JSON, the fields of a form, or null. */
  body: unknown
  /** Null when nothing was answered. */
  status: number | null
  answer: unknown
  /** What was asked was done, whatever was answered. */
  performed: boolean
  fault?: string
}

/** A call changed its state. */
export interface CallEvent {
  kind: 'call'
  callId: string
  line: string
  direction: 'USER_INITIATED' | 'BUSINESS_INITIATED'
  from?: string
  userId: string
  state: string
  reason?: string
}

/** A message of ours changed its state, or a person wrote. */
export interface MessageEvent {
  kind: 'message'
  messageId: string
  line: string
  phone?: string
  userId: string
  direction: 'inbound' | 'outbound'
  type: string
  status: string
  callbackData?: string
}

type Entry = WebhookEvent | GraphEvent | CallEvent | MessageEvent
/** `at`: monotonic milliseconds since 1970; for what takes time, its beginning. */
export type SimulatorEvent = Entry & { seq: number; at: number }

/** What happened, the newest `keep` of it, and counters of all. */
export class Log {
  readonly events: SimulatorEvent[] = []
  readonly #keep: number
  readonly #counters = new Map<string, number>()
  #seq = 0

  constructor(keep: number) {
    this.#keep = keep
  }

  add(entry: Entry, at: number = monotonicNow()): SimulatorEvent {
    this.#seq += 1
    const event = { ...entry, seq: this.#seq, at }
    this.events.push(event)
    if (this.events.length > this.#keep * 1.25 + 16) {
      this.events.splice(0, this.events.length - this.#keep)
    }
    return event
  }

  count(name: string): void {
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + 1)
  }

  /** Totals since the start, by name; they outlive the events that made them. */
  counters(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counters].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}
