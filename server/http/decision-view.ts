import type { ActionRow } from '../db/tables.ts'
import { explain } from '../policy/explain/explain.ts'
import { english } from '../policy/say/words.ts'
import type { ActionView, DecisionView } from '../schema/decision.ts'
import { actionPayloadSchema, actionStates } from '../schema/action.ts'
import type { CallView } from '../schema/call.ts'
import { decisionSchema } from '../schema/decision.ts'

function toState(state: string): ActionView['state'] {
  return actionStates.find((known) => known === state) ?? 'uncertain'
}

function viewAction(row: ActionRow): ActionView {
  const payload = actionPayloadSchema.safeParse(JSON.parse(row.payload))
  const text = payload.success && payload.data.type === 'message' ? payload.data.message.text : ''
  return {
    type: row.type,
    state: toState(row.state),
    attempts: row.attempts,
    at: row.created_at,
    deadlineAt: row.deadline_at,
    settledAt: row.settled_at,
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.delivery === null ? {} : { delivery: row.delivery }),
    ...(text === '' ? {} : { text }),
  }
}

/** A decision as its page shows it: what was journalled, and what became of its actions. */
export function viewDecision(
  call: Pick<CallView, 'call_id' | 'ref'>,
  doc: string,
  actions: readonly ActionRow[],
): DecisionView {
  const decision = decisionSchema.parse(JSON.parse(doc))
  return {
    callId: call.call_id,
    ref: call.ref,
    ...decision,
    sentence: explain(decision, { words: english }),
    actions: actions.map(viewAction),
  }
}
