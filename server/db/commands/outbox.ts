import type { Updateable } from 'kysely'
import { sql } from 'kysely'
import type { Action, ActionResult, ActionState } from '../../schema/action.ts'
import type { SignalOf } from '../../schema/signal.ts'
import { callActionTypes } from '../../schema/action.ts'
import { signalSchema } from '../../schema/signal.ts'
import type { Db } from '../open.ts'
import { pick, prepare } from '../prepared.ts'
import type { ActionRow, ActionsTable } from '../tables.ts'
import type { ActionRecord } from './action-row.ts'
import { toAction } from './action-row.ts'
import { refreshCallStatus } from './call-status.ts'
import { refreshLead } from './leads.ts'
import { insertTemplate, outsideWindow } from './template-follow-on.ts'

type Change = Updateable<ActionsTable>
type Settled = Partial<Pick<ActionRow, (typeof settledColumns)[number]>> & { state: ActionState }

/** Written out, so that SQLite can use the partial index. */
const isOpen = sql<boolean>`actions.state in ('pending', 'claimed')`

const pastDeadline = { state: 'expired', reason: 'deadline' } as const

function actionRecords(trx: Db) {
  return trx
    .selectFrom('actions')
    .leftJoin('calls', 'calls.id', 'actions.call_id')
    .selectAll('actions')
    .select('calls.ref as call_ref')
}

async function change(trx: Db, ids: readonly number[], values: Change): Promise<void> {
  if (ids.length > 0) await trx.updateTable('actions').set(values).where('id', 'in', ids).execute()
}

/** A call's status for lists rests on its reject. */
async function refreshCalls(
  trx: Db,
  rows: readonly Pick<ActionRecord, 'type' | 'call_id'>[],
): Promise<void> {
  const rejected = rows.filter(({ type }) => type === 'reject').map(({ call_id }) => call_id)
  for (const callId of new Set(rejected)) if (callId !== null) await refreshCallStatus(trx, callId)
}

const recordWith = prepare((db, action: { id: number }) =>
  actionRecords(db).where('actions.id', '=', action.id),
)

/** `ids` is a JSON array, so that one text serves however many there are. */
const dueAmong = prepare((db, asked: { ids: string; now: string }) =>
  actionRecords(db)
    .where(sql<boolean>`actions.id in (select value from json_each(${asked.ids}))`)
    // the plus signs keep SQLite from the indexes of what is open, which are slower by far here
    .where(sql<boolean>`+actions.state = 'pending' and +actions.due_at <= ${asked.now}`)
    .orderBy('actions.due_at')
    .orderBy('actions.id'),
)

const claim = prepare((db, claimed: { ids: string; now: string }) =>
  db
    .updateTable('actions')
    .set((eb) => ({ state: 'claimed', claimed_at: claimed.now, attempts: eb('attempts', '+', 1) }))
    .where(sql<boolean>`id in (select value from json_each(${claimed.ids}))`),
)

const settledColumns = [
  'state',
  'error',
  'error_code',
  'settled_at',
  'reason',
  'provider_id',
  'due_at',
  'claimed_at',
] as const
const settle = prepare((db, row: Pick<ActionRow, 'id' | (typeof settledColumns)[number]>) =>
  db.updateTable('actions').set(pick(row, settledColumns)).where('id', '=', row.id),
)

export interface ClaimInput {
  /** ISO. */
  now: string
  ids?: readonly number[]
  limit: number
}

/**
 * Claims pending actions that are due, oldest first: one attempt more, durable before anything is
 * sent. Those past their deadline expire instead and come back with that state.
 */
export async function claimActions(trx: Db, input: ClaimInput): Promise<Action[]> {
  const { now, ids, limit } = input
  const rows = ids
    ? (await dueAmong.all(trx, { ids: JSON.stringify(ids), now })).slice(0, limit)
    : await actionRecords(trx)
        .where('actions.state', '=', 'pending')
        .where('actions.due_at', '<=', now)
        .where(isOpen)
        .orderBy('actions.due_at')
        .orderBy('actions.id')
        .limit(limit)
        .execute()
  const late = rows.filter((row) => row.deadline_at <= now)
  const timely = rows.filter((row) => row.deadline_at > now)
  const read = timely.map((row) => ({ row, action: toAction({ ...row, state: 'claimed' }) }))
  const unreadable = read.flatMap(({ row, action }) => (action ? [] : [row]))
  const claimed = read.flatMap(({ action }) => action ?? [])
  const idsOf = (some: readonly { id: number }[]): number[] => some.map(({ id }) => id)
  await change(trx, idsOf(late), { ...pastDeadline, settled_at: now })
  await change(trx, idsOf(unreadable), {
    state: 'failed',
    error: 'this version cannot read the action',
    settled_at: now,
  })
  if (claimed.length > 0) await claim.all(trx, { ids: JSON.stringify(idsOf(claimed)), now })
  await refreshCalls(trx, [...late, ...unreadable])
  const expired = late.flatMap((row) => toAction({ ...row, state: 'expired' }) ?? [])
  return [...expired, ...claimed.map((one) => ({ ...one, attempts: one.attempts + 1 }))]
}

