import { setTimeout as delay } from 'node:timers/promises'
import { toIso } from '../clock.ts'
import type { FeedEvent } from '../db/commands/feed.ts'
import type { Db } from '../db/open.ts'
import type { WebhookEndpointRow } from '../db/tables.ts'
import type { Writer } from '../db/writer.ts'
import type { Logger } from '../logger.ts'
import { Pump } from '../outbox/pump.ts'
import type { DueEvent } from './due.ts'
import { nextDueAt, readDueEvents, readEndpoints } from './due.ts'
import { eventBody } from './event-body.ts'
import { patienceMs, retryDelayMs } from './schedule.ts'
import type { SendDeps, Sent } from './send.ts'
import { sendEvent } from './send.ts'

export interface CourierDeps extends SendDeps {
  readonly db: Db
  readonly writer: Writer
  readonly log: Logger
  readonly alarm: (name: string, text: string) => void
  readonly publish: (events: readonly FeedEvent[]) => void
}

/** Tells other systems what happened. */
export interface Courier {
  /** There may be something new. */
  wake(): void
  /** Sends nothing more; what is under way is cut off and will be sent again. */
  close(): Promise<void>
}

/** At one endpoint at once; one that keeps failing gets one at a time. */
const atOnce = 8
const failuresForCare = 3
/** Beyond those under way, rows that are read to find some of other people. */
const readAhead = 64
const pollMs = 5_000
const cutOffMs = 2_000
/** Pause of an endpoint that is throttled without saying for how long, or whose result cannot be written. */
const pauseMs = 5_000
const longestPauseMs = 60 * 60_000

/** What is known of an endpoint while the process lives. */
class Post {
  readonly underWay = new Map<number, DueEvent>()
  failures = 0
  heldUntil = 0

  free(): number {
    return (this.failures >= failuresForCare ? 1 : atOnce) - this.underWay.size
  }

  /** Events of one person go one after the other, so that they arrive in order. */
  isBehind({ id, person_id }: DueEvent): boolean {
    if (this.underWay.has(id)) return true
    return [...this.underWay.values()].some(
      (other) => other.person_id !== null && other.person_id === person_id,
    )
  }
}

/**
 * Sends what is queued for endpoints, each on its own: none waits for another, and no call for any of
 * them. Nothing is claimed, so that an event whose attempt was not written down is sent again.
 */
export function createCourier(deps: CourierDeps): Courier {
  const { db, writer, clock, log, alarm, publish } = deps
  const cutOff = new AbortController()
  const posts = new Map<string, Post>()
  let isStopping = false

  function postOf(id: string): Post {
    const known = posts.get(id) ?? new Post()
    posts.set(id, known)
    return known
  }

  async function record(endpoint: WebhookEndpointRow, event: DueEvent, attempt: Attempt) {
    const { sent, at, ms } = attempt
    const tries = event.tries + 1
    const now = clock.now()
    const waitMs =
      sent.outcome === 'retry' ? retryDelayMs(tries, sent.afterMs, Math.random()) : undefined
    const isLast = sent.outcome === 'retry' && waitMs === undefined
    const result = await writer.run('recordAttempt', {
      endpointId: endpoint.id,
      eventId: event.id,
      at: toIso(at),
      ms: Math.round(ms),
      status: sent.status,
      error: sent.error,
      outcome: isLast ? 'failed' : sent.outcome,
      dueAt: toIso(now + (waitMs ?? 0)),
      patience: toIso(now - patienceMs),
    })
    publish(result.events)
    if (result.disabled !== null) tellDisabled(endpoint, result.disabled)
  }

  function tellDisabled({ url }: WebhookEndpointRow, why: 'failing' | 'gone'): void {
    const { host } = new URL(url)
    const reason = why === 'gone' ? 'it answered 410' : 'nothing has arrived there for five days'
    alarm('webhook_disabled', `webhooks to ${host} are disabled, as ${reason}`)
  }

  function learn(post: Post, sent: Sent): void {
    post.failures = sent.outcome === 'done' ? 0 : post.failures + 1
    if (!sent.isThrottled) return
    const wait = Math.min(longestPauseMs, Math.max(pauseMs, sent.afterMs))
    post.heldUntil = Math.max(post.heldUntil, clock.now() + wait)
  }

  async function carry(endpoint: WebhookEndpointRow, event: DueEvent, post: Post): Promise<void> {
    const at = clock.now()
    const started = clock.monotonic()
    const body = JSON.stringify(eventBody(event, endpoint.numbers === 1))
    try {
      const signal = cutOff.signal
      const sent = await sendEvent(deps, endpoint, { ref: event.ref, body, signal })
      if (cutOff.signal.aborted) return
      learn(post, sent)
      await record(endpoint, event, { sent, at, ms: clock.monotonic() - started })
    } catch (err) {
      post.heldUntil = clock.now() + pauseMs
      log.warn({ err, event: event.ref }, 'the result of a webhook could not be written')
    } finally {
      post.underWay.delete(event.id)
      pump.request()
    }
  }

  /** @returns when to look at this endpoint again (epoch ms) */
  async function serve(endpoint: WebhookEndpointRow): Promise<number | undefined> {
    const post = postOf(endpoint.id)
    const now = clock.now()
    if (post.heldUntil > now) return post.heldUntil
    if (post.free() <= 0) return undefined
    const limit = post.underWay.size + readAhead
    const due = await readDueEvents(db, { endpoint: endpoint.id, now: toIso(now), limit })
    for (const event of due) {
      if (post.free() <= 0 || isStopping) break
      if (post.isBehind(event)) continue
      post.underWay.set(event.id, event)
      void carry(endpoint, event, post)
    }
    return nextDueAt(db, { endpoint: endpoint.id, now: toIso(now) })
  }

  async function look(): Promise<number | undefined> {
    if (isStopping) return undefined
    const endpoints = await readEndpoints(db)
    for (const id of posts.keys())
      if (!endpoints.some((endpoint) => endpoint.id === id)) posts.delete(id)
    const times: number[] = []
    for (const endpoint of endpoints) times.push((await serve(endpoint)) ?? Infinity)
    const next = Math.min(...times)
    return Number.isFinite(next) ? next : undefined
  }

  const onError = (err: unknown): void => log.warn({ err }, 'webhooks could not be read')
  const pump = new Pump({ clock, onError, look })
  const poll = setInterval(() => pump.request(), pollMs)
  poll.unref()
  pump.request()

  return {
    wake: () => {
      if (!isStopping) pump.request()
    },
    async close() {
      isStopping = true
      clearInterval(poll)
      pump.close()
      cutOff.abort()
      const end = clock.monotonic() + cutOffMs
      const isBusy = () => [...posts.values()].some(({ underWay }) => underWay.size > 0)
      while (isBusy() && clock.monotonic() < end) await delay(10)
    },
  }
}

interface Attempt {
  readonly sent: Sent
  readonly at: number
  readonly ms: number
}
