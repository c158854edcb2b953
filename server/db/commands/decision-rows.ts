import type { RowOf } from '../prepared.ts'
import { pick, prepare } from '../prepared.ts'
import type { ActionsTable, CallsTable, DecisionsTable } from '../tables.ts'

const callColumns = [
  'ref',
  'channel',
  'provider_id',
  'line',
  'person_id',
  'phone',
  'user_id',
  'profile_name',
  'direction',
  'media',
  'status',
  'offered_at',
  'arrived_at',
  'attempt_at',
  'policy',
  'release',
  'outcome',
  'node',
  'final_outcome',
  'final_node',
  'decision_ms',
  'why',
  'no_lead',
] as const
/** A call as it is when it has been decided. */
export const newCall = prepare((db, row: RowOf<CallsTable, (typeof callColumns)[number]>) =>
  db.insertInto('calls').values(pick(row, callColumns)).returning('id'),
)

const decisionColumns = ['call_id', 'at', 'policy', 'release', 'doc'] as const
/** What was decided and why. */
export const newDecision = prepare(
  (db, row: RowOf<DecisionsTable, (typeof decisionColumns)[number]>) =>
    db.insertInto('decisions').values(pick(row, decisionColumns)).returning('call_id'),
)

const actionColumns = [
  'key',
  'call_id',
  'person_id',
  'channel',
  'line',
  'type',
  'payload',
  'state',
  'reason',
  'parent_id',
  'created_at',
  'due_at',
  'deadline_at',
  'settled_at',
  'claimed_at',
  'attempts',
] as const
/** An action that waits, that is claimed at once, or that is suppressed from the beginning. */
export const newAction = prepare((db, row: RowOf<ActionsTable, (typeof actionColumns)[number]>) =>
  db.insertInto('actions').values(pick(row, actionColumns)).returning('id'),
)
