import type { FeedEvent } from './db/commands/feed.ts'
import type { Db } from './db/open.ts'
import type { Writer } from './db/writer.ts'
import type { Logger } from './logger.ts'

/** Events kept for those who come back; who was away for longer is told so. */
export const feedKept = 10_000
/** Events read from the table at once. */
const pageSize = 500
/** Published events between two clean-ups of the table. */
const trimEvery = 1000

/** What a subscriber hears: an event, or that events were missed and everything must be read anew. */
export type LiveNotice =
  | { readonly kind: 'event'; readonly event: FeedEvent }
  | { readonly kind: 'reset'; readonly id: number }

export type LiveListener = (notice: LiveNotice) => void

/** The live feed: every event once, in the order of the commits. */
export interface LiveFeed {
  /** Tells subscribers; call it after the commit that wrote the events, in any order. */
  publish(events: readonly FeedEvent[]): void
  /**
   * Hears events from now on, or from the one after `after`. A gap that cannot be filled any more
   * comes as one `reset`, followed by what is still kept.
   * @returns what ends it
   */
  subscribe(options: { after?: number }, listener: LiveListener): () => void
  /** Id of the newest event told. */
  readonly lastId: number
  readonly subscribers: number
  close(): Promise<void>
}

interface Subscription {
  readonly listener: LiveListener
  ended: boolean
}

interface Deps {
  readonly db: Db
  readonly writer: Writer
  readonly log: Logger
}

async function readAfter(db: Db, id: number): Promise<FeedEvent[]> {
  const rows = await db
    .selectFrom('feed')
    .selectAll()
    .where('id', '>', id)
    .orderBy('id')
    .limit(pageSize)
    .execute()
  return rows.map((row) => ({ ...row, doc: JSON.parse(row.doc) as unknown }))
}

async function idsKept(db: Db): Promise<{ oldest: number; newest: number }> {
  const row = await db
    .selectFrom('feed')
    .select(({ fn }) => [fn.min('id').as('oldest'), fn.max('id').as('newest')])
    .executeTakeFirst()
  return { oldest: row?.oldest ?? 0, newest: row?.newest ?? 0 }
}

class Feed implements LiveFeed {
  readonly #deps: Deps
  readonly #subscriptions = new Set<Subscription>()
  #lastId: number
  #sinceTrim = 0
  #reading: Promise<void> | undefined
  #readAgain = false
  #closed = false

  constructor(deps: Deps, lastId: number) {
    this.#deps = deps
    this.#lastId = lastId
  }

  get lastId(): number {
    return this.#lastId
  }

  get subscribers(): number {
    return this.#subscriptions.size
  }

  publish(events: readonly FeedEvent[]): void {
    if (this.#closed) return
    this.#trimSometimes(events.length)
    for (const event of events) {
      if (event.id <= this.#lastId) continue
      // two commits may be told in the other order: the table has it right
      if (this.#reading || event.id !== this.#lastId + 1) return this.#catchUp()
      this.#tell(event)
    }
  }

  subscribe(options: { after?: number }, listener: LiveListener): () => void {
    const subscription: Subscription = { listener, ended: false }
    if (options.after === undefined || options.after === this.#lastId)
      this.#subscriptions.add(subscription)
    else void this.#resume(subscription, options.after)
    return () => {
      subscription.ended = true
      this.#subscriptions.delete(subscription)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#subscriptions.clear()
    await this.#reading
  }

  #tell(event: FeedEvent): void {
    this.#lastId = event.id
    for (const { listener } of this.#subscriptions) listener({ kind: 'event', event })
  }

  #catchUp(): void {
    this.#readAgain = true
    this.#reading ??= this.#readTable()
      .catch((err: unknown) => this.#deps.log.warn({ err }, 'live feed could not be read'))
      .finally(() => {
        this.#reading = undefined
      })
  }

  async #readTable(): Promise<void> {
    while (this.#readAgain && !this.#closed) {
      this.#readAgain = false
      for (let page = await readAfter(this.#deps.db, this.#lastId); page.length > 0;) {
        for (const event of page) this.#tell(event)
        page = page.length < pageSize ? [] : await readAfter(this.#deps.db, this.#lastId)
      }
    }
  }

  async #resume(subscription: Subscription, after: number): Promise<void> {
    try {
      await this.#replay(subscription, after)
    } catch (err) {
      this.#deps.log.warn({ err }, 'live feed could not be resumed')
      subscription.listener({ kind: 'reset', id: this.#lastId })
    }
    // no waiting between the last event replayed and this line, so nothing can be told in between
    if (!subscription.ended && !this.#closed) this.#subscriptions.add(subscription)
  }

  /** Reads up to where everybody else is. */
  async #replay(subscription: Subscription, after: number): Promise<void> {
    const { oldest, newest } = await idsKept(this.#deps.db)
    let at = Math.min(newest, Math.max(after, oldest - 1))
    if (at !== after) subscription.listener({ kind: 'reset', id: at })
    while (at < this.#lastId && !subscription.ended) {
      const page = (await readAfter(this.#deps.db, at)).filter(({ id }) => id <= this.#lastId)
      for (const event of page) subscription.listener({ kind: 'event', event })
      at = page.at(-1)?.id ?? this.#lastId
    }
  }

  #trimSometimes(count: number): void {
    this.#sinceTrim += count
    if (this.#sinceTrim < trimEvery) return
    this.#sinceTrim = 0
    this.#deps.writer.run('trimFeed', { keep: feedKept }).catch((err: unknown) => {
      this.#deps.log.warn({ err }, 'old events of the live feed could not be removed')
    })
  }
}

/** Opens the feed at the newest event that is written. */
export async function openLiveFeed(deps: Deps): Promise<LiveFeed> {
  const { newest } = await idsKept(deps.db)
  return new Feed(deps, newest)
}
