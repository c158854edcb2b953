import type { CircuitBreakerPolicy } from 'cockatiel'
import {
  BrokenCircuitError,
  CircuitState,
  circuitBreaker,
  ConsecutiveBreaker,
  handleAll,
} from 'cockatiel'
import type { Clock } from '../clock.ts'
import type { UnknownReason } from '../schema/facts.ts'
import { AnswerCache } from './crm-cache.ts'
import type { Outgoing, OutgoingResponse } from './outgoing.ts'
import { OutgoingError } from './outgoing.ts'

interface Age {
  readonly cached: boolean
  readonly ageMs: number
  /** Past its time to live. */
  readonly stale: boolean
}

/** What the CRM said of a person; `missing`: it does not know them. */
export type CrmAnswer =
  | ({ readonly kind: 'found'; readonly body: Readonly<Record<string, unknown>> } & Age)
  | ({ readonly kind: 'missing' } & Age)
  | { readonly kind: 'unknown'; readonly reason: UnknownReason }

export interface CrmCaller {
  readonly key: string
  readonly phone?: string | undefined
  readonly userId?: string | undefined
}

/** For metrics. */
export interface CrmStats {
  readonly breaker: 'closed' | 'half_open' | 'open'
  readonly openRequests: number
  readonly cached: number
  readonly requests: number
  readonly failures: number
  readonly freshHits: number
  readonly staleHits: number
}

export interface CrmConnector {
  readonly configured: boolean
  /**
   * A fresh cached answer, or the CRM's; a stale cached one where the CRM fails. One request a person
   * at a time. Never rejects.
   */
  lookup(caller: CrmCaller): Promise<CrmAnswer>
  /** What is cached, perhaps stale. */
  peek(caller: CrmCaller): CrmAnswer | undefined
  stats(): CrmStats
  /** Drops what is cached of a person. */
  forget(key: string): void
  /** Ends what is under way. */
  close(): Promise<void>
}

export interface CrmOptions {
  /** CRM_URL; without it every answer is unknown, `not_configured`. */
  readonly url: string | undefined
  readonly token: string | undefined
  readonly outgoing: Outgoing
  readonly clock: Clock
  /** Milliseconds after which an open breaker lets one request through. */
  readonly halfOpenAfterMs?: number
}

const requestTimeoutMs = 2000
const mostOpen = 50
const mostBytes = 1024 * 1024
const failuresToOpen = 5

const unknownAnswer = (reason: UnknownReason): CrmAnswer => ({ kind: 'unknown', reason })

/** The 200 of a person the CRM knows is a JSON object; `{"found":false}` is one it does not know. */
export function parseCrmBody(text: string): Readonly<Record<string, unknown>> | undefined {
  const body: unknown = JSON.parse(text)
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Error('the CRM answered with JSON that is not an object')
  const isMissing = Object.hasOwn(body, 'found') && 'found' in body && body.found === false
  // a JSON object; what its properties hold stays unknown
  return isMissing ? undefined : (body as Record<string, unknown>)
}

function addressOf(base: string, { phone, userId }: Omit<CrmCaller, 'key'>): URL {
  const url = new URL(base)
  if (phone !== undefined) url.searchParams.set('phone', phone)
  if (userId !== undefined) url.searchParams.set('userId', userId)
  return url
}

/** One request, as the contract has it. @throws OutgoingError */
export function askCrm(
  { url, token, outgoing }: { url: string; token: string | undefined; outgoing: Outgoing },
  who: Omit<CrmCaller, 'key'>,
  signal?: AbortSignal,
): Promise<OutgoingResponse> {
  return outgoing.request({
    url: addressOf(url, who),
    headers: {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    timeoutMs: requestTimeoutMs,
    maxBytes: mostBytes,
    ...(signal && { signal }),
  })
}

function reasonOf(error: unknown): UnknownReason {
  if (error instanceof BrokenCircuitError) return 'open_circuit'
  return error instanceof OutgoingError && error.reason === 'timeout' ? 'timeout' : 'error'
}

const breakerNames = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
} as const

