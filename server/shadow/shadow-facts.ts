import type { Clock } from '../clock.ts'
import type { FactBook } from '../facts/book.ts'
import type { CrmConnector } from '../facts/crm.ts'
import { RemoteFacts } from '../facts/remote-facts.ts'
import type { Installation } from '../schema/installation.ts'

/**
 * The facts of a call that was decided, for another policy: what was seen stays as it was seen, and what
 * nobody asked for is fetched now, by a connector of its own, so that live calls find nothing changed.
 */
export function shadowBook(
  book: FactBook,
  deps: {
    readonly crm: CrmConnector
    readonly clock: Clock
    readonly installation: Installation
    readonly deadlineOf: (fact: string) => number
  },
): FactBook {
  const arrivedMono = deps.clock.monotonic()
  const remote = new RemoteFacts({ ...deps, caller: book.caller, arrivedMono })
  return {
    read: (name) => book.read(name) ?? remote.read(name),
    start: (names) => remote.start(names.filter((name) => book.read(name) === undefined)),
    next: () => remote.next(),
    caller: book.caller,
    close: () => remote.close(),
  }
}