/**
 * Call actions that were claimed by a commit whose answer was lost, so that nothing was sent: everything
 * claimed before an instant (ISO) that is not under way.
 */
export async function freeClaims(
  trx: Db,
  input: { before: string; except: readonly number[] },
): Promise<void> {
  await trx
    .updateTable('actions')
    .set({ state: 'pending', claimed_at: null })
    .where(isOpen)
    .where('state', '=', 'claimed')
    .where('type', 'in', [...callActionTypes])
    .where('claimed_at', '<', input.before)
    .where(sql<boolean>`id not in (select value from json_each(${JSON.stringify(input.except)}))`)
    .execute()
}

export interface SettleInput {
  id: number
  /** ISO. */
  now: string
  result: ActionResult
  /** ISO: when a `retry` is due; at once when left out. */
  retryAt?: string
}

export interface Settlement {
  state: ActionState
  /** The template that takes the place of a refused message. */
  followOn?: number
}

function afterResult(row: ActionRecord, input: SettleInput): Settled {
  const { result, now } = input
  const told = {
    error: 'details' in result ? (result.details ?? null) : null,
    error_code: 'code' in result ? (result.code ?? null) : null,
    settled_at: now,
  }
  switch (result.outcome) {
    case 'done':
      return {
        ...told,
        state: 'done',
        reason: null,
        provider_id: result.providerId ?? row.provider_id,
      }
    case 'gone':
      return { ...told, state: 'gone', reason: row.reason ?? 'caller_gone' }
    case 'failed':
    case 'use_template':
      return { ...told, state: 'failed' }
    case 'uncertain':
      return { ...told, state: 'uncertain' }
    case 'retry': {
      const dueAt = input.retryAt ?? now
      if (dueAt >= row.deadline_at) return { ...told, ...pastDeadline }
      return {
        ...told,
        state: 'pending',
        due_at: dueAt,
        claimed_at: null,
        settled_at: null,
        // without an answer it may have been done: what finds the call gone later sees our own work
        reason: row.type === 'reject' && result.code === undefined ? 'in_doubt' : row.reason,
      }
    }
    default:
      return result satisfies never
  }
}

const statusesOf = prepare((db, message: { provider_id: string; channel: string }) =>
  db
    .selectFrom('signals')
    .select(['doc', 'arrived_at'])
    .where('provider_id', '=', message.provider_id)
    .where('kind', '=', 'message_status')
    .where('channel', '=', message.channel)
    .orderBy('id'),
)

/** What became known of a message by its provider id before that id was known to be the message's. */
async function applyEarlierStatuses(
  trx: Db,
  row: ActionRecord,
  providerId: string,
): Promise<Settlement | undefined> {
  const { channel } = row
  const signals = await statusesOf.all(trx, { provider_id: providerId, channel })
  let settlement: Settlement | undefined
  for (const { doc, arrived_at } of signals) {
    const { data } = signalSchema.safeParse(JSON.parse(doc))
    if (data?.kind !== 'message_status') continue
    const { status, error, at = arrived_at } = data
    const told = { actionKey: row.key, status, at, ...(error && { error }) }
    const { state, followOn = settlement?.followOn } = (await settleByStatus(trx, told)) ?? {}
    if (state) settlement = { state, ...(followOn !== undefined && { followOn }) }
  }
  return settlement
}

async function settleClaimed(trx: Db, row: ActionRecord, input: SettleInput): Promise<Settlement> {
  const after = afterResult(row, input)
  await settle.all(trx, { ...row, ...after })
  if (after.state !== 'pending') await refreshCalls(trx, [row])
  const followOn =
    input.result.outcome === 'use_template' ? await insertTemplate(trx, row) : undefined
  return { state: after.state, ...(followOn !== undefined && { followOn }) }
}

/** A result that comes late changes no state; it only tells the provider's id. */
async function settleLate(trx: Db, row: ActionRecord, result: ActionResult): Promise<Settlement> {
  if (result.outcome === 'done' && result.providerId !== undefined && row.provider_id === null)
    await change(trx, [row.id], { provider_id: result.providerId })
  // every state is written by commands, from the closed list
  return { state: row.state as ActionState }
}

/** Records what performing a claimed action came to; what is settled already stays as it is. */
export async function settleAction(trx: Db, input: SettleInput): Promise<Settlement> {
  const { id, result } = input
  const row = await recordWith.only(trx, { id })
  const settlement =
    row.state === 'claimed'
      ? await settleClaimed(trx, row, input)
      : await settleLate(trx, row, result)
  if (row.type !== 'message' || result.outcome !== 'done' || result.providerId === undefined)
    return settlement
  return (await applyEarlierStatuses(trx, row, result.providerId)) ?? settlement
}

type Status = SignalOf<'message_status'>['status']

/** Furthest last; a refusal is final whatever was told before or after it. */
const deliveryOrder: readonly string[] = ['sent', 'delivered', 'read', 'played', 'failed']

