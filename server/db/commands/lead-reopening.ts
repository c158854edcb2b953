import type { Db } from '../open.ts'
import type { LeadsTable } from '../tables.ts'
import type { LeadPerson } from './lead-journal.ts'

type Fresh = Pick<LeadsTable, 'person_id' | 'state' | 'last_call_at'>

/** Statuses after which a lead is nobody's work any more, until the person calls in vain again. */
const settled: readonly (string | null)[] = ['contacted', 'converted', 'dismissed']

/**
 * Whether a lead is work again: it was closed and is open, or the person called in vain after somebody
 * had settled it. A call from before that, delivered late, changes nothing.
 */
export function isNewMiss(known: LeadPerson, row: Fresh): boolean {
  if (row.state !== 'open') return false
  if (known.state === 'closed') return true
  const since = known.status_at ?? known.last_call_at ?? ''
  return settled.includes(known.status) && row.last_call_at > since
}

/** Notes that a lead is work again. @returns what changes of it: whoever had it keeps it */
export async function reopened(trx: Db, known: LeadPerson, row: Fresh) {
  const status = known.assignee === null ? 'new' : 'assigned'
  const isWorked = known.status !== 'new' && known.status !== null
  if (isWorked)
    await trx
      .insertInto('lead_events')
      .values({
        person_id: row.person_id,
        at: row.last_call_at,
        kind: 'reopened',
        actor_id: null,
        actor: '',
        status,
        via: null,
        value: null,
        currency: null,
        text: null,
        due_at: null,
        assignee: null,
      })
      .execute()
  return {
    status,
    status_at: row.last_call_at,
    revision: (known.revision ?? 0) + 1,
    due_at: null,
    due_by: null,
    value: null,
    currency: null,
    dismissed_for: null,
  }
}
