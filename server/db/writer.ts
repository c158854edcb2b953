import type { CommandInput, CommandName, CommandOutput } from './commands/index.ts'
import { DatabaseThread } from './thread.ts'

/**
 * The one writer. `run` resolves after the group commit (`synchronous=FULL`), so that a later read
 * sees it and a crash cannot lose it.
 * @throws GatekeeperError `storage_unavailable` (nothing was written), `overloaded`, `internal`
 */
export interface Writer {
  run<N extends CommandName>(name: N, input: CommandInput<N>): Promise<CommandOutput<N>>
  /**
   * Brings everything into the database file and empties the log beside it, so that nothing that was
   * deleted stands there. @returns false when a reader was in the way each time
   */
  truncateLog(): Promise<boolean>
  /** Compiles what calls will need, in a database of its own; before the first call. */
  rehearse(): Promise<void>
  /** Commands that wait for their commit. */
  readonly pending: number
  close(): Promise<void>
}

/** Opens the database file, brings it up to date, and answers when it can be used. */
export async function openWriter(path: string): Promise<Writer> {
  const thread = new DatabaseThread('writer-thread', { path })
  const writer: Writer = {
    // the thread runs the very command that the name's types describe
    run: (name, input) => thread.request(name, input) as ReturnType<typeof writer.run<typeof name>>,
    async truncateLog() {
      for (let tries = 0; tries < 20; tries += 1) {
        // the thread answers whether it was done
        if ((await thread.request('truncateLog', undefined)) as boolean) return true
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return false
    },
    async rehearse() {
      await thread.request('rehearse', undefined)
    },
    get pending() {
      return thread.pending
    },
    close: () => thread.close(),
  }
  await writer.run('ping', undefined)
  return writer
}
