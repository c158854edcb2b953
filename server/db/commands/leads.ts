import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { CallPart, LeadMessage, LeadState } from '../../reports/lead-state.ts'
import { leadOf, readCalls, secondOf } from '../../reports/lead-state.ts'
import { scoreLead } from '../../reports/score.ts'
import type { Db } from '../open.ts'
import { pick, prepare } from '../prepared.ts'
import type { LeadsTable } from '../tables.ts'

/**
 * Calls of one person that are read, the newest to arrive; so that somebody who calls all day costs
 * no more than anybody. Attempts beyond them are not counted.
 */
export const mostCalls = 200

/** A lead's row without what people and chance put there. */
type Derived = Omit<LeadsTable, 'ref' | 'status' | 'updated_at'>

const personWith = prepare((db, person: { id: number }) =>
  db
    .selectFrom('people')
    .leftJoin('leads', 'leads.person_id', 'people.id')
    .leftJoin('contacts as by_user', 'by_user.user_id', 'people.user_id')
    .leftJoin('contacts as by_phone', 'by_phone.phone', 'people.phone')
    .selectAll('leads')
    .select([
      'by_user.priority as user_priority',
      'by_user.tier as user_tier',
      'by_phone.priority as phone_priority',
      'by_phone.tier as phone_tier',
    ])
    .where('people.id', '=', person.id),
)
type Person = NonNullable<Awaited<ReturnType<typeof personWith.first>>>

const newestCalls = prepare((db, person: { id: number }) =>
  db
    .selectFrom('calls')
    .select(['id', 'channel', 'line', 'direction', 'status', 'undecided', 'offered_at'])
    .select(['arrived_at', 'started_at', 'ended_at', 'end_arrived_at', 'duration_seconds'])
    .select(['final_outcome', 'final_node', 'why', 'no_lead'])
    .where('person_id', '=', person.id)
    .orderBy('arrived_at', 'desc')
    .limit(mostCalls),
)
type Calls = Awaited<ReturnType<typeof newestCalls.all>>

/** The last message before a moment and the first since; both by the index, however many there are. */
async function messagesAround(
  trx: Db,
  personId: number,
  { last }: CallPart,
): Promise<readonly LeadMessage[]> {
  const second = secondOf(last.at)
  const at = sql`substr(coalesce(at, arrived_at), 1, 19)`
  const { rows } = await sql<LeadMessage>`
    select * from (select at, arrived_at, voicemail_of from messages
      where person_id = ${personId} and ${at} <= ${second}
        and (${at} < ${second} or arrived_at < ${last.arrivedAt})
      order by ${at} desc, arrived_at desc limit 1)
    union all
    select * from (select at, arrived_at, voicemail_of from messages
      where person_id = ${personId} and ${at} >= ${second}
        and (${at} > ${second} or arrived_at >= ${last.arrivedAt})
      order by ${at}, arrived_at limit 1)`.execute(trx)
  return rows
}

/** Whether a message of ours had gone out between the first of these calls and the last. */
async function calledAfterMessage(trx: Db, personId: number, lead: LeadState): Promise<boolean> {
  if (lead.attempts < 2) return false
  const sent = await trx
    .selectFrom('actions')
    .select('id')
    .where('person_id', '=', personId)
    .where('type', '=', 'message')
    .where('created_at', '>=', lead.opened.arrivedAt)
    .where('created_at', '<', lead.last.arrivedAt)
    .where('settled_at', '<', lead.last.arrivedAt)
    .where('state', '=', 'done')
    .limit(1)
    .executeTakeFirst()
  return sent !== undefined
}

const iso = (text: string): string => new Date(text).toISOString()

function firstCallAt(calls: Calls): string {
  const times = calls
    .filter(({ direction }) => direction === 'inbound')
    .map((call) => iso(call.offered_at ?? call.ended_at ?? call.arrived_at))
  return times.sort()[0] ?? ''
}

async function derive(trx: Db, personId: number, person: Person): Promise<Derived | undefined> {
  const calls = await newestCalls.all(trx, { id: personId })
  const part = readCalls(calls)
  if (!part) return undefined
  const lead = leadOf(part, await messagesAround(trx, personId, part))
  if (!lead) return undefined
  const opened_at = iso(lead.opened.at)
  const last_call_at = iso(lead.last.at)
  const input = {
    attempts: lead.attempts,
    spanSeconds: (Date.parse(last_call_at) - Date.parse(opened_at)) / 1000,
    calledAfterMessage: await calledAfterMessage(trx, personId, lead),
    isContact: (person.user_tier ?? person.phone_tier) !== null,
    priority: person.user_priority ?? person.phone_priority ?? 0,
    tier: person.user_tier ?? person.phone_tier ?? 'none',
  }
  return {
    person_id: personId,
    state: lead.state,
    opened_at,
    closed_at: lead.closed && iso(lead.closed.at),
    closed_by: lead.closed?.by ?? null,
    attempts: lead.attempts,
    first_call_at: firstCallAt(calls),
    last_call_at,
    last_call_id: lead.lastCall.id,
    line: lead.lastCall.line,
    why: lead.why,
    node: lead.lastCall.final_node,
    ring_seconds: lead.seconds,
    after_message: input.calledAfterMessage ? 1 : 0,
    is_contact: input.isContact ? 1 : 0,
    priority: input.priority,
    tier: input.tier,
    score: scoreLead(input).score,
  }
}

