import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Writer } from '../db/writer.ts'
import type { Logger } from '../logger.ts'

/** People a batch takes: a commit of some milliseconds, so that calls never wait long. */
const batchSize = 25

export interface Backfill {
  /** Settles when it is done or stopped. */
  readonly done: Promise<void>
  stop(): Promise<void>
}

/** Fills in the leads of an older journal beside the calls that come in. */
export function startLeadBackfill(deps: { writer: Writer; clock: Clock; log: Logger }): Backfill {
  const { writer, clock, log } = deps
  let stopped = false
  async function run(): Promise<void> {
    const batch = () => writer.run('backfillLeads', { people: batchSize, at: toIso(clock.now()) })
    while (!stopped && !(await batch()));
  }
  const done = run().catch((err: unknown) => {
    if (!stopped) log.warn({ err }, 'leads of older calls could not be filled in')
  })
  return {
    done,
    stop: async () => {
      stopped = true
      await done
    },
  }
}
