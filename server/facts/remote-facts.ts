import type { Clock } from '../clock.ts'
import type { FactSeen } from '../schema/facts.ts'
import { factSpec } from '../schema/facts.ts'
import type { Installation } from '../schema/installation.ts'
import type { CrmAnswer, CrmCaller, CrmConnector } from './crm.ts'
import { crmFact, crmSource } from './crm-fields.ts'

export interface RemoteInput {
  readonly crm: CrmConnector
  readonly clock: Clock
  readonly installation: Installation
  readonly caller: CrmCaller
  /** Monotonic time of the call's arrival, from which deadlines count. */
  readonly arrivedMono: number
  /** Milliseconds after arrival. */
  deadlineOf(fact: string): number
}

/**
 * The remote facts of one call. Each is settled once: by the answer, or at its deadline by a stale
 * answer or as unknown (`timeout`), and then stays so for this call. What is asked for runs on.
 */
export class RemoteFacts {
  readonly #input: RemoteInput
  readonly #settled = new Map<string, FactSeen>()
  /** Names and their deadlines, milliseconds after arrival. */
  readonly #pending = new Map<string, number>()
  #answer: CrmAnswer | undefined
  #stale: CrmAnswer | undefined
  #isAsked = false
  #timer: NodeJS.Timeout | undefined
  #waiting: (() => void)[] = []
  /** Something was settled that nobody has been told of. */
  #hasNews = false
  #isClosed = false

  constructor(input: RemoteInput) {
    this.#input = input
  }

  read(name: string): FactSeen | undefined {
    this.#expire()
    const settled = this.#settled.get(name)
    if (settled || this.#input.crm.configured) return settled
    return isCrmFact(name, this.#input.installation)
      ? this.#settle(name, { kind: 'unknown', reason: 'not_configured' })
      : undefined
  }

  start(names: readonly string[]): void {
    if (this.#isClosed) return
    for (const name of names) {
      if (this.#settled.has(name) || this.#pending.has(name)) continue
      if (isCrmFact(name, this.#input.installation))
        this.#pending.set(name, this.#input.deadlineOf(name))
      else this.#settle(name, { kind: 'unknown', reason: 'not_configured' })
    }
    if (this.#pending.size > 0 && !this.#isAsked) this.#ask()
    if (this.#answer) this.#settlePending(this.#answer)
    this.#expire()
    this.#setTimer()
  }

  next(): Promise<void> {
    this.#expire()
    if (this.#hasNews || this.#pending.size === 0 || this.#isClosed) {
      this.#hasNews = false
      return Promise.resolve()
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  close(): void {
    this.#isClosed = true
    this.#pending.clear()
    clearTimeout(this.#timer)
    this.#tell()
  }

  #elapsed(): number {
    return this.#input.clock.monotonic() - this.#input.arrivedMono
  }

  #ask(): void {
    this.#isAsked = true
    const { crm, caller } = this.#input
    const cached = crm.peek(caller)
    const answer = crm.lookup(caller)
    if (cached && isFresh(cached)) {
      this.#answer = cached
      return
    }
    this.#stale = cached
    void answer.then((given) => {
      this.#expire()
      this.#answer = given
      this.#settlePending(given)
      this.#setTimer()
    })
  }

  #settlePending(answer: CrmAnswer): void {
    for (const name of [...this.#pending.keys()]) this.#settle(name, answer)
  }

  #settle(name: string, answer: CrmAnswer): FactSeen {
    const settled = crmFact(name, answer, this.#input.installation)
    const stale = answer.kind !== 'unknown' && answer.stale && 'value' in settled
    const seen: FactSeen = {
      ...settled,
      source: 'value' in settled ? crmSource(answer) : 'crm',
      ms: Math.round(this.#elapsed() * 100) / 100,
      ...(stale ? { stale: true } : {}),
    }
    this.#pending.delete(name)
    this.#settled.set(name, seen)
    this.#tell()
    return seen
  }

  /** Timers can be late under load, so elapsed time is looked at whenever something happens. */
  #expire(): void {
    if (this.#pending.size === 0) return
    const elapsed = this.#elapsed()
    const late: CrmAnswer = this.#stale ?? { kind: 'unknown', reason: 'timeout' }
    for (const [name, deadline] of [...this.#pending])
      if (elapsed >= deadline) this.#settle(name, late)
  }

  #setTimer(): void {
    clearTimeout(this.#timer)
    if (this.#pending.size === 0) return
    const left = Math.min(...this.#pending.values()) - this.#elapsed()
    this.#timer = setTimeout(
      () => {
        this.#expire()
        this.#setTimer()
      },
      Math.max(0, Math.ceil(left)),
    )
  }

  #tell(): void {
    this.#hasNews = this.#waiting.length === 0
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

function isFresh(answer: CrmAnswer): boolean {
  return answer.kind !== 'unknown' && !answer.stale
}

function isCrmFact(name: string, installation: Installation): boolean {
  return name.startsWith('crm.') && factSpec(name, installation) !== undefined
}
