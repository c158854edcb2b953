import { setTimeout as rest } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { Reader } from '../db/reader.ts'
import type { Writer } from '../db/writer.ts'
import type { Logger } from '../logger.ts'

/** Keeps what reports count up to what the journal has. */
export interface ReportKeeper {
  /**
   * Counts what is stale now, for so long at most.
   * @returns people and calls that are still stale; 0 when the reports are up to date
   */
  catchUp(mostMs: number): Promise<number>
  /** Counts no more, after what is under way. */
  close(): Promise<void>
}

interface Deps {
  readonly db: Db
  readonly reader: Reader
  readonly writer: Writer
  readonly clock: Clock
  readonly log: Logger
  readonly reportZone: string
}

/** Rises when calls count by other rules, so that they are counted anew. */
const rules = 1

/** By which rules, and in which zone, calls are counted. */
export const reportBasis = (zone: string): string => `${rules} ${zone}`

const lookEveryMs = 500
/** Between two batches, so that calls and lists never wait long. */
const restMs = 10
const mostPeople = 100
const leastPeople = 5
/** What a batch may take in all; batches grow and shrink towards it. */
const aimMs = 15

/**
 * Counts beside the calls that come in: triggers mark whose rows are stale in the transaction of the
 * change, the reader thread counts, and the writer only puts down what differs.
 */
export function startReportKeeper(deps: Deps): ReportKeeper {
  const { db, reader, writer, clock, log } = deps
  let closed = false
  let people = 25
  let turn: Promise<unknown> = Promise.resolve()

  const isStale = async (): Promise<boolean> =>
    (await db.selectFrom('report_stale').select('id').limit(1).executeTakeFirst()) !== undefined

  async function batch(): Promise<boolean> {
    const started = clock.monotonic()
    const counted = await reader.ask('recount', { limit: people, zone: deps.reportZone })
    if (counted.stale.length === 0) return false
    await writer.run('recordCounts', counted)
    const tookMs = clock.monotonic() - started
    const fitting = Math.floor(people * (tookMs > aimMs ? 0.5 : 1.5))
    people = Math.min(mostPeople, Math.max(leastPeople, fitting))
    return true
  }

  /** One after the other, whoever asks. */
  function next(): Promise<boolean> {
    const done = turn.then(() => !closed && batch())
    turn = done.catch(() => undefined)
    return done
  }

  async function begin(): Promise<void> {
    const basis = reportBasis(deps.reportZone)
    const isNew = await writer.run('rebuildReports', { basis, at: toIso(clock.now()) })
    if (isNew) log.info('calls are counted anew for the reports')
  }

  const stop = new AbortController()
  async function keep(): Promise<void> {
    for (let isBegun = false; !closed;) {
      let isBusy = false
      try {
        if (!isBegun) await begin()
        isBegun = true
        isBusy = (await isStale()) && (await next())
      } catch (err) {
        if (!closed) log.warn({ err }, 'reports are not kept up')
      }
      const pause = rest(isBusy ? restMs : lookEveryMs, undefined, { signal: stop.signal })
      await pause.catch(() => undefined)
    }
  }
  const keeping = keep()

  return {
    async catchUp(mostMs) {
      const until = clock.monotonic() + mostMs
      while (!closed && (await isStale())) {
        if (clock.monotonic() > until) return reader.ask('staleCount', undefined)
        await next()
      }
      return 0
    },
    async close() {
      closed = true
      stop.abort()
      await keeping
      await turn
    },
  }
}
