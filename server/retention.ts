import { DateTime } from 'luxon'
import type { Clock } from './clock.ts'
import { toIso } from './clock.ts'
import type { SweepOutput, Swept } from './db/commands/retention.ts'
import type { Db } from './db/open.ts'
import type { Writer } from './db/writer.ts'
import type { Logger } from './logger.ts'
import type { Retention, RetentionKind } from './schema/settings.ts'

/** Rows deleted or emptied, by what they are. */
export type SweepCounts = Readonly<Record<string, number>>

export interface RetentionJob {
  /** Deletes now what is too old; one run at a time. */
  run(): Promise<SweepCounts>
  /** Runs without anybody waiting for it. */
  soon(): void
  /** Runs no more, after the part that is under way. */
  close(): Promise<void>
}

interface Deps {
  readonly db: Db
  readonly writer: Writer
  readonly clock: Clock
  readonly log: Logger
  readonly reportZone: string
  readonly retention: () => Retention
}

/** Where the outcome of the last run is kept. */
export const lastRunSetting = 'retention_run'

const dayMs = 24 * 60 * 60_000
const firstAfterMs = 60_000
const everyMs = 60 * 60_000
/** What one part may take of the writer thread; parts grow and shrink towards it. */
const aimMs = 4
const mostRows = 500
const leastRows = 5
/** The writer is left alone between two parts. */
const restMs = 20

/** In this order: people last, when it is known what is left of them. */
const sweeps: readonly (readonly [Swept, RetentionKind])[] = [
  ['deliveries', 'deliveries'],
  ['signals', 'signals'],
  ['feed', 'feed'],
  ['texts', 'texts'],
  ['told', 'texts'],
  ['leads', 'leads'],
  ['messages', 'calls'],
  ['actions', 'calls'],
  ['verifications', 'calls'],
  ['webhooks', 'feed'],
  ['audit', 'audit'],
  ['people', 'calls'],
]

const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, restMs))

/** Deletes what is older than it may be, an hour at a time and part by part. */
export function startRetention(deps: Deps): RetentionJob {
  const { db, writer, clock, log } = deps
  let closed = false
  let running: Promise<SweepCounts> | undefined
  let limit = 50

  /** Repeats a part until nothing is left to do. @returns rows changed */
  async function inParts(part: (limit: number, last: number) => Promise<SweepOutput>) {
    let changed = 0
    for (let last = 0; !closed; await rest()) {
      const done = await part(limit, last)
      changed += done.changed
      last = done.last
      const fitting = Math.floor(limit * (done.ms > aimMs ? 0.5 : 1.5))
      limit = Math.min(mostRows, Math.max(leastRows, fitting))
      if (done.isDone) break
    }
    return changed
  }

  const limitOf = (kind: RetentionKind): string =>
    toIso(clock.now() - deps.retention()[kind] * dayMs)

  async function sweepCalls(): Promise<number> {
    const before = limitOf('calls')
    let changed = 0
    while (!closed) {
      const oldest = await db
        .selectFrom('calls')
        .select('arrived_at')
        .where('arrived_at', '<', before)
        .orderBy('arrived_at')
        .limit(1)
        .executeTakeFirst()
      if (!oldest) break
      const start = DateTime.fromISO(oldest.arrived_at, { zone: deps.reportZone }).startOf('day')
      const end = toIso(start.plus({ days: 1 }).toMillis())
      const until = end < before ? end : before
      const day = toIso(start.toMillis())
      changed += await inParts((rows) => writer.run('sweepCalls', { day, until, limit: rows }))
    }
    return changed
  }

  async function sweepAll(): Promise<SweepCounts> {
    const counts: Record<string, number> = { calls: await sweepCalls() }
    for (const [what, kind] of sweeps) {
      const before = limitOf(kind)
      counts[what] = await inParts((rows, after) =>
        writer.run('sweep', { what, before, after, limit: rows }),
      )
    }
    const gone = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
    const at = toIso(clock.now())
    await writer.run('putSetting', { key: lastRunSetting, value: { at, counts: gone }, at })
    if (Object.keys(gone).length > 0) {
      await writer.truncateLog()
      log.info({ counts: gone }, 'what was too old is deleted')
    }
    return gone
  }

  function run(): Promise<SweepCounts> {
    running ??= sweepAll().finally(() => (running = undefined))
    return running
  }

  const runQuietly = (): void => {
    run().catch((err: unknown) => log.warn({ err }, 'old data could not be deleted'))
  }
  const first = setTimeout(runQuietly, firstAfterMs)
  const timer = setInterval(runQuietly, everyMs)
  first.unref()
  timer.unref()
  return {
    run,
    soon: runQuietly,
    async close() {
      closed = true
      clearTimeout(first)
      clearInterval(timer)
      await running?.catch(() => undefined)
    },
  }
}
