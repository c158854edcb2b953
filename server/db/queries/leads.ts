import { sql } from 'kysely'
import type { LineScope } from '../../access/scope.ts'
import { readLeadWeights } from '../../reports/lead-weights.ts'
import { scoreLead } from '../../reports/score.ts'
import { describeReason, missReasons } from '../../reports/why.ts'
import { actionPayloadSchema } from '../../schema/action.ts'
import type { LeadListQuery, LeadView } from '../../schema/lead.ts'
import { leadStatusSchema } from '../../schema/lead.ts'
import type { LeadWeights } from '../../schema/lead-score.ts'
import { weightsSetting } from '../commands/lead-journal.ts'
import type { Db } from '../open.ts'
import type { LeadRow } from '../tables.ts'
import { leadsIn } from './line-scope.ts'

/** A list's filters, with days already turned into instants (ISO, `until` excluded). */
export type LeadFilter = Pick<
  LeadListQuery,
  'state' | 'line' | 'min_score' | 'sort_by' | 'sort_order' | 'tier'
> & {
  status?: readonly string[] | undefined
  why?: readonly string[] | undefined
  /** An account's id; null for leads that are nobody's. */
  assignee?: string | null | undefined
  /** Due before this instant; `any` for all that are due some time. */
  due?: string | undefined
  from?: string | undefined
  until?: string | undefined
  /** The lines one may see; all without. */
  scope?: LineScope | undefined
}

function matching(db: Db, input: LeadFilter) {
  let query = db.selectFrom('leads').where(leadsIn(input.scope))
  if (input.state !== 'all') query = query.where('leads.state', '=', input.state)
  if (input.status) query = query.where('leads.status', 'in', input.status)
  if (input.assignee !== undefined) query = query.where('leads.assignee', 'is', input.assignee)
  if (input.why) query = query.where('leads.why', 'in', input.why)
  if (input.tier) query = query.where('leads.tier', '=', input.tier)
  if (input.due === 'any') query = query.where('leads.due_at', 'is not', null)
  else if (input.due) query = query.where('leads.due_at', '<', input.due)
  if (input.line) query = query.where('leads.line', '=', input.line)
  if (input.min_score !== undefined) query = query.where('leads.score', '>=', input.min_score)
  if (input.from) query = query.where('leads.last_call_at', '>=', input.from)
  if (input.until) query = query.where('leads.last_call_at', '<', input.until)
  return query
}

function sortedIds(db: Db, input: LeadFilter) {
  const ids = matching(db, input).select('leads.person_id')
  // what is not due stands last, whatever the order
  const sorted = input.sort_by === 'due_at' ? ids.orderBy(sql`leads.due_at is null`) : ids
  return sorted
    .orderBy(`leads.${input.sort_by}`, input.sort_order)
    .orderBy('leads.person_id', input.sort_order)
}

function rowsOf(db: Db, personIds: readonly number[]) {
  return db
    .selectFrom('leads')
    .leftJoin('people', 'people.id', 'leads.person_id')
    .leftJoin('contacts as by_user', 'by_user.user_id', 'people.user_id')
    .leftJoin('contacts as by_phone', 'by_phone.phone', 'people.phone')
    .leftJoin('calls', 'calls.id', 'leads.last_call_id')
    .leftJoin('accounts', 'accounts.id', 'leads.assignee')
    .selectAll('leads')
    .select(['people.phone', 'people.user_id', 'people.name as person_name'])
    .select(['by_user.name as user_name', 'by_phone.name as phone_name'])
    .select(['calls.ref as call_ref', 'calls.policy', 'calls.release'])
    .select('accounts.name as assignee_name')
    .where('leads.person_id', 'in', personIds)
    .execute()
}
type Row = Awaited<ReturnType<typeof rowsOf>>[number]
type Told = NonNullable<LeadView['told']>

/** The message that followed each call; the last one where a template took its place. */
async function toldAfter(db: Db, callIds: readonly number[]): Promise<Map<number | null, Told>> {
  const rows = await db
    .selectFrom('actions')
    .leftJoin('links', 'links.call_id', 'actions.call_id')
    .select(['actions.call_id', 'payload', 'state', 'reason', 'delivery', 'actions.created_at'])
    .select('links.opened_at')
    .where('actions.call_id', 'in', callIds)
    .where('type', '=', 'message')
    .orderBy('actions.id')
    .execute()
  return new Map(
    rows.map((row) => {
      const { state, reason, delivery, created_at, opened_at } = row
      const text = textOf(row.payload)
      return [row.call_id, { text, state, reason, delivery, at: created_at, openedAt: opened_at }]
    }),
  )
}