/** Twenty hexadecimal digits: 80 random bits. */
const newLeadRef = (): string => randomBytes(10).toString('hex')

const leadColumns = [
  'person_id',
  'state',
  'opened_at',
  'closed_at',
  'closed_by',
  'attempts',
  'first_call_at',
  'last_call_at',
  'last_call_id',
  'line',
  'why',
  'node',
  'ring_seconds',
  'after_message',
  'is_contact',
  'priority',
  'tier',
  'score',
  'ref',
  'status',
  'updated_at',
] as const satisfies (keyof LeadsTable)[]
const newLead = prepare((db, row: LeadsTable) =>
  db.insertInto('leads').values(pick(row, leadColumns)),
)

async function write(trx: Db, row: Derived, known: Person): Promise<void> {
  const updated_at = new Date().toISOString()
  if (known.person_id === null) {
    const lead = { ...row, ref: newLeadRef(), status: 'new', updated_at }
    await newLead.all(trx, lead)
    return
  }
  // the row has every column of the lead beside the contact's
  const before: Partial<Record<string, unknown>> = known
  if (Object.entries(row).every(([column, value]) => before[column] === value)) return
  const reopened = known.state === 'closed' && row.state === 'open'
  await trx
    .updateTable('leads')
    .set({ ...row, updated_at, ...(reopened ? { status: 'new' } : {}) })
    .where('person_id', '=', row.person_id)
    .execute()
}

/** Words that come later than the one that closed a lead change nothing, and none opens one. */
function isIdle(person: Person, wordAt: string | undefined): boolean {
  if (wordAt === undefined) return false
  if (person.person_id === null) return true
  return person.closed_at !== null && secondOf(wordAt) > secondOf(person.closed_at)
}

/**
 * Makes a person's silent lead what the journal says it is (contract, section 4). Derived anew each
 * time, so that it comes out the same in whatever order calls, ends and messages arrived.
 * @param word a message is all that is new; its time (ISO)
 */
export async function refreshLead(
  trx: Db,
  personId: number | null,
  word?: { readonly at: string },
): Promise<void> {
  if (personId === null) return
  const person = await personWith.first(trx, { id: personId })
  if (!person || isIdle(person, word?.at)) return
  const row = await derive(trx, personId, person)
  if (row) await write(trx, row, person)
  else if (person.person_id !== null)
    await trx.deleteFrom('leads').where('person_id', '=', personId).execute()
}

/** Two people are one: one lead is left, the one somebody has worked on if there is one. */
export async function mergeLeads(trx: Db, kept: number, gone: number): Promise<void> {
  const leads = await trx
    .selectFrom('leads')
    .select(['person_id', 'status'])
    .where('person_id', 'in', [kept, gone])
    .execute()
  const other = leads.find(({ person_id }) => person_id === gone)
  if (!other) return
  const own = leads.find(({ person_id }) => person_id === kept)
  const stays = !own || (own.status === 'new' && other.status !== 'new') ? gone : kept
  await trx
    .deleteFrom('leads')
    .where('person_id', '=', stays === gone ? kept : gone)
    .execute()
  await trx.updateTable('leads').set({ person_id: kept }).where('person_id', '=', stays).execute()
}

/** Contacts changed: leads of these people are scored anew. */
export async function refreshLeadsOf(
  trx: Db,
  contacts: readonly { phone: string | null; user_id: string | null }[],
): Promise<void> {
  const phones = contacts.flatMap(({ phone }) => phone ?? [])
  const users = contacts.flatMap(({ user_id }) => user_id ?? [])
  if (phones.length + users.length === 0) return
  const found = await trx
    .selectFrom('people')
    .innerJoin('leads', 'leads.person_id', 'people.id')
    .select('people.id')
    .where((eb) =>
      eb.or([
        ...(phones.length === 0 ? [] : [eb('people.phone', 'in', phones)]),
        ...(users.length === 0 ? [] : [eb('people.user_id', 'in', users)]),
      ]),
    )
    .execute()
  for (const { id } of found) await refreshLead(trx, id)
}
