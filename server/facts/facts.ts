import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { CallInfo } from '../policy/memory-facts.ts'
import { memoryFacts } from '../policy/memory-facts.ts'
import type { Installation } from '../schema/installation.ts'
import type { Party } from '../schema/signal.ts'
import type { FactBook } from './book.ts'
import { readCaller } from './caller.ts'
import type { CrmConnector } from './crm.ts'
import { identify, keyOf } from './identity.ts'
import type { Identity } from './identity.ts'
import { RemoteFacts } from './remote-facts.ts'
import type { Attempt, Velocity } from './velocity.ts'

export interface OfferedCall {
  readonly call: CallInfo
  readonly channel: string
  /** The provider's id of the call. */
  readonly callId: string
  readonly party: Party
  /** Monotonic time of `call.at`. */
  readonly arrivedMono: number
}

export interface Facts {
  /** The key under which a party's attempts count. */
  callerKey(party: Party): Promise<string>
  /**
   * Counts the attempt, finds who calls and opens the call's facts.
   * @param deadlineOf milliseconds after arrival for which a remote fact is waited for
   */
  open(offered: OfferedCall, deadlineOf: (fact: string) => number): Promise<FactBook>
}

export interface FactsDeps {
  /** Read-only, on the main thread: indexed point reads only. */
  readonly db: Db
  installation(): Installation
  readonly velocity: Velocity
  readonly crm: CrmConnector
  readonly clock: Clock
}

/** What was counted under one of a person's ids counts under the person's key. */
function joinAttempts(velocity: Velocity, party: Party, identity: Identity): void {
  const ids = [party.userId, party.address, identity.userId, ...identity.phones]
  for (const id of ids) if (id !== undefined) velocity.merge(id, identity.key)
}

export function createFacts(deps: FactsDeps): Facts {
  const { db, velocity, crm, clock } = deps
  return {
    async callerKey(party) {
      return (await identify(db, party)).key
    },
    async open(offered, deadlineOf) {
      const { call, party, arrivedMono } = offered
      const installation = deps.installation()
      const callKey = `${offered.channel}:${offered.callId}`
      const told: Attempt = {
        callKey,
        at: call.at,
        line: call.line,
        callerKey: keyOf(party, party),
        phone: party.phone,
      }
      velocity.count(told)
      const identity = await identify(db, party)
      joinAttempts(velocity, party, identity)
      const caller = await readCaller(db, identity, call)
      const attempt = { ...told, callerKey: caller.key }
      const memory = memoryFacts({
        call,
        caller,
        installation,
        velocity: (spec) => velocity.read(spec, attempt),
        msNow: () => Math.round((clock.monotonic() - arrivedMono) * 100) / 100,
      })
      const remote = new RemoteFacts({ crm, clock, installation, caller, arrivedMono, deadlineOf })
      return {
        read: (name) => memory(name) ?? remote.read(name),
        start: (names) => remote.start(names),
        next: () => remote.next(),
        caller,
        close: () => remote.close(),
      }
    },
  }
}
