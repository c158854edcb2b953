import { isMiss, ringSeconds } from '../../reports/lead-state.ts'
import { promiseState } from '../../reports/promise.ts'
import { describeReason, missReason } from '../../reports/why.ts'
import { actionPayloadSchema } from '../../schema/action.ts'
import type { LeadCallView, LeadDetail, LeadTold } from '../../schema/lead.ts'
import { leadStatusSchema } from '../../schema/lead.ts'
import { signalSchema } from '../../schema/signal.ts'
import type { Db } from '../open.ts'
import type { ActionRow, CallRow, LinksTable, PromisesTable } from '../tables.ts'
import type { Selectable } from 'kysely'
import { leadsOf } from './leads.ts'

const mostCalls = 50
const mostWords = 50
const mostEvents = 100

type Times = Pick<LeadTold, 'deliveredAt' | 'readAt' | 'failedAt'>

/** When each message was delivered, read or refused, by its provider id; the first of each counts. */
async function statusTimes(db: Db, ids: readonly string[]): Promise<Map<string, Times>> {
  const times = new Map<
    string,
    { deliveredAt: string | null; readAt: string | null; failedAt: string | null }
  >()
  if (ids.length === 0) return times
  const signals = await db
    .selectFrom('signals')
    .select(['doc', 'arrived_at'])
    .where('provider_id', 'in', ids)
    .where('kind', '=', 'message_status')
    .execute()
  for (const { doc, arrived_at } of signals) {
    const { data } = signalSchema.safeParse(JSON.parse(doc))
    if (data?.kind !== 'message_status') continue
    const known = times.get(data.messageId) ?? { deliveredAt: null, readAt: null, failedAt: null }
    const at = data.at ?? arrived_at
    const earlier = (before: string | null) => (before === null || at < before ? at : before)
    if (data.status === 'delivered') known.deliveredAt = earlier(known.deliveredAt)
    if (data.status === 'read' || data.status === 'played') known.readAt = earlier(known.readAt)
    if (data.status === 'failed') known.failedAt = earlier(known.failedAt)
    times.set(data.messageId, known)
  }
  return times
}

interface Around {
  readonly times: ReadonlyMap<string, Times>
  readonly links: readonly Selectable<LinksTable>[]
  readonly promises: readonly Selectable<PromisesTable>[]
  /** ISO. */
  readonly now: string
}

/** What became of a message; where only how far it got is left, with the time of that. */
function timesOf(row: ActionRow, known: Times | undefined): Times {
  const at = (delivery: readonly string[]) =>
    row.delivery !== null && delivery.includes(row.delivery) ? row.delivery_at : null
  return {
    deliveredAt: known?.deliveredAt ?? at(['delivered']),
    readAt: known?.readAt ?? at(['read', 'played']),
    failedAt: known?.failedAt ?? at(['failed']),
  }
}

function toTold(row: ActionRow, { times, links, promises, now }: Around): LeadTold {
  const payload = actionPayloadSchema.safeParse(JSON.parse(row.payload)).data
  const message = payload?.type === 'message' ? payload.message : undefined
  // a template that took a message's place carries on what that said
  const ids = [row.id, row.parent_id]
  const link = links.find(({ action_id }) => ids.includes(action_id))
  const promise = promises.find(({ action_id }) => ids.includes(action_id))
  return {
    text: message?.text ?? '',
    state: row.state,
    reason: row.reason,
    at: row.created_at,
    ...timesOf(row, row.provider_id === null ? undefined : times.get(row.provider_id)),
    link: message?.url
      ? {
          label: message.url.label,
          target: link?.target ?? message.url.href,
          openedAt: link?.opened_at ?? null,
          opens: link?.opens ?? 0,
        }
      : null,
    promise: promise
      ? {
          dueAt: promise.due_at,
          state: promiseState(promise, now),
          keptAt: promise.kept_at,
          keptBy: promise.kept_by,
        }
      : null,
  }
}

