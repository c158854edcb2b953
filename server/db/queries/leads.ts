import type { LeadListQuery, LeadView } from '../../schema/lead.ts'
import { actionPayloadSchema } from '../../schema/action.ts'
import { scoreLead } from '../../reports/score.ts'
import { describeReason, missReasons } from '../../reports/why.ts'
import type { LineScope } from '../../access/scope.ts'
import type { Db } from '../open.ts'
import { leadsIn } from './line-scope.ts'

/** A list's filters, with days already turned into instants (ISO, `until` excluded). */
export type LeadFilter = Pick<
  LeadListQuery,
  'state' | 'line' | 'min_score' | 'sort_by' | 'sort_order'
> & {
  from?: string | undefined
  until?: string | undefined
  /** The lines one may see; all without. */
  scope?: LineScope | undefined
}

function matching(db: Db, input: LeadFilter) {
  let query = db.selectFrom('leads').where(leadsIn(input.scope))
  if (input.state !== 'all') query = query.where('leads.state', '=', input.state)
  if (input.line) query = query.where('leads.line', '=', input.line)
  if (input.min_score !== undefined) query = query.where('leads.score', '>=', input.min_score)
  if (input.from) query = query.where('leads.last_call_at', '>=', input.from)
  if (input.until) query = query.where('leads.last_call_at', '<', input.until)
  return query
}

function sortedIds(db: Db, input: LeadFilter) {
  return matching(db, input)
    .select('leads.person_id')
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
    .selectAll('leads')
    .select(['people.phone', 'people.user_id', 'people.name as person_name'])
    .select(['by_user.name as user_name', 'by_phone.name as phone_name'])
    .select(['calls.ref as call_ref', 'calls.policy', 'calls.release'])
    .where('leads.person_id', 'in', personIds)
    .execute()
}
type Row = Awaited<ReturnType<typeof rowsOf>>[number]
type Told = NonNullable<LeadView['told']>

/** The message that followed each call; the last one where a template took its place. */
async function toldAfter(db: Db, callIds: readonly number[]): Promise<Map<number | null, Told>> {
  const rows = await db
    .selectFrom('actions')
    .select(['call_id', 'payload', 'state', 'reason', 'delivery', 'created_at'])
    .where('call_id', 'in', callIds)
    .where('type', '=', 'message')
    .orderBy('id')
    .execute()
  return new Map(
    rows.map((row) => {
      const payload = actionPayloadSchema.safeParse(JSON.parse(row.payload)).data
      const text = payload?.type === 'message' ? payload.message.text : ''
      const { state, reason, delivery, created_at } = row
      return [row.call_id, { text, state, reason, delivery, at: created_at }]
    }),
  )
}

function toView(row: Row, told: Told | undefined): LeadView {
  const { reasons } = scoreLead({
    attempts: row.attempts,
    spanSeconds: (Date.parse(row.last_call_at) - Date.parse(row.opened_at)) / 1000,
    calledAfterMessage: row.after_message === 1,
    isContact: row.is_contact === 1,
    priority: row.priority,
    tier: row.tier,
  })
  const code = missReasons.find((known) => known === row.why) ?? 'rule'
  const { node } = row
  return {
    ref: row.ref,
    state: row.state,
    status: row.status,
    phone: row.phone,
    userId: row.user_id,
    name: row.user_name ?? row.phone_name ?? row.person_name,
    personId: row.person_id,
    attempts: row.attempts,
    openedAt: row.opened_at,
    firstCallAt: row.first_call_at,
    lastCallAt: row.last_call_at,
    closedAt: row.closed_at,
    closedBy: row.closed_by,
    score: row.score,
    reasons,
    why: { code, text: describeReason(code, { node, seconds: row.ring_seconds }), node },
    line: row.line,
    call: { ref: row.call_ref, policy: row.policy, release: row.release },
    told: told ?? null,
  }
}

/** Leads of these people, in this order; of whom has none any more there is nothing. */
export async function leadsOf(
  db: Db,
  { personIds }: { personIds: readonly number[] },
): Promise<LeadView[]> {
  if (personIds.length === 0) return []
  const rows = await rowsOf(db, personIds)
  const told = await toldAfter(
    db,
    rows.map((row) => row.last_call_id),
  )
  const views = new Map(rows.map((row) => [row.person_id, toView(row, told.get(row.last_call_id))]))
  return personIds.flatMap((id) => views.get(id) ?? [])
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
