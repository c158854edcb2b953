import type { Journal } from '../tools/journal.ts'
import type { Ledger } from '../tools/other-side-messages.ts'
import type { Trial } from '../verdict.ts'

/** Answers of Graph that prove that nothing was sent, after which it may be tried again. */
const isRefusal = (status: number | null): boolean =>
  status === 429 || (status !== null && status >= 500)

/** Calls whose beginning was answered 200. */
export function acknowledged(ledger: Ledger): Set<string> {
  return new Set(ledger.connects.flatMap((seen) => (seen.status === 200 ? [seen.callId] : [])))
}

/** How often each message was asked of Graph, refusals that prove non-delivery aside. */
export function timesSent(ledger: Ledger): Map<string, number> {
  const times = new Map<string, number>()
  for (const { key = '', status } of ledger.messages)
    if (!isRefusal(status)) times.set(key, (times.get(key) ?? 0) + 1)
  return times
}

/**
 * The journal against what the other side saw, once everything is settled: nothing that was
 * acknowledged is lost, nothing is decided twice, nothing is sent twice, nothing is left open, and a
 * message that was sent is not passed off as one that was not.
 * @param leastDecided fewer decided calls than this show nothing
 */
export function compareBooks(
  trial: Trial,
  journal: Journal,
  ledger: Ledger,
  leastDecided = 10,
): void {
  const stored = new Set(
    journal.column(
      `select provider_id from calls where undecided is not null
         or id in (select call_id from decisions)`,
    ),
  )
  const acked = acknowledged(ledger)
  trial.figure('calls acknowledged', acked.size)
  trial.same('acknowledged calls lost', [...acked].filter((id) => !stored.has(id)).length, 0)
  // a server that refuses everything keeps its books in order, too
  trial.fault('calls decided', journal.decided().size, leastDecided)
  trial.same(
    'calls decided twice',
    journal.count(
      `select count(*) from (select call_id from decisions group by call_id having count(*) > 1)`,
    ) +
      journal.count(
        `select count(*) from (select provider_id from calls group by channel, provider_id having count(*) > 1)`,
      ),
    0,
  )
  trial.same(
    'decisions without their two actions',
    journal.count(
      `select count(*) from decisions where (select count(*) from actions
       where actions.call_id = decisions.call_id and type in ('reject', 'message')) != 2`,
    ),
    0,
  )
  const sent = timesSent(ledger)
  trial.figure('messages sent', sent.size)
  trial.same('messages sent twice', [...sent.values()].filter((times) => times > 1).length, 0)
  const actions = journal.actions()
  const performed = new Set(ledger.messages.flatMap((one) => (one.performed ? [one.key] : [])))
  const messages = actions.filter(({ type }) => type === 'message')
  trial.figure('uncertain messages', messages.filter(({ state }) => state === 'uncertain').length)
  const denied = messages.filter(
    ({ key, state }) => performed.has(key) && !['done', 'uncertain'].includes(state),
  )
  trial.check('a message that went out is shown as done or uncertain', denied.length === 0, denied)
  const claimedDone = messages.filter(({ key, state }) => state === 'done' && !performed.has(key))
  trial.check('a message shown as done went out', claimedDone.length === 0, claimedDone)
  const open = actions.filter(({ state }) => ['pending', 'claimed'].includes(state))
  trial.check('nothing is left open', open.length === 0, open.slice(0, 5))
  trial.same('integrity of the database', journal.integrity(), 'ok')
}
