import { isConnected } from '../../reports/lead-state.ts'
import { callActionTypes } from '../../schema/action.ts'
import type { Party, SignalOf } from '../../schema/signal.ts'
import type { Db } from '../open.ts'
import { pick, prepare } from '../prepared.ts'
import type { CallRow } from '../tables.ts'
import { refreshCallStatus } from './call-status.ts'
import type { FeedEvent } from './feed.ts'
import { insertEvent } from './feed.ts'
import { undecidedExclusion } from './lead-exclusion.ts'
import { refreshLead } from './leads.ts'
import { resolvePerson } from './people.ts'
import { keepPromises } from './promises.ts'
import type { SignalInput } from './signals.ts'
import { insertSignal } from './signals.ts'
import { tellWebhooks } from './webhook-events.ts'

/** What a command that only journals answers: the events to publish, none for a duplicate. */
export interface Journalled {
  duplicate: boolean
  events: FeedEvent[]
}

const duplicate: Journalled = { duplicate: true, events: [] }

const callWith = prepare((db, call: { channel: string; callId: string }) =>
  db
    .selectFrom('calls')
    .selectAll()
    .where('channel', '=', call.channel)
    .where('provider_id', '=', call.callId),
)

/**
 * Whoever a signal of a call is from. All signals of one call are about one person, so what an earlier one
 * told of them joins what this one tells.
 */
function partyOf(
  { from, arrivedAt }: { from: Party; arrivedAt: string },
  known: CallRow | undefined,
  trx: Db,
): Promise<number | null> {
  const phone = from.phone ?? known?.phone ?? undefined
  const userId = from.userId ?? known?.user_id ?? undefined
  return resolvePerson(trx, { phone, userId, name: from.profileName }, arrivedAt)
}

export interface MissedInput extends SignalInput {
  signal: SignalOf<'call_offered'>
  ref: string
  team: string | null
  why: 'stale' | 'ended_first' | 'group'
  /** Counts as an attempt; a stale call does not. */
  isAttempt: boolean
}

/** An offered call that is not acted on: too old, or its end came first. No policy ran. */
export async function commitMissed(trx: Db, input: MissedInput): Promise<Journalled> {
  const { signal, arrivedAt } = input
  const { phone, userId, profileName } = signal.from
  const known = await callWith.first(trx, signal)
  const personId = await partyOf({ from: signal.from, arrivedAt }, known, trx)
  if (!(await insertSignal(trx, input, personId))) return duplicate
  const told = {
    person_id: personId ?? known?.person_id ?? null,
    phone: phone ?? known?.phone ?? null,
    user_id: userId ?? known?.user_id ?? null,
    profile_name: profileName ?? known?.profile_name ?? null,
    offered_at: signal.at ?? known?.offered_at ?? null,
    media: signal.media,
    no_lead: signal.group
      ? 'group'
      : (known?.no_lead ?? (await undecidedExclusion(trx, { personId, phone, userId, arrivedAt }))),
  } as const
  if (known) {
    await trx
      .updateTable('calls')
      .set({
        ...told,
        undecided: known.undecided ?? input.why,
        attempt_at: known.attempt_at ?? (input.isAttempt ? arrivedAt : null),
      })
      .where('id', '=', known.id)
      .execute()
    await refreshCallStatus(trx, known.id)
    await refreshLead(trx, told.person_id)
    return { duplicate: false, events: [] }
  }
  await trx
    .insertInto('calls')
    .values({
      ref: input.ref,
      channel: signal.channel,
      provider_id: signal.callId,
      line: signal.line,
      direction: 'inbound',
      status: 'missed',
      undecided: input.why,
      arrived_at: arrivedAt,
      attempt_at: input.isAttempt ? arrivedAt : null,
      ...told,
    })
    .execute()
  await refreshLead(trx, personId)
  const doc = { ref: input.ref, line: signal.line, why: input.why }
  const event = await insertEvent(trx, {
    type: 'call.missed',
    at: arrivedAt,
    team: input.team,
    doc,
  })
  return { duplicate: false, events: [event] }
}

/** Somebody talked with us: what was promised to them is kept. */
async function keepPromisesBy(trx: Db, call: CallRow): Promise<void> {
  if (!isConnected(call)) return
  const at = call.started_at ?? call.ended_at ?? call.arrived_at
  const by = call.direction === 'inbound' ? 'connected' : 'callback'
  await keepPromises(trx, call.person_id, { at, by })
}

export interface EndedInput extends SignalInput {
  signal: SignalOf<'call_ended'>
  /** Used when nothing was known of the call yet. */
  ref: string
  team: string | null
  isAttempt: boolean
}

/** @param known what is kept where the end does not tell it */
function endOf(
  input: EndedInput,
  known: Pick<CallRow, 'started_at' | 'duration_seconds'> | undefined,
) {
  const { signal } = input
  return {
    ended_at: signal.endedAt ?? signal.at ?? input.arrivedAt,
    end_arrived_at: input.arrivedAt,
    end_status: signal.status ?? null,
    end_error: signal.errors?.[0]?.code ?? null,
    started_at: signal.startedAt ?? known?.started_at ?? null,
    duration_seconds: signal.durationSeconds ?? known?.duration_seconds ?? null,
  }
}

