import type { QueryInput, QueryName, QueryOutput } from './queries/index.ts'
import { DatabaseThread } from './thread.ts'

/** Lists, searches, statistics and exports, on a thread of their own; started by the first question. */
export interface Reader {
  ask<N extends QueryName>(name: N, input: QueryInput<N>): Promise<QueryOutput<N>>
  close(): Promise<void>
}

export function openReader(path: string): Reader {
  const thread = new DatabaseThread('reader-thread', { path })
  const reader: Reader = {
    // the thread runs the very query that the name's types describe
    ask: (name, input) => thread.request(name, input) as ReturnType<typeof reader.ask<typeof name>>,
    close: () => thread.close(),
  }
  return reader
}
