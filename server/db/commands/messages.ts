import type { SignalOf } from '../../schema/signal.ts'
import type { Db } from '../open.ts'
import { isStopReply } from '../../canary/stop-reply.ts'
import type { Journalled } from './calls.ts'
import { noteComplaint } from './canaries.ts'
import { insertEvent } from './feed.ts'
import { refreshLead } from './leads.ts'
import { changeIdentity, resolvePerson } from './people.ts'
import { keepPromises } from './promises.ts'
import type { SignalInput } from './signals.ts'
import { insertSignal } from './signals.ts'

const duplicate: Journalled = { duplicate: true, events: [] }

/** A person wrote to us, or Meta's own voicemail took a call. */
export async function commitMessage(
  trx: Db,
  input: SignalInput & { signal: SignalOf<'message_received'>; team: string | null },
): Promise<Journalled> {
  const { signal, arrivedAt } = input
  const { phone, userId, profileName } = signal.from
  const personId = await resolvePerson(trx, { phone, userId, name: profileName }, arrivedAt)
  if (!(await insertSignal(trx, input, personId))) return duplicate
  await trx
    .insertInto('messages')
    .values({
      channel: signal.channel,
      provider_id: signal.messageId,
      line: signal.line,
      person_id: personId,
      at: signal.at ?? null,
      arrived_at: arrivedAt,
      type: signal.type,
      text: signal.text ?? null,
      voicemail_of: signal.voicemailOf ?? null,
      replies_to: signal.repliesTo ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const at = signal.at ?? arrivedAt
  if (signal.voicemailOf === undefined) await keepPromises(trx, personId, { at, by: 'message' })
  if (isStopReply(signal.text)) await noteComplaint(trx, personId)
  await refreshLead(trx, personId, { at })
  const event = await insertEvent(trx, {
    type: signal.voicemailOf === undefined ? 'message.received' : 'voicemail.received',
    at: arrivedAt,
    team: input.team,
    doc: { line: signal.line, type: signal.type },
  })
  return { duplicate: false, events: [event] }
}

/** Signals that are journalled as they are: a permission answered, a line changed. */
export async function commitNote(
  trx: Db,
  input: SignalInput & {
    signal: SignalOf<'permission_replied'> | SignalOf<'line_changed'>
    team: string | null
  },
): Promise<Journalled> {
  const { signal, arrivedAt } = input
  const personId =
    signal.kind === 'permission_replied'
      ? await resolvePerson(
          trx,
          { phone: signal.from.phone, userId: signal.from.userId },
          arrivedAt,
        )
      : null
  if (!(await insertSignal(trx, input, personId))) return duplicate
  const event = await insertEvent(trx, {
    type: signal.kind === 'permission_replied' ? 'permission.replied' : 'line.changed',
    at: arrivedAt,
    team: input.team,
    doc:
      signal.kind === 'permission_replied'
        ? { line: signal.line, response: signal.response, permanent: signal.permanent }
        : { line: signal.line, event: signal.event },
  })
  return { duplicate: false, events: [event] }
}

/** A person's number or user id changed; the history follows. */
export async function commitIdentityChanged(
  trx: Db,
  input: SignalInput & { signal: SignalOf<'identity_changed'> },
): Promise<Journalled> {
  const { signal, arrivedAt } = input
  // a second delivery must not bring back ids that have changed again since
  const known = trx.selectFrom('signals').select('id').where('key', '=', signal.key)
  if (await known.executeTakeFirst()) return duplicate
  const personId = await changeIdentity(trx, {
    previous: { phone: signal.previous.phone, userId: signal.previous.userId },
    current: { phone: signal.from.phone, userId: signal.from.userId },
    at: arrivedAt,
  })
  return (await insertSignal(trx, input, personId)) ? { duplicate: false, events: [] } : duplicate
}
