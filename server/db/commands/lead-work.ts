import type { Insertable, Updateable } from 'kysely'
import type { LineScope } from '../../access/scope.ts'
import { isInScope } from '../../access/scope.ts'
import type { LeadStatus } from '../../schema/lead.ts'
import type { LeadChange, LeadChanged } from '../../schema/lead-work.ts'
import type { Db } from '../open.ts'
import type { LeadEventsTable, LeadRow, LeadsTable } from '../tables.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'
import type { FeedEvent } from './feed.ts'
import { insertEvent } from './feed.ts'
import { keepPromises, refreshDue } from './promises.ts'

/** A lead as somebody saw it: what was changed since stays as it is, unless `any` will do. */
export interface SeenLead {
  readonly ref: string
  readonly revision: number | 'any'
}

export interface ChangeLeadsInput {
  readonly leads: readonly SeenLead[]
  readonly change: LeadChange
  /** ISO. */
  readonly at: string
  readonly by: Auditor
  readonly operation: string
  /** The lines whoever asks may see; all without. */
  readonly scope?: LineScope | undefined
  /** The lines of whom it is given to; all without. */
  readonly assigneeScope?: LineScope | undefined
  /** Teams of lines, for the live feed; `main` where none is named. */
  readonly teams: Readonly<Record<string, string>>
}

interface Done {
  readonly changed: LeadChanged
  readonly event?: FeedEvent
}

/** What becomes of status and owner. @returns undefined for an assigned lead that is nobody's */
function standing(lead: LeadRow, change: LeadChange) {
  const given = change.assignee
  const assignee = given === undefined ? (change.status === 'new' ? null : lead.assignee) : given
  const wanted = change.status ?? lead.status
  const isUndecided = wanted === 'new' || wanted === 'assigned'
  if (change.status === 'assigned' && assignee === null) return undefined
  const own: LeadStatus = assignee === null ? 'new' : 'assigned'
  // whoever has a lead nobody has settled is at it
  const status = isUndecided && (given !== undefined || change.status) ? own : wanted
  return { assignee, status }
}

type NewEvent = Pick<Insertable<LeadEventsTable>, 'kind'> & Partial<Insertable<LeadEventsTable>>

/** What is written down of a change, one line for each thing somebody did. */
function eventsOf(
  lead: LeadRow,
  change: LeadChange,
  after: { status: string; assignee: string | null },
): NewEvent[] {
  const events: NewEvent[] = []
  if (after.assignee !== lead.assignee) events.push({ kind: 'assigned', assignee: after.assignee })
  if (change.dueAt !== undefined && instant(change.dueAt) !== lead.due_at)
    events.push({ kind: 'due', due_at: instant(change.dueAt) })
  if (change.status !== undefined && !isOnlyOwner(change.status))
    events.push({
      kind: 'status',
      via: change.via ?? null,
      value: change.value ?? null,
      currency: change.currency ?? null,
      text: change.reason ?? null,
    })
  else if (after.status !== lead.status && after.assignee === lead.assignee)
    events.push({ kind: 'status' })
  if (change.note !== undefined) events.push({ kind: 'note', text: change.note })
  return events.map((event) => ({ ...event, status: after.status }))
}

const isOnlyOwner = (status: LeadStatus): boolean => status === 'new' || status === 'assigned'
const instant = (text: string | null): string | null => text && new Date(text).toISOString()

function updateOf(
  lead: LeadRow,
  input: ChangeLeadsInput,
  after: { status: string; assignee: string | null },
) {
  const { change, at } = input
  const update: Updateable<LeadsTable> = { ...after, revision: lead.revision + 1, updated_at: at }
  const isSettled = after.status === 'converted' || after.status === 'dismissed'
  if (change.dueAt !== undefined) {
    update.due_at = instant(change.dueAt)
    update.due_by = change.dueAt === null ? null : 'person'
  } else if (isSettled) Object.assign(update, { due_at: null, due_by: null })
  if (change.status !== undefined || after.status !== lead.status) {
    update.status_at = at
    update.value = change.value ?? null
    update.currency = change.currency ?? null
    update.dismissed_for = change.reason ?? null
  }
  return update
}

const audited = (lead: Partial<LeadRow>) => {
  const { status, assignee, due_at, value, currency } = lead
  return { status, assignee, dueAt: due_at, value, currency }
}

async function changeLead(
  trx: Db,
  input: ChangeLeadsInput,
  { ref, revision }: SeenLead,
): Promise<Done> {
  const lead = await trx.selectFrom('leads').selectAll().where('ref', '=', ref).executeTakeFirst()
  if (!lead || !isInScope(input.scope, lead.line))
    return { changed: { ref, result: 'not_found', revision: null } }
  const refuse = (result: LeadChanged['result']): Done => ({
    changed: { ref, result, revision: lead.revision },
  })
  if (revision !== 'any' && lead.revision !== revision) return refuse('outdated')
  const { change, at, by, operation } = input
  if (change.assignee && !isInScope(input.assigneeScope, lead.line)) return refuse('not_theirs')
  const after = standing(lead, change)
  if (!after) return refuse('needs_assignee')
  const update = updateOf(lead, input, after)
  await trx.updateTable('leads').set(update).where('person_id', '=', lead.person_id).execute()
  for (const event of eventsOf(lead, change, after))
    await trx
      .insertInto('lead_events')
      .values({
        ...blank,
        ...event,
        person_id: lead.person_id,
        at,
        actor_id: by.id,
        actor: by.name,
      })
      .execute()
  if (change.status === 'contacted' || change.status === 'converted')
    await keepPromises(trx, lead.person_id, { at, by: 'contacted' })
  await refreshDue(trx, lead.person_id)
  const note = change.note === undefined ? {} : { note: 'added' }
  await audit(trx, {
    at,
    by,
    operation,
    subject: ref,
    before: audited(lead),
    after: { ...audited({ ...lead, ...update }), ...note },
  })
  const event = await insertEvent(trx, {
    type: 'lead.changed',
    at,
    team: input.teams[lead.line] ?? 'main',
    doc: { ref, status: after.status, revision: lead.revision + 1 },
  })
  return { changed: { ref, result: 'done', revision: lead.revision + 1 }, event }
}

const blank = {
  status: null,
  via: null,
  value: null,
  currency: null,
  text: null,
  due_at: null,
  assignee: null,
} as const

/** What somebody does about leads, all of them in one transaction, each noted in the audit log. */
export async function changeLeads(
  trx: Db,
  input: ChangeLeadsInput,
): Promise<{ results: LeadChanged[]; events: FeedEvent[] }> {
  const done: Done[] = []
  for (const lead of input.leads) done.push(await changeLead(trx, input, lead))
  return {
    results: done.map(({ changed }) => changed),
    events: done.flatMap(({ event }) => event ?? []),
  }
}
