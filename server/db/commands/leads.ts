import { randomBytes } from 'node:crypto'
import { leadOf, readCalls, secondOf } from '../../reports/lead-state.ts'
import { readLeadWeights } from '../../reports/lead-weights.ts'
import { scoreLead } from '../../reports/score.ts'
import type { Db } from '../open.ts'
import type { RowOf } from '../prepared.ts'
import { pick, prepare } from '../prepared.ts'
import type { LeadsTable } from '../tables.ts'
import type { LeadCalls, LeadPerson } from './lead-journal.ts'
import {
  calledAfterMessage,
  messagesAround,
  newestCalls,
  openedLink,
  personWith,
} from './lead-journal.ts'
import { isNewMiss, reopened } from './lead-reopening.ts'
import { tellLeadClosed, tellLeadGone, tellLeadOpened } from './lead-webhooks.ts'
import { refreshDue } from './promises.ts'

/** A lead's row as the journal has it, without what people and chance put there. */
type Derived = RowOf<
  LeadsTable,
  Exclude<(typeof leadColumns)[number], 'ref' | 'status' | 'updated_at'>
>

const iso = (text: string): string => new Date(text).toISOString()

function firstCallAt(calls: LeadCalls): string {
  const times = calls
    .filter(({ direction }) => direction === 'inbound')
    .map((call) => iso(call.offered_at ?? call.ended_at ?? call.arrived_at))
  return times.sort()[0] ?? ''
}

async function derive(trx: Db, personId: number, person: LeadPerson): Promise<Derived | undefined> {
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
    openedLink: await openedLink(trx, personId, lead),
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
    opened_link: input.openedLink ? 1 : 0,
    is_contact: input.isContact ? 1 : 0,
    priority: input.priority,
    tier: input.tier,
    score: scoreLead(input, readLeadWeights(person.weights)).score,
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
  'opened_link',
  'is_contact',
  'priority',
  'tier',
  'score',
  'ref',
  'status',
  'updated_at',
] as const satisfies (keyof LeadsTable)[]
const newLead = prepare((db, row: RowOf<LeadsTable, (typeof leadColumns)[number]>) =>
  db.insertInto('leads').values(pick(row, leadColumns)),
)

/** Tells other systems when a lead opens again or closes. */
async function tellChange(trx: Db, row: Derived, known: LeadPerson, at: string): Promise<void> {
  const lead = { ...row, ref: known.ref ?? '' }
  if (isNewMiss(known, row)) await tellLeadOpened(trx, lead, { at, again: true })
  const { closed_by: by, closed_at: closedAt } = row
  if (known.state === 'open' && by !== null && closedAt !== null)
    await tellLeadClosed(trx, lead, { by, closedAt, at })
}

async function write(trx: Db, row: Derived, known: LeadPerson): Promise<void> {
  const updated_at = new Date().toISOString()
  if (known.person_id === null) {
    const lead = { ...row, ref: newLeadRef(), status: 'new', updated_at }
    await newLead.all(trx, lead)
    if (row.state === 'open') await tellLeadOpened(trx, lead, { at: updated_at, again: false })
    return refreshDue(trx, row.person_id)
  }
  // the row has every column of the lead beside the contact's
  const before: Partial<Record<string, unknown>> = known
  if (Object.entries(row).every(([column, value]) => before[column] === value)) return
  const again = isNewMiss(known, row) ? await reopened(trx, known, row) : {}
  await trx
    .updateTable('leads')
    .set({ ...row, ...again, updated_at })
    .where('person_id', '=', row.person_id)
    .execute()
  await tellChange(trx, row, known, updated_at)
  await refreshDue(trx, row.person_id)
}

/** Words that come later than the one that closed a lead change nothing, and none opens one. */
function isIdle(person: LeadPerson, wordAt: string | undefined): boolean {
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
  else if (person.person_id !== null) {
    await tellLeadGone(trx, personId, 'withdrawn')
    await trx.deleteFrom('leads').where('person_id', '=', personId).execute()
  }
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
  const goes = stays === gone ? kept : gone
  await tellLeadGone(trx, goes, 'merged')
  await trx.deleteFrom('leads').where('person_id', '=', goes).execute()
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
