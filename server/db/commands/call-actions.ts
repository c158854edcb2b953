import type { ActionPayload } from '../../schema/action.ts'
import type { Db } from '../open.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'

export type RequestedAction =
  | { kind: 'not_found' }
  | { kind: 'over' }
  | { kind: 'under_way'; state: string }
  | { kind: 'requested'; actionIds: number[] }

export interface RequestActionInput {
  callId: number
  type: 'reject' | 'terminate'
  now: number
  by: Auditor
  /** What the caller is told; a person who rejects by hand leaves nobody in silence either. */
  message: Extract<ActionPayload, { type: 'message' }>['message'] | null
}

const minute = 60_000

/**
 * A person, or a program, wants a call rejected or ended. Once per call and type; a reject brings
 * its message unless one was planned already.
 */
export async function requestAction(trx: Db, input: RequestActionInput): Promise<RequestedAction> {
  const call = await trx
    .selectFrom('calls')
    .selectAll()
    .where('id', '=', input.callId)
    .executeTakeFirst()
  if (!call) return { kind: 'not_found' }
  if (call.ended_at !== null || !['ringing', 'in_progress'].includes(call.status))
    return { kind: 'over' }
  const planned = await trx
    .selectFrom('actions')
    .select(['type', 'state'])
    .where('call_id', '=', call.id)
    .where('type', 'in', [input.type, 'message'])
    .execute()
  const same = planned.find((action) => action.type === input.type)
  if (same) return { kind: 'under_way', state: same.state }
  const at = new Date(input.now).toISOString()
  const to = {
    ...(call.phone === null ? {} : { phone: call.phone }),
    ...(call.user_id === null ? {} : { userId: call.user_id }),
  }
  const wanted: ActionPayload[] = [{ type: input.type, callId: call.provider_id, to }]
  if (input.message && !planned.some((action) => action.type === 'message'))
    wanted.push({ type: 'message', to, message: input.message })
  const actionIds: number[] = []
  for (const payload of wanted) {
    const { id } = await trx
      .insertInto('actions')
      .values({
        key: `${call.ref}:${payload.type}:by-hand`,
        call_id: call.id,
        person_id: call.person_id,
        channel: call.channel,
        line: call.line,
        type: payload.type,
        payload: JSON.stringify(payload),
        state: 'pending',
        created_at: at,
        due_at: at,
        deadline_at: new Date(
          input.now + (payload.type === 'message' ? 15 * minute : minute),
        ).toISOString(),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    actionIds.push(id)
  }
  await audit(trx, {
    at,
    by: input.by,
    operation: input.type === 'reject' ? 'rejectCall' : 'endCall',
    subject: call.ref,
    before: { status: call.status },
    after: { requested: wanted.map(({ type }) => type) },
  })
  return { kind: 'requested', actionIds }
}
