import { createHmac } from 'node:crypto'
import { Agent, request } from 'undici'
import { monotonicNow } from './clock.ts'
import type { Clock, Pending } from './clock.ts'
import type { FaultBook } from './faults.ts'
import type { Log } from './log.ts'
import type { Switches } from './switches.ts'
import type { Account } from './world.ts'

/** Characters of a body that the log keeps. */
export const bodyKeptInLog = 100_000

/** One body on its way, whatever the number of copies and attempts. */
export interface Parcel {
  raw: Buffer
  subject: string
  callId?: string
  /** Seconds during which failures are retried. */
  retryForSeconds: number
}

/** `answered`: status of the first attempt; `settled`: of the last one. 0 when no answer came. */
export interface Delivery {
  answered: Promise<number>
  settled: Promise<number>
}

/** `X-Hub-Signature-256` of exactly these bytes (whatsapp-calling.md 1.2). */
export function signatureOf(raw: Uint8Array, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`
}

/** JSON as Meta writes it; escaped, non-ASCII becomes `\uXXXX` and `/` becomes `\/`. */
export function encodeBody(body: unknown, escaped: boolean): Buffer {
  const json = JSON.stringify(body)
  if (!escaped) return Buffer.from(json)
  const ascii = json
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return Buffer.from(ascii)
}

/** Wait in seconds before an attempt; attempt 2 is the immediate retry. */
export function retryWait(
  attempt: number,
  timing: { retrySeconds: number; retryMaxSeconds: number },
): number {
  if (attempt <= 2) return 0
  return Math.min(timing.retrySeconds * 2 ** (attempt - 3), timing.retryMaxSeconds)
}

interface Parts {
  readonly account: Account
  readonly switches: Switches
  readonly clock: Clock
  readonly log: Log
  readonly faults: FaultBook
  readonly pending: Pending
}

/** Signs webhooks, posts them and tries again until an answer counts as success. */
export class Deliverer {
  readonly #parts: Parts
  readonly #agent = new Agent({ connections: 256, keepAliveTimeout: 4_000 })
  readonly #aborts = new Set<AbortController>()
  #deliveries = 0
  #closed = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Delivers the parcel, and copies of it where the fault `duplicate` strikes. */
  send(parcel: Parcel): Delivery {
    if (this.#closed) return { answered: Promise.resolve(0), settled: Promise.resolve(0) }
    this.#deliveries += 1
    const delivery = this.#deliveries
    const first = this.#track(parcel, delivery)
    const { faults, switches, clock, pending } = this.#parts
    if (faults.fires('duplicate')) {
      for (let copy = 1; copy < switches.duplicateCopies; copy += 1) {
        pending.begin()
        clock.after(copy * switches.duplicateSpacingSeconds, () => {
          this.#track(parcel, delivery)
          pending.end()
        })
      }
    }
    return first
  }

  /** One attempt with a signature of the caller's choice, not retried. */
  async once(
    parcel: Omit<Parcel, 'retryForSeconds'>,
    headers: Record<string, string>,
  ): Promise<number> {
    this.#deliveries += 1
    this.#parts.pending.begin()
    try {
      return (await this.#post(parcel, { delivery: this.#deliveries, number: 1, headers })) ?? 0
    } finally {
      this.#parts.pending.end()
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const abort of this.#aborts) abort.abort()
    await this.#agent.destroy()
  }

  #track(parcel: Parcel, delivery: number): Delivery {
    this.#parts.pending.begin()
    let tellAnswered: (status: number) => void = () => undefined
    const answered = new Promise<number>((resolve) => (tellAnswered = resolve))
    const settled = this.#attempts(parcel, delivery, tellAnswered).finally(() => {
      this.#parts.pending.end()
    })
    return { answered, settled }
  }

  async #attempts(
    parcel: Parcel,
    delivery: number,
    onFirst: (status: number) => void,
  ): Promise<number> {
    const { clock, log } = this.#parts
    const giveUpAt = Date.now() + clock.realMs(parcel.retryForSeconds)
    for (let number = 1; ; number += 1) {
      const headers = this.#headers(parcel.raw)
      const status = await this.#post(parcel, { delivery, number, headers })
      if (number === 1) onFirst(status ?? 0)
      if (this.#isSuccess(status)) {
        log.count('webhook.delivered')
        return status ?? 0
      }
      const wait = retryWait(number + 1, clock.timing)
      if (this.#closed || Date.now() + clock.realMs(wait) > giveUpAt) {
        log.count('webhook.given_up')
        return status ?? 0
      }
      await clock.sleep(wait)
      if (this.#closed) return status ?? 0
    }
  }

  #isSuccess(status: number | null): boolean {
    if (this.#parts.faults.fires('answerLost')) return false
    if (this.#parts.switches.webhookSuccess === '200') return status === 200
    return status !== null && status >= 200 && status < 300
  }

  #headers(raw: Buffer): Record<string, string> {
    const { account, faults } = this.#parts
    if (faults.fires('missingSignature')) return {}
    const secret = faults.fires('wrongSecret') ? `not-${account.appSecret}` : account.appSecret
    const signature = signatureOf(raw, secret)
    if (!faults.fires('wrongSignature')) return { 'x-hub-signature-256': signature }
    const last = signature.endsWith('0') ? '1' : '0'
    return { 'x-hub-signature-256': signature.slice(0, -1) + last }
  }

  async #post(
    parcel: Omit<Parcel, 'retryForSeconds'>,
    attempt: { delivery: number; number: number; headers: Record<string, string> },
  ): Promise<number | null> {
    const { account, clock, log } = this.#parts
    const at = monotonicNow()
    const abort = new AbortController()
    const cancel = clock.after(clock.timing.clientTimeoutSeconds, () => abort.abort())
    this.#aborts.add(abort)
    let status: number | null = null
    let error: string | undefined
    try {
      const answer = await request(account.subscription.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...attempt.headers },
        body: parcel.raw,
        dispatcher: this.#agent,
        signal: abort.signal,
      })
      await answer.body.dump()
      status = answer.statusCode
    } catch (cause) {
      error = cause instanceof Error ? cause.name : 'unknown'
    }
    cancel()
    this.#aborts.delete(abort)
    log.count('webhook.attempts')
    log.count(`webhook.status.${status ?? 'none'}`)
    const event = {
      kind: 'webhook' as const,
      delivery: attempt.delivery,
      attempt: attempt.number,
      subject: parcel.subject,
      callId: parcel.callId,
      body: parcel.raw.toString('utf8').slice(0, bodyKeptInLog),
      signature: attempt.headers['x-hub-signature-256'] ?? null,
      status,
      error,
      ms: monotonicNow() - at,
    }
    log.add(event, at)
    return status
  }
}