export interface StatusInput {
  /** Our key, as given back by the provider. */
  actionKey?: string
  providerId?: string
  status: Status
  /** ISO. */
  at: string
  error?: { code: number; details?: string }
}

export interface StatusSettlement extends Settlement {
  actionId: number
  callRef: string | null
  type: 'message'
  delivery: string
  /** Whether anything was new. */
  changed: boolean
  /** Another message may go now: one that waited for this one, or takes its place. */
  freed: boolean
}

async function findMessage(trx: Db, input: StatusInput): Promise<ActionRecord | undefined> {
  const messages = actionRecords(trx).where('actions.type', '=', 'message')
  const { actionKey, providerId } = input
  const byKey =
    actionKey === undefined
      ? undefined
      : await messages.where('actions.key', '=', actionKey).executeTakeFirst()
  if (byKey || providerId === undefined) return byKey
  return messages.where('actions.provider_id', '=', providerId).executeTakeFirst()
}

function afterStatus(row: ActionRecord, status: Status): string {
  const isOpen = ['pending', 'claimed', 'uncertain'].includes(row.state)
  if (status !== 'failed') return isOpen ? 'done' : row.state
  return isOpen || row.state === 'done' ? 'failed' : row.state
}

/**
 * What a delivery status says about a message of ours: that it went out, whatever became of our
 * request, or that it was refused after all. Statuses may repeat, come in any order, and before the
 * answer to the request; the end is the same.
 * @returns undefined when the status is about no message that was ever sent from here
 */
export async function settleByStatus(
  trx: Db,
  input: StatusInput,
): Promise<StatusSettlement | undefined> {
  const { status, at } = input
  const row = await findMessage(trx, input)
  if (!row || row.attempts === 0) return undefined
  const state = afterStatus(row, status)
  const isFurther = deliveryOrder.indexOf(status) > deliveryOrder.indexOf(row.delivery ?? '')
  const provider_id = row.provider_id ?? input.providerId ?? null
  const error =
    status === 'failed'
      ? { error: input.error?.details ?? null, error_code: input.error?.code ?? null }
      : { error: null, error_code: null }
  await change(trx, [row.id], {
    provider_id,
    ...(isFurther && { delivery: status, delivery_at: at }),
    ...(state !== row.state && { state, settled_at: at }),
    ...((state !== row.state || (isFurther && status === 'failed')) && error),
  })
  // it went out after all, perhaps before a call that came since
  if (state === 'done' && state !== row.state) await refreshLead(trx, row.person_id)
  const isRefusal = isFurther && input.error?.code === outsideWindow && status === 'failed'
  const followOn = isRefusal ? await insertTemplate(trx, row) : undefined
  return {
    actionId: row.id,
    callRef: row.call_ref,
    type: 'message',
    // `afterStatus` gives what the row had or one of the list
    state: state as ActionState,
    delivery: isFurther ? status : (row.delivery ?? status),
    changed: isFurther || state !== row.state,
    freed: state !== row.state || followOn !== undefined,
    ...(followOn !== undefined && { followOn }),
  }
}

/**
 * After a start: what was under way when the last process ended. Messages may have gone out and are
 * never sent again; everything else is done again.
 */
export async function recoverActions(
  trx: Db,
  input: { now: string },
): Promise<{ reclaimed: number; uncertain: number; expired: number }> {
  const { now } = input
  const uncertain = await trx
    .updateTable('actions')
    .set({ state: 'uncertain', error: 'the server stopped while sending', settled_at: now })
    .where(isOpen)
    .where('state', '=', 'claimed')
    .where('type', '=', 'message')
    .executeTakeFirstOrThrow()
  const expired = await trx
    .updateTable('actions')
    .set({ ...pastDeadline, settled_at: now })
    .where(isOpen)
    .where('deadline_at', '<=', now)
    .returning(['type', 'call_id'])
    .execute()
  const reclaimed = await trx
    .updateTable('actions')
    .set({ state: 'pending', claimed_at: null })
    .where(isOpen)
    .where('state', '=', 'claimed')
    .executeTakeFirstOrThrow()
  await refreshCalls(trx, expired)
  return {
    reclaimed: Number(reclaimed.numUpdatedRows),
    uncertain: Number(uncertain.numUpdatedRows),
    expired: expired.length,
  }
}

export interface OutboxDepth {
  type: string
  pending: number
  claimed: number
  /** ISO; since when the oldest of them is due. */
  oldestDueAt: string
}

/** How much waits or is under way, by type. */
export async function outboxStats(db: Db): Promise<OutboxDepth[]> {
  const count = (state: string) => sql<number>`sum(case when state = ${state} then 1 else 0 end)`
  return db
    .selectFrom('actions')
    .select(({ fn }) => ['type', fn.min('due_at').as('oldestDueAt')])
    .select([count('pending').as('pending'), count('claimed').as('claimed')])
    .where(isOpen)
    .groupBy('type')
    .execute()
}
