import type { SignalOf } from '../../schema/signal.ts'
import type { Db } from '../open.ts'
import type { Journalled } from './calls.ts'
import { insertEvent } from './feed.ts'
import { settleByStatus } from './outbox.ts'
import type { SignalInput } from './signals.ts'
import { insertSignal } from './signals.ts'

/**
 * A status of a message we sent. It is journalled too, because it may come before the answer that
 * tells which message it is about. `freed`: something may be sent because of it.
 */
export async function commitMessageStatus(
  trx: Db,
  input: SignalInput & { signal: SignalOf<'message_status'>; team: string | null },
): Promise<Journalled & { freed: boolean }> {
  const { signal, arrivedAt } = input
  if (!(await insertSignal(trx, input, null))) return { duplicate: true, events: [], freed: false }
  const { actionKey, messageId, status, at, error } = signal
  const settled = await settleByStatus(trx, {
    ...(actionKey === undefined ? {} : { actionKey }),
    providerId: messageId,
    status,
    at: at ?? arrivedAt,
    ...(error === undefined ? {} : { error }),
  })
  if (!settled?.changed) return { duplicate: false, events: [], freed: false }
  const event = await insertEvent(trx, {
    type: 'message.status',
    at: arrivedAt,
    team: input.team,
    doc: {
      ref: settled.callRef,
      line: signal.line,
      status: settled.delivery,
      state: settled.state,
    },
  })
  return { duplicate: false, events: [event], freed: settled.freed }
}
