import { sql } from 'kysely'
import type { CallPart, LeadMessage, LeadState } from '../../reports/lead-state.ts'
import { secondOf } from '../../reports/lead-state.ts'
import type { Db } from '../open.ts'
import { prepare } from '../prepared.ts'

/**
 * Calls of one person that are read, the newest to arrive; so that somebody who calls all day costs
 * no more than anybody. Attempts beyond them are not counted.
 */
export const mostCalls = 200

/** Where the weights of the score are kept among the settings. */
export const weightsSetting = 'lead_weights'

/** A person with their lead, their contact and the weights leads are scored by. */
export const personWith = prepare((db, person: { id: number }) =>
  db
    .selectFrom('people')
    .leftJoin('leads', 'leads.person_id', 'people.id')
    .leftJoin('contacts as by_user', 'by_user.user_id', 'people.user_id')
    .leftJoin('contacts as by_phone', 'by_phone.phone', 'people.phone')
    .leftJoin('settings', (join) => join.on('settings.key', '=', weightsSetting))
    .selectAll('leads')
    .select([
      'by_user.priority as user_priority',
      'by_user.tier as user_tier',
      'by_phone.priority as phone_priority',
      'by_phone.tier as phone_tier',
      'settings.value as weights',
    ])
    .where('people.id', '=', person.id),
)
export type LeadPerson = NonNullable<Awaited<ReturnType<typeof personWith.first>>>

export const newestCalls = prepare((db, person: { id: number }) =>
  db
    .selectFrom('calls')
    .select(['id', 'channel', 'line', 'direction', 'status', 'undecided', 'offered_at'])
    .select(['arrived_at', 'started_at', 'ended_at', 'end_arrived_at', 'duration_seconds'])
    .select(['final_outcome', 'final_node', 'why', 'no_lead'])
    .where('person_id', '=', person.id)
    .orderBy('arrived_at', 'desc')
    .limit(mostCalls),
)
export type LeadCalls = Awaited<ReturnType<typeof newestCalls.all>>

/** The last message before a moment and the first since; both by the index, however many there are. */
export async function messagesAround(
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
export async function calledAfterMessage(
  trx: Db,
  personId: number,
  lead: LeadState,
): Promise<boolean> {
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

const openedSince = prepare((db, asked: { person: number; since: string }) =>
  db
    .selectFrom('links')
    .select('token')
    .where('person_id', '=', asked.person)
    .where('opened_at', '>=', asked.since)
    .limit(1),
)

/** Whether they opened a link of ours since the lead opened. */
export async function openedLink(trx: Db, person: number, lead: LeadState): Promise<boolean> {
  return (await openedSince.first(trx, { person, since: lead.opened.arrivedAt })) !== undefined
}