function textOf(payload: string): string {
  const read = actionPayloadSchema.safeParse(JSON.parse(payload)).data
  return read?.type === 'message' ? read.message.text : ''
}

/** What of a lead its score rests on. */
export type ScoredRow = Pick<
  LeadRow,
  | 'attempts'
  | 'opened_at'
  | 'last_call_at'
  | 'after_message'
  | 'opened_link'
  | 'is_contact'
  | 'priority'
  | 'tier'
>

/** The score of a lead as its row has it, and why. */
export function scoreOf(row: ScoredRow, weights: LeadWeights) {
  const input = {
    attempts: row.attempts,
    spanSeconds: (Date.parse(row.last_call_at) - Date.parse(row.opened_at)) / 1000,
    calledAfterMessage: row.after_message === 1,
    openedLink: row.opened_link === 1,
    isContact: row.is_contact === 1,
    priority: row.priority,
    tier: row.tier,
  }
  return scoreLead(input, weights)
}

const assigneeOf = ({ assignee, assignee_name }: Row): LeadView['assignee'] =>
  assignee === null || assignee_name === null ? null : { id: assignee, name: assignee_name }

function toView(row: Row, told: Told | undefined, weights: LeadWeights): LeadView {
  const { reasons } = scoreOf(row, weights)
  const code = missReasons.find((known) => known === row.why) ?? 'rule'
  const { node } = row
  return {
    ref: row.ref,
    state: row.state,
    status: leadStatusSchema.catch('new').parse(row.status),
    statusAt: row.status_at,
    revision: row.revision,
    assignee: assigneeOf(row),
    dueAt: row.due_at,
    dueBy: row.due_by,
    value: row.value,
    currency: row.currency,
    dismissedFor: row.dismissed_for,
    phone: row.phone,
    userId: row.user_id,
    name: row.user_name ?? row.phone_name ?? row.person_name,
    tier: row.tier,
    personId: row.person_id,
    attempts: row.attempts,
    openedAt: row.opened_at,
    firstCallAt: row.first_call_at,
    lastCallAt: row.last_call_at,
    closedAt: row.closed_at,
    closedBy: row.closed_by,
    score: row.score,
    reasons: reasons.map(({ text }) => text),
    points: reasons.map(({ points }) => points),
    why: { code, text: describeReason(code, { node, seconds: row.ring_seconds }), node },
    line: row.line,
    call: { ref: row.call_ref, policy: row.policy, release: row.release },
    told: told ?? null,
  }
}

/** The weights leads are scored by. */
export async function leadWeights(db: Db): Promise<LeadWeights> {
  const row = await db
    .selectFrom('settings')
    .select('value')
    .where('key', '=', weightsSetting)
    .executeTakeFirst()
  return readLeadWeights(row?.value ?? null)
}

/**
 * Leads of these people, in this order; of whom has none any more there is nothing.
 * @param input `weights`: other ones than are set, to give the reasons by
 */
export async function leadsOf(
  db: Db,
  input: { personIds: readonly number[]; weights?: LeadWeights },
): Promise<LeadView[]> {
  const { personIds } = input
  if (personIds.length === 0) return []
  const weights = input.weights ?? (await leadWeights(db))
  const rows = await rowsOf(db, personIds)
  const told = await toldAfter(
    db,
    rows.map((row) => row.last_call_id),
  )
  const views = rows.map((row) => toView(row, told.get(row.last_call_id), weights))
  const byPerson = new Map(views.map((view) => [view.personId, view]))
  return personIds.flatMap((id) => byPerson.get(id) ?? [])
}

/** One page of leads and how many there are. */
export async function listLeads(
  db: Db,
  input: LeadFilter & { page: number; per_page: number },
): Promise<{ data: LeadView[]; total: number }> {
  const { total } = await matching(db, input)
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const ids = await sortedIds(db, input)
    .limit(input.per_page)
    .offset((input.page - 1) * input.per_page)
    .execute()
  const data = await leadsOf(db, { personIds: ids.map(({ person_id }) => person_id) })
  return { data, total: Number(total) }
}

/** The people whose leads match, in order: an export reads them piece by piece, each once. */
export async function leadIds(db: Db, input: LeadFilter): Promise<number[]> {
  const ids = await sortedIds(db, input).execute()
  return ids.map(({ person_id }) => person_id)
}
