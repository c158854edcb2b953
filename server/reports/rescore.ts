import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Writer } from '../db/writer.ts'
import type { Logger } from '../logger.ts'

/** Leads a batch takes: a commit of some milliseconds, so that calls never wait long. */
const batchSize = 100

export interface Rescore {
  /** Whether leads are being scored anew. */
  readonly underWay: boolean
  /** The weights have changed. Resolves when it is known that they have to be scored. */
  begin(): Promise<void>
  /** Resolves when nothing is left to do. */
  idle(): Promise<void>
  stop(): Promise<void>
}

/** Scores leads anew beside the calls that come in; goes on after a restart where it was. */
export function startRescore(deps: { writer: Writer; clock: Clock; log: Logger }): Rescore {
  const { writer, clock, log } = deps
  let stopped = false
  let running: Promise<void> | undefined
  async function run(): Promise<void> {
    const batch = () => writer.run('rescoreLeads', { leads: batchSize, at: toIso(clock.now()) })
    while (!stopped && !(await batch()));
  }
  function start(): void {
    running ??= run()
      .catch((err: unknown) => {
        if (!stopped) log.warn({ err }, 'leads could not be scored anew')
      })
      .finally(() => (running = undefined))
  }
  start()
  return {
    get underWay() {
      return running !== undefined
    },
    async begin() {
      await writer.run('beginRescore', { at: toIso(clock.now()) })
      start()
    },
    async idle() {
      await running
    },
    async stop() {
      stopped = true
      await running
    },
  }
}
