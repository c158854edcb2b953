import type { ActionPayload, Recipient } from '../../schema/action.ts'
import type { Decision } from '../../schema/decision.ts'
import type { RenderedMessage } from '../../schema/message.ts'
import type { ChannelName } from '../../schema/primitives.ts'
import type { Db } from '../open.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'
import { suppression } from './courtesy.ts'
import type { FeedEvent } from './feed.ts'
import { insertEvent } from './feed.ts'
import { resolvePerson } from './people.ts'

const iso = (at: number): string => new Date(at).toISOString()

/** How long a receiver is tried to be told. */
const webhookDeadlineMs = 24 * 60 * 60_000

/** Expired ones that are told of in one command. */
const mostExpired = 200

/** The part of a verification that its end needs. */
interface Ending {
  readonly ref: string
  readonly expires_at: string
  readonly webhook_url: string | null
}

interface Told {
  readonly type: 'verification.fulfilled' | 'verification.expired'
  /** ISO; when it happened. */
  readonly at: string
  readonly now: number
  readonly callId: number | null
  readonly data: Readonly<Record<string, unknown>>
}

/** Puts the news into the outbox, for whom the verification names; the line is the receiver's host. */
async function tell(trx: Db, verification: Ending, told: Told): Promise<number[]> {
  const { ref, webhook_url: url, expires_at: expiresAt } = verification
  if (url === null) return []
  const { type, at, now, data } = told
  const body = JSON.stringify({ type, timestamp: at, data: { id: ref, expiresAt, ...data } })
  const payload: ActionPayload = { type: 'webhook', url, body, verification: ref }
  const { id } = await trx
    .insertInto('actions')
    .values({
      key: `msg_${ref}`,
      call_id: told.callId,
      channel: 'webhook',
      line: new URL(url).host,
      type: 'webhook',
      payload: JSON.stringify(payload),
      state: 'pending',
      created_at: iso(now),
      due_at: iso(now),
      deadline_at: iso(now + webhookDeadlineMs),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return [id]
}

export interface OpenVerificationInput {
  ref: string
  phone: string | null
  userId: string | null
  /** Epoch ms. */
  now: number
  expiresAt: number
  by: Auditor
  webhook?: { url: string; secret: string }
  /** What the person is told, through which line. */
  message?: {
    to: Recipient
    channel: ChannelName
    line: string
    rendered: RenderedMessage
    optedOut: boolean
  }
}

export interface OpenedVerification {
  actionIds: number[]
}

async function insertMessage(trx: Db, input: OpenVerificationInput): Promise<number[]> {
  const { message, now } = input
  if (!message) return []
  const { phone, userId } = message.to
  const personId = await resolvePerson(trx, { phone, userId }, iso(now))
  const held = await suppression(trx, {
    personId,
    now,
    important: true,
    optedOut: message.optedOut,
    limits: { gapMinutes: 0, dailyCap: 0 },
  })
  const payload: ActionPayload = { type: 'message', to: message.to, message: message.rendered }
  const { id } = await trx
    .insertInto('actions')
    .values({
      key: `${input.ref}:message`,
      person_id: personId,
      channel: message.channel,
      line: message.line,
      type: 'message',
      payload: JSON.stringify(payload),
      state: held ? 'suppressed' : 'pending',
      reason: held?.reason ?? null,
      created_at: iso(now),
      due_at: iso(now),
      // after the window it would ask for a call that proves nothing any more
      deadline_at: iso(input.expiresAt),
      settled_at: held ? iso(now) : null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return held ? [] : [id]
}

/** Opens a one-shot window in which a call of this person is waited for, and asks them to call. */
export async function openVerification(
  trx: Db,
  input: OpenVerificationInput,
): Promise<OpenedVerification> {
  await trx
    .insertInto('verifications')
    .values({
      ref: input.ref,
      phone: input.phone,
      user_id: input.userId,
      message: input.message?.rendered.text ?? null,
      created_at: iso(input.now),
      expires_at: iso(input.expiresAt),
      webhook_url: input.webhook?.url ?? null,
      webhook_secret: input.webhook?.secret ?? null,
    })
    .execute()
  await audit(trx, {
    at: iso(input.now),
    by: input.by,
    operation: 'openVerification',
    subject: input.ref,
    after: {
      expiresAt: iso(input.expiresAt),
      message: input.message !== undefined,
      webhook: input.webhook && new URL(input.webhook.url).host,
    },
  })
  return { actionIds: await insertMessage(trx, input) }
}

export interface FulfilInput {
  /** The caller's ids, the phone in every spelling; absent when nothing waited for the call. */
  ids: { phones: string[]; userId?: string | undefined } | undefined
  /** ISO; arrival of the call, which must lie in the window. */
  at: string
  now: number
  team: string | null
  call: {
    id: number
    ref: string
    decision: Pick<Decision, 'policy' | 'outcome' | 'node'>
  }
}

export interface Ended {
  events: FeedEvent[]
  actionIds: number[]
}

const nothing: Ended = { events: [], actionIds: [] }

/**
 * Fulfils the oldest window that waits for this caller: one call, one window. Of calls at once the
 * first to be committed has it, because the next one finds it fulfilled.
 */
export async function fulfilVerification(trx: Db, input: FulfilInput): Promise<Ended> {
  const { ids, at, call } = input
  if (!ids || (ids.phones.length === 0 && ids.userId === undefined)) return nothing
  const { phones, userId } = ids
  const open = await trx
    .selectFrom('verifications')
    .select(['id', 'ref', 'expires_at', 'webhook_url'])
    .where('fulfilled_at', 'is', null)
    .where('expired_at', 'is', null)
    .where('created_at', '<=', at)
    .where('expires_at', '>', at)
    .where((eb) =>
      eb.or([
        ...(phones.length === 0 ? [] : [eb('phone', 'in', phones)]),
        ...(userId === undefined ? [] : [eb('user_id', '=', userId)]),
      ]),
    )
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (!open) return nothing
  await trx
    .updateTable('verifications')
    .set({ fulfilled_at: at, call_id: call.id })
    .where('id', '=', open.id)
    .execute()
  const type = 'verification.fulfilled'
  const doc = { verification: open.ref, ref: call.ref }
  const event = await insertEvent(trx, { type, at, team: input.team, doc })
  const data = { callRef: call.ref, fulfilledAt: at, decision: call.decision }
  const actionIds = await tell(trx, open, { type, at, now: input.now, callId: call.id, data })
  return { events: [event], actionIds }
}

/** Ends the windows that closed by `until` (ISO) without a call. */
export async function expireVerifications(
  trx: Db,
  { until, now }: { until: string; now: number },
): Promise<Ended> {
  const due = await trx
    .selectFrom('verifications')
    .select(['id', 'ref', 'expires_at', 'webhook_url'])
    .where('fulfilled_at', 'is', null)
    .where('expired_at', 'is', null)
    .where('expires_at', '<=', until)
    .orderBy('expires_at')
    .limit(mostExpired)
    .execute()
  const events: FeedEvent[] = []
  const actionIds: number[] = []
  for (const one of due) {
    await trx
      .updateTable('verifications')
      .set({ expired_at: iso(now) })
      .where('id', '=', one.id)
      .execute()
    const type = 'verification.expired'
    const at = one.expires_at
    events.push(await insertEvent(trx, { type, at, team: null, doc: { verification: one.ref } }))
    actionIds.push(...(await tell(trx, one, { type, at, now, callId: null, data: {} })))
  }
  return { events, actionIds }
}