/** The default connector: `GET {CRM_URL}?phone=…&userId=…` with the bearer token (contract, section 5). */
export function createCrm(options: CrmOptions): CrmConnector {
  return options.url === undefined ? withoutCrm : new HttpCrm(options, options.url)
}

const withoutCrm: CrmConnector = {
  configured: false,
  lookup: () => Promise.resolve(unknownAnswer('not_configured')),
  peek: () => undefined,
  stats: () => ({
    breaker: 'closed',
    openRequests: 0,
    cached: 0,
    requests: 0,
    failures: 0,
    freshHits: 0,
    staleHits: 0,
  }),
  forget: () => undefined,
  close: () => Promise.resolve(),
}

class HttpCrm implements CrmConnector {
  readonly configured = true
  readonly #options: CrmOptions
  readonly #url: string
  readonly #cache: AnswerCache
  readonly #breaker: CircuitBreakerPolicy
  readonly #open = new Map<string, Promise<CrmAnswer>>()
  readonly #closing = new AbortController()
  #requests = 0
  #failures = 0
  #freshHits = 0
  #staleHits = 0

  constructor(options: CrmOptions, url: string) {
    this.#options = options
    this.#url = url
    this.#cache = new AnswerCache(options.clock)
    this.#breaker = circuitBreaker(handleAll, {
      halfOpenAfter: options.halfOpenAfterMs ?? 10_000,
      breaker: new ConsecutiveBreaker(failuresToOpen),
    })
  }

  lookup(caller: CrmCaller): Promise<CrmAnswer> {
    const cached = this.#cache.get(caller.key)
    if (cached && !cached.stale) {
      this.#freshHits += 1
      return Promise.resolve(cached)
    }
    const running = this.#open.get(caller.key)
    if (running) return running
    if (caller.phone === undefined && caller.userId === undefined)
      return Promise.resolve(unknownAnswer('not_found'))
    if (this.#open.size >= mostOpen) return Promise.resolve(this.#orStale(caller, 'error'))
    // while one request tries whether the CRM is back, others do not wait for it
    if (this.#breaker.state === CircuitState.HalfOpen)
      return Promise.resolve(this.#orStale(caller, 'open_circuit'))
    const answer = this.#ask(caller).finally(() => this.#open.delete(caller.key))
    this.#open.set(caller.key, answer)
    return answer
  }

  peek(caller: CrmCaller): CrmAnswer | undefined {
    return this.#cache.get(caller.key)
  }

  stats(): CrmStats {
    return {
      breaker: breakerNames[this.#breaker.state],
      openRequests: this.#open.size,
      cached: this.#cache.size,
      requests: this.#requests,
      failures: this.#failures,
      freshHits: this.#freshHits,
      staleHits: this.#staleHits,
    }
  }

  forget(key: string): void {
    this.#cache.delete(key)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all(this.#open.values())
  }

  #orStale(caller: CrmCaller, reason: UnknownReason): CrmAnswer {
    const stale = this.#cache.get(caller.key)
    if (!stale) return unknownAnswer(reason)
    this.#staleHits += 1
    return stale
  }

  async #ask(caller: CrmCaller): Promise<CrmAnswer> {
    try {
      return await this.#breaker.execute(() => this.#request(caller))
    } catch (error) {
      return this.#orStale(caller, reasonOf(error))
    }
  }

  async #request(caller: CrmCaller): Promise<CrmAnswer> {
    this.#requests += 1
    try {
      const { signal } = this.#closing
      const response = await askCrm({ ...this.#options, url: this.#url }, caller, signal)
      if (response.status === 404) return this.#cache.keep(caller.key, undefined, 0)
      if (response.status !== 200) throw new Error('the CRM answered with an error')
      const { text } = response
      return this.#cache.keep(caller.key, parseCrmBody(text), text.length)
    } catch (error) {
      this.#failures += 1
      throw error
    }
  }
}