const endColumns = [
  'ended_at',
  'end_arrived_at',
  'end_status',
  'end_error',
  'started_at',
  'duration_seconds',
  'person_id',
  'phone',
  'user_id',
] as const
const setEnd = prepare((db, row: Pick<CallRow, 'id' | (typeof endColumns)[number]>) =>
  db.updateTable('calls').set(pick(row, endColumns)).where('id', '=', row.id),
)

/** What was not begun yet and makes no sense once the caller is gone. */
const settleAsGone = prepare((db, gone: { callId: number; at: string }) =>
  db
    .updateTable('actions')
    .set(({ fn, val }) => ({
      state: 'gone',
      reason: fn.coalesce('reason', val('caller_gone')),
      settled_at: gone.at,
    }))
    .where('call_id', '=', gone.callId)
    .where('state', '=', 'pending')
    .where('type', 'in', [...callActionTypes]),
)

/** A call we rejected changes no lead by ending, unless somebody had talked. */
function isNewsForLead(known: CallRow, signal: EndedInput['signal']): boolean {
  const isRejected = known.final_outcome === 'reject' && known.started_at === null
  const isPlaced = known.person_id !== null && known.offered_at !== null
  return signal.durationSeconds !== undefined || !isRejected || !isPlaced
}

async function tellEnded(
  trx: Db,
  { arrivedAt, signal, ref }: EndedInput,
  call: CallRow | undefined,
): Promise<void> {
  await tellWebhooks(trx, {
    type: 'call.ended',
    at: arrivedAt,
    personId: call?.person_id ?? null,
    data: {
      call: { ref: call?.ref ?? ref, line: signal.line },
      status: call?.status ?? 'missed',
      endedAt: call?.ended_at ?? arrivedAt,
      durationSeconds: call?.duration_seconds ?? null,
    },
  })
}

/** The end of a call, whether or not its beginning is known. */
export async function commitEnded(trx: Db, input: EndedInput): Promise<Journalled> {
  const { signal, arrivedAt } = input
  const { phone, userId, profileName } = signal.from
  const known = await callWith.first(trx, signal)
  const personId = await partyOf({ from: signal.from, arrivedAt }, known, trx)
  if (!(await insertSignal(trx, input, personId))) return duplicate
  if (known) {
    await setEnd.all(trx, {
      id: known.id,
      ...endOf(input, known),
      person_id: personId ?? known.person_id,
      phone: known.phone ?? phone ?? null,
      user_id: known.user_id ?? userId ?? null,
    })
    await settleAsGone.all(trx, { callId: known.id, at: arrivedAt })
    await refreshCallStatus(trx, known.id)
    if (isNewsForLead(known, signal)) await refreshLead(trx, personId ?? known.person_id)
  } else {
    const { id } = await trx
      .insertInto('calls')
      .values({
        ref: input.ref,
        channel: signal.channel,
        provider_id: signal.callId,
        line: signal.line,
        person_id: personId,
        phone: phone ?? null,
        user_id: userId ?? null,
        profile_name: profileName ?? null,
        direction: signal.direction,
        media: 'voice',
        status: 'missed',
        undecided: signal.direction === 'inbound' ? 'ended_first' : null,
        arrived_at: arrivedAt,
        attempt_at: input.isAttempt ? arrivedAt : null,
        no_lead:
          signal.direction === 'inbound'
            ? await undecidedExclusion(trx, { personId, phone, userId, arrivedAt })
            : null,
        ...endOf(input, undefined),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await refreshCallStatus(trx, id)
    await refreshLead(trx, personId)
  }
  const call = await callWith.first(trx, signal)
  if (call) await keepPromisesBy(trx, call)
  await tellEnded(trx, input, call)
  const event = await insertEvent(trx, {
    type: 'call.ended',
    at: arrivedAt,
    team: input.team,
    doc: {
      ref: call?.ref ?? input.ref,
      line: signal.line,
      status: call?.status ?? 'missed',
      durationSeconds: call?.duration_seconds ?? null,
    },
  })
  return { duplicate: false, events: [event] }
}

export interface CallStatusInput extends SignalInput {
  signal: SignalOf<'call_status'>
}

/** A call was taken elsewhere (WAHA), or one we placed rang, was taken or declined (Meta). */
export async function commitCallStatus(trx: Db, input: CallStatusInput): Promise<Journalled> {
  const { signal, arrivedAt } = input
  const { phone, userId } = signal.from
  const personId = await resolvePerson(trx, { phone, userId }, arrivedAt)
  if (!(await insertSignal(trx, input, personId))) return duplicate
  const known = await callWith.first(trx, signal)
  if (known && signal.status === 'accepted') {
    await trx
      .updateTable('calls')
      .set({ started_at: known.started_at ?? signal.at ?? arrivedAt })
      .where('id', '=', known.id)
      .execute()
    await refreshCallStatus(trx, known.id)
    const call = await callWith.first(trx, signal)
    if (call) await keepPromisesBy(trx, call)
  }
  return { duplicate: false, events: [] }
}
