import type { Random } from './random.ts'

/** Everything that can go wrong on purpose. Each has a chance in [0, 1], 0 unless told. */
export const faultNames = [
  // webhooks: how often and in what order
  'duplicate',
  'terminateFirst',
  'lateConnect',
  'staleConnect',
  'batch',
  'answerLost',
  // webhooks: what is in them
  'usernameOnly',
  'withoutContacts',
  'withoutDirection',
  'legacyConnection',
  'unknownEvent',
  'unknownFields',
  'callStatuses',
  'wrappedAccountUpdate',
  'hugeBody',
  // webhooks: signature of one attempt
  'wrongSignature',
  'wrongSecret',
  'missingSignature',
  // Graph: answers instead of doing it
  'serverError',
  'throttled',
  'tokenExpired',
  'callingDisabled',
  'sipOnly',
  // Graph: the connection
  'slow',
  'slowAfter',
  'dead',
  'deadAfter',
  'drip',
  'reset',
  'resetAfter',
  // Graph: what is answered
  'bareSuccess',
  'messageFails',
  'statusBeforeResponse',
] as const
export type FaultName = (typeof faultNames)[number]
export type Faults = Record<FaultName, number>

/** The next answers of Graph to requests of one kind. Without status, only the connection misbehaves. */
export interface GraphFailure {
  /** The edge (`calls`, `messages`, `settings` …), or any part of the path. */
  path: string
  method?: string
  status?: number
  code?: number
  details?: string
  headers?: Readonly<Record<string, string>>
  /** How many requests it hits; 1 unless told. */
  times?: number
  /** Milliseconds before the answer, not scaled. */
  delayMs?: number
  /** Never answer. */
  hang?: boolean
  /** Answer byte by byte, this many milliseconds apart. */
  drip?: number
  /** Close the connection without an answer. */
  reset?: boolean
  /** Do what was asked before misbehaving. */
  after?: boolean
}

/** Chances and scripts of faults. A scripted fault fires at its next opportunities, whatever its chance. */
export class FaultBook {
  readonly chances: Faults
  readonly #random: Random
  readonly #scripted = new Map<FaultName, number>()
  #failures: { failure: GraphFailure; left: number }[] = []

  constructor(random: Random, chances: Partial<Faults> = {}) {
    this.#random = random
    const none = Object.fromEntries(faultNames.map((name) => [name, 0]))
    // every name of the list is a key of `none`
    this.chances = { ...(none as Faults), ...chances }
  }

  /** Is this an opportunity at which the fault strikes? */
  fires(name: FaultName): boolean {
    const left = this.#scripted.get(name) ?? 0
    if (left > 0) {
      this.#scripted.set(name, left - 1)
      return true
    }
    const chance = this.chances[name]
    return chance > 0 && this.#random.next() < chance
  }

  script(name: FaultName, times: number): void {
    this.#scripted.set(name, (this.#scripted.get(name) ?? 0) + times)
  }

  failNext(failure: GraphFailure): void {
    this.#failures.push({ failure, left: failure.times ?? 1 })
  }

  /** The scripted failure for this request, counted down. */
  takeFailure(method: string, path: string): GraphFailure | undefined {
    const found = this.#failures.find(
      ({ failure }) =>
        path.includes(failure.path) && (failure.method === undefined || failure.method === method),
    )
    if (!found) return undefined
    found.left -= 1
    if (found.left <= 0) this.#failures = this.#failures.filter((entry) => entry !== found)
    return found.failure
  }

  clear(): void {
    this.#scripted.clear()
    this.#failures = []
    for (const name of faultNames) this.chances[name] = 0
  }
}
