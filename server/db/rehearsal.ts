import { newRef } from '../ref.ts'
import type { Decision } from '../schema/decision.ts'
import type { SignalOf } from '../schema/signal.ts'
import { commitEnded } from './commands/calls.ts'
import { commitDecision, writtenDecision } from './commands/decision.ts'
import { claimActions, settleAction, settleByStatus } from './commands/outbox.ts'
import type { Db } from './open.ts'
import { handleOf, migrateToLatest, openForWriting } from './open.ts'

const turns = 400
const mostMs = 700
const minute = 60_000

/** Numbers that are kept for fiction. */
const phoneOf = (turn: number): string => `+1202555${String(1000 + turn)}`

function decisionAt(at: string): Decision {
  const bye = { outcome: 'reject', node: 'bye' } as const
  const path = [{ node: 'bye', exit: null }]
  const nothing = { facts: {}, unknown: [], steps: [], trace: [] }
  const release = { policy: 'rehearsal', release: 'rehearsal' }
  return { at, ...release, ...bye, path, ...nothing, ms: 1, budgetMs: 150, fallback: false, final: bye } // prettier-ignore
}

/** One rejected caller, from the ring to the message that was read. */
async function call(db: Db, turn: number): Promise<void> {
  const now = Date.now()
  const at = new Date(now).toISOString()
  const deadlineAt = new Date(now + minute).toISOString()
  const ref = newRef()
  const from = { phone: phoneOf(turn), userId: `rehearsal.${turn}`, profileName: 'Nobody' }
  const to = { phone: from.phone }
  const about = { channel: 'whatsapp', line: 'rehearsal', callId: ref, at, from } as const
  const offered: SignalOf<'call_offered'> = { ...about, kind: 'call_offered', key: `${ref}:connect`, media: 'voice' } // prettier-ignore
  const part = { arrivedAt: at, delivery: { id: turn * 2, channel: 'whatsapp', body: '{}' } }
  const decided = await commitDecision(db, {
    ...part,
    signal: offered,
    ref,
    now,
    team: null,
    decision: writtenDecision(decisionAt(at)),
    actions: [
      { key: `${ref}:reject`, deadlineAt, payload: { type: 'reject', callId: ref, to } },
      { key: `${ref}:message`, deadlineAt, payload: { type: 'message', to, message: { text: ref } } }, // prettier-ignore
    ],
    tags: [],
    optedOut: false,
    limits: { gapMinutes: 10, dailyCap: 3 },
    claimReject: true,
  })
  if (decided.kind !== 'committed') throw new Error('the rehearsal came twice')
  const [reject, message] = decided.actionIds
  if (reject === undefined || message === undefined) throw new Error('the rehearsal has no actions')
  await settleAction(db, { id: reject, now: at, result: { outcome: 'done' } })
  await claimActions(db, { now: at, ids: [message], limit: 1 })
  await settleAction(db, { id: message, now: at, result: { outcome: 'done', providerId: ref } })
  for (const status of ['sent', 'delivered', 'read'] as const)
    await settleByStatus(db, { actionKey: `${ref}:message`, providerId: ref, status, at })
  await commitEnded(db, {
    ...part,
    signal: { ...about, kind: 'call_ended', key: `${ref}:end`, direction: 'inbound', status: 'REJECTED' }, // prettier-ignore
    delivery: { id: turn * 2 + 1, channel: 'whatsapp', body: '{}' },
    ref: newRef(),
    team: null,
    isAttempt: false,
  })
}

/**
 * Takes made-up calls through the commands of a call, in a database in memory, so that the first real
 * ones find this thread's code compiled: cold, it takes several times as long, and at many calls a second
 * those after them would queue for seconds.
 */
export async function rehearse(): Promise<void> {
  const db = openForWriting(':memory:')
  try {
    await migrateToLatest(db)
    const run = (text: string): void => void handleOf(db)?.rowsOf(text, [])
    const end = performance.now() + mostMs
    for (let turn = 0; turn < turns && performance.now() < end; turn += 1) {
      run('begin immediate')
      await call(db, turn)
      run('commit')
    }
  } finally {
    await db.destroy()
  }
}
