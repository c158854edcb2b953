import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock.ts'
import type { CrmAnswer } from './crm.ts'

type Body = Readonly<Record<string, unknown>>
type CachedAnswer = Exclude<CrmAnswer, { kind: 'unknown' }>

interface Entry {
  /** Undefined for a person the CRM does not know. */
  readonly body: Body | undefined
  /** Monotonic. */
  readonly at: number
}

const freshMs = 60_000
/** A stale answer is better than none for this long. */
const foundForMs = 3_600_000
const missingForMs = 30_000
/** Characters of JSON, with something for each entry itself. */
const mostSize = 64 * 1024 * 1024
const entrySize = 300

/** CRM answers by caller: fresh for a minute, stale for an hour; a "not there" only for half a minute. */
export class AnswerCache {
  readonly #clock: Clock
  readonly #entries: LRUCache<string, Entry>

  constructor(clock: Clock) {
    this.#clock = clock
    this.#entries = new LRUCache({ maxSize: mostSize })
  }

  get size(): number {
    return this.#entries.size
  }

  /** Keeps what the CRM has just said. @param size characters of its JSON */
  keep(key: string, body: Body | undefined, size: number): CachedAnswer {
    const entry = { body, at: this.#clock.monotonic() }
    this.#entries.set(key, entry, { size: size + entrySize })
    return { ...answerOf(entry), cached: false, ageMs: 0, stale: false }
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  get(key: string): CachedAnswer | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    const ageMs = this.#clock.monotonic() - entry.at
    if (ageMs > (entry.body ? foundForMs : missingForMs)) {
      this.#entries.delete(key)
      return undefined
    }
    return { ...answerOf(entry), cached: true, ageMs, stale: ageMs > freshMs }
  }
}

function answerOf({ body }: Entry) {
  return body ? ({ kind: 'found', body } as const) : ({ kind: 'missing' } as const)
}