function toCall(row: CallRow, told: readonly LeadTold[]): LeadCallView {
  const missed = isMiss(row)
  const code = missReason(row)
  const seconds = ringSeconds(row)
  const node = row.final_node
  return {
    ref: row.ref,
    at: row.offered_at ?? row.ended_at ?? row.arrived_at,
    direction: row.direction,
    status: row.status,
    durationSeconds: row.duration_seconds,
    missed,
    rangSeconds: seconds,
    why: missed ? { code, text: describeReason(code, { node, seconds }), node } : null,
    policy: row.policy,
    release: row.release,
    told: [...told],
  }
}

async function callsOf(db: Db, personId: number, now: string): Promise<LeadCallView[]> {
  const calls = await db
    .selectFrom('calls')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('arrived_at', 'desc')
    .limit(mostCalls)
    .execute()
  const ids = calls.map(({ id }) => id)
  const actions = await db
    .selectFrom('actions')
    .selectAll()
    .where('call_id', 'in', ids)
    .where('type', '=', 'message')
    .orderBy('id')
    .execute()
  const around: Around = {
    times: await statusTimes(
      db,
      actions.flatMap(({ provider_id }) => provider_id ?? []),
    ),
    links: await db.selectFrom('links').selectAll().where('call_id', 'in', ids).execute(),
    promises: await db.selectFrom('promises').selectAll().where('call_id', 'in', ids).execute(),
    now,
  }
  return calls.map((call) => {
    const own = actions.filter(({ call_id }) => call_id === call.id)
    return toCall(
      call,
      own.map((action) => toTold(action, around)),
    )
  })
}

async function wordsOf(db: Db, personId: number): Promise<LeadDetail['words']> {
  const rows = await db
    .selectFrom('messages')
    .select(['at', 'arrived_at', 'type', 'text', 'voicemail_of'])
    .where('person_id', '=', personId)
    .orderBy('arrived_at', 'desc')
    .limit(mostWords)
    .execute()
  return rows.map(({ at, arrived_at, type, text, voicemail_of }) => ({
    at: at ?? arrived_at,
    kind: voicemail_of === null ? 'message' : 'voicemail',
    type,
    text,
  }))
}

async function eventsOf(db: Db, personId: number): Promise<LeadDetail['events']> {
  const rows = await db
    .selectFrom('lead_events')
    .leftJoin('accounts', 'accounts.id', 'lead_events.assignee')
    .selectAll('lead_events')
    .select('accounts.name as assignee_name')
    .where('person_id', '=', personId)
    .orderBy('lead_events.id', 'desc')
    .limit(mostEvents)
    .execute()
  return rows.map((row) => ({
    at: row.at,
    kind: row.kind,
    actor: row.actor,
    status: leadStatusSchema.safeParse(row.status).data ?? null,
    via: row.via,
    value: row.value,
    currency: row.currency,
    text: row.text,
    dueAt: row.due_at,
    assignee: row.assignee_name,
  }))
}

async function permissionOf(db: Db, personId: number): Promise<LeadDetail['permission']> {
  const row = await db
    .selectFrom('signals')
    .select(['doc', 'arrived_at'])
    .where('person_id', '=', personId)
    .where('kind', '=', 'permission_replied')
    .orderBy('arrived_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  const signal = row && signalSchema.safeParse(JSON.parse(row.doc)).data
  if (signal?.kind !== 'permission_replied') return null
  const { response, permanent, expiresAt = null, at = row?.arrived_at ?? '' } = signal
  return { response, at, until: permanent || response === 'reject' ? null : expiresAt }
}

/**
 * A lead with all that happened.
 * @param input `now`: ISO
 */
export async function leadDetail(
  db: Db,
  { ref, now }: { ref: string; now: string },
): Promise<LeadDetail | undefined> {
  const row = await db
    .selectFrom('leads')
    .select('person_id')
    .where('ref', '=', ref)
    .executeTakeFirst()
  const [lead] = row ? await leadsOf(db, { personIds: [row.person_id] }) : []
  if (!lead) return undefined
  return {
    ...lead,
    calls: await callsOf(db, lead.personId, now),
    words: await wordsOf(db, lead.personId),
    events: await eventsOf(db, lead.personId),
    permission: await permissionOf(db, lead.personId),
  }
}
