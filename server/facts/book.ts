import type { FactReader } from '../policy/evaluate.ts'
import type { CallerFile } from '../policy/memory-facts.ts'

/** The facts of one call. */
export interface FactBook {
  /** Undefined while a remote fact is pending or not started. */
  readonly read: FactReader
  /** Starts remote facts, all together; names that are started or settled already change nothing. */
  start(names: readonly string[]): void
  /** Resolves when another pending fact settles, at its deadline at the latest; at once if none is pending. */
  next(): Promise<void>
  readonly caller: CallerFile
  /** To be called when the call is decided: nothing waits any more, what was asked for runs on. */
  close(): void
}
