import type { Action } from '../../schema/action.ts'
import { actionPayloadSchema, actionStates } from '../../schema/action.ts'
import type { ActionRow } from '../tables.ts'

/** A row of the outbox and the reference of its call. */
export type ActionRecord = ActionRow & { call_ref: string | null }

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** @returns undefined when the row's payload or state is none that this version knows */
export function toAction(row: ActionRecord): Action | undefined {
  const payload = actionPayloadSchema.safeParse(parseJson(row.payload))
  const state = actionStates.find((known) => known === row.state)
  if (!payload.success || state === undefined) return undefined
  return {
    id: row.id,
    key: row.key,
    callRef: row.call_ref,
    personId: row.person_id,
    channel: row.channel,
    line: row.line,
    payload: payload.data,
    state,
    attempts: row.attempts,
    dueAt: row.due_at,
    deadlineAt: row.deadline_at,
  }
}
