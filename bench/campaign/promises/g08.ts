import {
  connect,
  envelope,
  lines,
  newCaller,
  newCallId,
  rejectAll,
  terminate,
} from '../tools/bodies.ts'
import type { Ledger } from '../tools/other-side-messages.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'
import { compareBooks, timesSent } from './books.ts'

type Event = 'connect' | 'terminate'
/** Every order of a begin and an end, with repetitions. */
const orders: readonly (readonly Event[])[] = [
  ['connect', 'terminate'],
  ['terminate', 'connect'],
  ['terminate', 'connect', 'terminate'],
  ['terminate', 'terminate', 'connect'],
  ['connect', 'connect', 'terminate'],
  ['connect', 'terminate', 'connect'],
  ['terminate', 'connect', 'connect'],
]

async function tellInOrder(
  stage: Stage,
  order: readonly Event[],
  together: boolean,
): Promise<string> {
  const id = newCallId()
  const from = newCaller()
  const change = { connect: () => connect({ id, from }), terminate: () => terminate({ id, from }) }
  if (together) await stage.post(envelope(...order.map((event) => change[event]())))
  else for (const event of order) await stage.post(envelope(change[event]()))
  return id
}

/** Calls whose end was answered before their beginning was sent. */
function overtaken({ connects, ends }: Ledger): string[] {
  const ended = new Map(ends.map(({ callId, at, ms }) => [callId, at + ms]))
  return connects.flatMap(({ callId, at, attempt }) =>
    attempt === 1 && (ended.get(callId) ?? Infinity) < at ? [callId] : [],
  )
}

export const g08: PromiseFile<Tools> = {
  id: 'G8',
  promise:
    'An end that comes before its call makes a missed call: nothing rings, nothing is sent twice',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'Every order of connect and terminate with repetitions, in deliveries of their own and in one batch; Meta letting the terminate overtake; delivery statuses that arrive before the answer to the message',
    )
    await onStage(tools, { policies: [rejectAll()] }, async (stage) => {
      const { other } = stage
      const endedFirst = new Set<string>()
      const begunFirst = new Set<string>()
      for (const order of orders)
        for (const together of [false, true])
          for (let times = 0; times < (size === 'full' ? 50 : 3); times += 1)
            (order[0] === 'terminate' ? endedFirst : begunFirst).add(
              await tellInOrder(stage, order, together),
            )
      await other.ask('faults', { terminateFirst: 1 })
      const seconds = size === 'full' ? 10 : 2
      await other.ask('load', { perSecond: 20, seconds, lines })
      await other.ask('faults', { terminateFirst: 0, statusBeforeResponse: 1 })
      await other.ask('load', { perSecond: 20, seconds, lines })
      trial.check('everything is settled in the end', await stage.settled())
      const ledger = await other.ask('ledger', undefined)
      const journal = stage.journal()
      const undecided = new Set(
        journal.column("select provider_id from calls where undecided = 'ended_first'"),
      )
      const decided = journal.decided()
      trial.same(
        'ended first, but not journalled as such',
        [...endedFirst].filter((id) => !undecided.has(id)).length,
        0,
      )
      trial.same(
        'ended first, but decided',
        [...overtaken(ledger), ...undecided].filter((id) => decided.has(id)).length,
        0,
      )
      trial.same(
        'begun first, but not decided',
        [...begunFirst].filter((id) => !decided.has(id)).length,
        0,
      )
      const acted = ledger.actions.filter(({ callId = '' }) => undecided.has(callId))
      trial.same('actions on calls that had ended first', acted.length, 0)
      trial.same(
        'missed calls not shown as missed',
        journal.count(
          "select count(*) from calls where undecided = 'ended_first' and status != 'missed'",
        ),
        0,
      )
      compareBooks(trial, journal, ledger)
      journal.close()
      trial.fault('ends that came first, told by us', endedFirst.size, orders.length)
      trial.fault('ends that overtook their call', overtaken(ledger).length, 10 * seconds)
      trial.fault(
        'messages whose status came before the answer',
        timesSent(ledger).size,
        20 * seconds,
      )
    })
    return trial.verdict()
  },
}
