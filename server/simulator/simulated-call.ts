import type { CallOptions } from './calls.ts'
import { hangUp, placeCall } from './calls.ts'
import type { Delivery } from './deliver.ts'
import type { ReceivedMessage } from './people.ts'
import type { CallEnd, CallState, World } from './world.ts'

/** A call as its caller sees it. */
export interface SimulatedCall {
  /** Call id; empty for a call that was refused before any webhook. */
  readonly id: string
  readonly line: string
  readonly from?: string
  readonly userId: string
  readonly state: CallState
  /** Messages that this caller got from this line since dialling. */
  readonly messages: readonly ReceivedMessage[]
  /** Status of the first attempt to deliver the connect; 0 when no answer came. */
  readonly answered: Promise<number>
  /** Status of its last attempt: 200, or what it was when given up. */
  readonly delivered: Promise<number>
  readonly ended: Promise<CallEnd>
  hangUp(): void
}

/** Dials and gives the caller's view of it. */
export function simulateCall(world: World, options: CallOptions): SimulatedCall {
  const person = world.people.meet(options)
  const dialledAt = world.clock.now()
  let tellEnd: (end: CallEnd) => void = () => undefined
  const ended = new Promise<CallEnd>((resolve) => (tellEnd = resolve))
  const dialled = placeCall(world, options, tellEnd)
  if ('refusal' in dialled) tellEnd({ reason: dialled.refusal, rangMs: 0 })
  const call = 'call' in dialled ? dialled.call : undefined
  const connect: Promise<Delivery | undefined> =
    'connect' in dialled ? dialled.connect : Promise.resolve(undefined)
  return {
    id: call?.id ?? '',
    line: options.line,
    from: person.phone,
    userId: person.userId,
    get state() {
      return call?.state ?? 'refused'
    },
    get messages() {
      return person.inbox.filter(({ at, line }) => line === options.line && at >= dialledAt)
    },
    answered: connect.then((delivery) => delivery?.answered ?? 0),
    delivered: connect.then((delivery) => delivery?.settled ?? 0),
    ended,
    hangUp: () => {
      if (call) hangUp(world, call)
    },
  }
}
