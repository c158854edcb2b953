import type { ActionPayload, Recipient } from '../../schema/action.ts'
import type { ChannelName } from '../../schema/primitives.ts'
import type { Db } from '../open.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'

export interface AskPermissionInput {
  readonly ref: string
  readonly personId: number
  readonly to: Recipient
  readonly channel: ChannelName
  readonly line: string
  readonly text: string
  /** Epoch ms. */
  readonly now: number
  readonly by: Auditor
}

export type AskedPermission =
  | { readonly kind: 'under_way'; readonly state: string }
  | { readonly kind: 'requested'; readonly actionIds: readonly number[] }

const deadlineMs = 15 * 60_000
/** Meta takes one request a person and line in this time. */
const gapMs = 24 * 60 * 60_000
const iso = (at: number): string => new Date(at).toISOString()

/** Puts the question whether we may call into the outbox; once a day, as Meta refuses more. */
export async function askPermission(trx: Db, input: AskPermissionInput): Promise<AskedPermission> {
  const { personId, line, now, by } = input
  const earlier = await trx
    .selectFrom('actions')
    .select('state')
    .where('person_id', '=', personId)
    .where('line', '=', line)
    .where('key', 'like', '%:permission')
    .where('created_at', '>', iso(now - gapMs))
    .where('state', 'not in', ['failed', 'expired', 'suppressed'])
    .limit(1)
    .executeTakeFirst()
  if (earlier) return { kind: 'under_way', state: earlier.state }
  const message = { text: input.text, asksToCall: true, important: true }
  const payload: ActionPayload = { type: 'message', to: input.to, message }
  const { id } = await trx
    .insertInto('actions')
    .values({
      key: `${input.ref}:permission`,
      person_id: personId,
      channel: input.channel,
      line,
      type: 'message',
      payload: JSON.stringify(payload),
      state: 'pending',
      created_at: iso(now),
      due_at: iso(now),
      deadline_at: iso(now + deadlineMs),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const person = await trx
    .selectFrom('people')
    .select('ref')
    .where('id', '=', personId)
    .executeTakeFirst()
  const subject = person?.ref ?? null
  await audit(trx, {
    at: iso(now),
    by,
    operation: 'requestCallPermission',
    subject,
    after: { line },
  })
  return { kind: 'requested', actionIds: [id] }
}
