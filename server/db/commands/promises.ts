import { sql } from 'kysely'
import { secondOf } from '../../reports/lead-state.ts'
import type { Db } from '../open.ts'
import { prepare } from '../prepared.ts'
import type { PromisesTable } from '../tables.ts'

type KeptBy = NonNullable<PromisesTable['kept_by']>

/** The first word of a person, to us or from us, since a second. */
async function wordSince(trx: Db, personId: number, since: string) {
  const second = secondOf(since)
  const { rows } = await sql<{ at: string; by: KeptBy }>`
    select at, by from (
      select coalesce(at, arrived_at) as at, 'message' as by from messages
        where person_id = ${personId} and voicemail_of is null
      union all
      select coalesce(started_at, ended_at, arrived_at),
        iif(direction = 'inbound', 'connected', 'callback') from calls
        where person_id = ${personId} and (duration_seconds is not null or
          (channel <> 'whatsapp' and started_at is not null and ended_at is not null))
      union all
      select at, 'contacted' from lead_events where person_id = ${personId}
          and (via is not null or (kind = 'status' and status = 'converted')))
    where substr(at, 1, 19) >= ${second} order by at limit 1`.execute(trx)
  return rows[0]
}

export interface NewPromise {
  readonly personId: number | null
  readonly callId: number
  readonly actionId: number
  /** ISO. */
  readonly madeAt: string
  readonly dueAt: string
}

/** A message of ours names a time; words since may have come before it, delivered late. */
export async function insertPromise(trx: Db, promise: NewPromise): Promise<void> {
  const { personId, callId, actionId, madeAt, dueAt } = promise
  const word = personId === null ? undefined : await wordSince(trx, personId, madeAt)
  await trx
    .insertInto('promises')
    .values({
      person_id: personId,
      call_id: callId,
      action_id: actionId,
      made_at: madeAt,
      due_at: dueAt,
      kept_at: word?.at ?? null,
      kept_by: word?.by ?? null,
    })
    .execute()
}

const keep = prepare((db, word: { person: number; second: string; at: string; by: KeptBy }) =>
  db
    .updateTable('promises')
    .set({ kept_at: word.at, kept_by: word.by })
    .where('person_id', '=', word.person)
    .where(sql<string>`substr(made_at, 1, 19)`, '<=', word.second)
    .where((eb) => eb.or([eb('kept_at', 'is', null), eb('kept_at', '>', word.at)]))
    .returning('id'),
)

/** Somebody was heard or reached: the earliest word since a promise is what counts, whenever it arrives. */
export async function keepPromises(
  trx: Db,
  personId: number | null,
  word: { readonly at: string; readonly by: KeptBy },
): Promise<void> {
  if (personId === null) return
  const kept = await keep.all(trx, { ...word, person: personId, second: secondOf(word.at) })
  if (kept.length > 0) await refreshDue(trx, personId)
}

const openPromise = prepare((db, asked: { person: number }) =>
  db
    .selectFrom('leads')
    .leftJoin('promises', (join) =>
      join.onRef('promises.person_id', '=', 'leads.person_id').on('promises.kept_at', 'is', null),
    )
    .select(['leads.due_at', 'leads.due_by', 'leads.status'])
    .select(({ fn }) => fn.min('promises.due_at').as('promised'))
    .where('leads.person_id', '=', asked.person)
    .groupBy('leads.person_id'),
)

/** A lead is due when we promised, unless somebody set another time, or it is settled. */
export async function refreshDue(trx: Db, personId: number): Promise<void> {
  const lead = await openPromise.first(trx, { person: personId })
  if (!lead || lead.due_by === 'person') return
  const isSettled = lead.status === 'converted' || lead.status === 'dismissed'
  const due_at = isSettled ? null : lead.promised
  if (due_at === lead.due_at) return
  await trx
    .updateTable('leads')
    .set({ due_at, due_by: due_at === null ? null : 'promise' })
    .where('person_id', '=', personId)
    .execute()
}
