import { standingOf } from '../../reports/lead-state.ts'
import type { Db } from '../open.ts'
import { prepare } from '../prepared.ts'
import type { CallRow } from '../tables.ts'
import { refreshLead } from './leads.ts'

type Facts = Pick<
  CallRow,
  'undecided' | 'duration_seconds' | 'ended_at' | 'end_status' | 'end_error' | 'started_at'
>
type Reject = { state: string; reason: string | null } | undefined

/**
 * A call's status for lists (contract, section 4), from what is known of it and of its reject; so
 * it comes out the same in whatever order that became known.
 */
export function callStatus(call: Facts, reject: Reject): string {
  if (call.duration_seconds !== null) return 'completed'
  if (call.undecided !== null) return 'missed'
  const isOver = call.ended_at !== null
  switch (reject?.state) {
    case 'done':
      return 'rejected'
    case 'gone':
      return call.end_status === 'REJECTED' || reject.reason === 'in_doubt' ? 'rejected' : 'missed'
    case 'failed':
    case 'expired':
    case 'uncertain':
      return 'failed'
    case 'pending':
    case 'claimed':
      return isOver ? 'rejected' : 'ringing'
    default:
      if (!isOver) return call.started_at === null ? 'ringing' : 'in_progress'
      return call.end_error !== null ? 'failed' : 'missed'
  }
}

const callWith = prepare((db, call: { id: number }) =>
  db.selectFrom('calls').selectAll().where('id', '=', call.id),
)
const lastReject = prepare((db, call: { id: number }) =>
  db
    .selectFrom('actions')
    .select(['state', 'reason'])
    .where('call_id', '=', call.id)
    .where('type', '=', 'reject')
    .orderBy('id', 'desc')
    .limit(1),
)
const setStatus = prepare((db, call: { id: number; status: string }) =>
  db.updateTable('calls').set({ status: call.status }).where('id', '=', call.id),
)

/** Sets a call's status anew; called wherever something it rests on has changed. */
export async function refreshCallStatus(trx: Db, callId: number): Promise<void> {
  const call = await callWith.first(trx, { id: callId })
  if (!call) return
  const reject = await lastReject.first(trx, { id: callId })
  const status = callStatus(call, reject)
  if (status === call.status) return
  await setStatus.all(trx, { id: callId, status })
  if (standingOf(call) !== standingOf({ ...call, status })) await refreshLead(trx, call.person_id)
}
