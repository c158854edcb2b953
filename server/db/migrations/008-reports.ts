import type { Kysely, RawBuilder } from 'kysely'
import { sql } from 'kysely'

type Sql = RawBuilder<unknown>
const zero = sql`0`
const one = sql`1`

/** Marks rows of `id, whole` as stale. */
const mark = (rows: Sql): Sql =>
  sql`insert into report_stale (id, whole) ${rows}
     on conflict (id) do update set marks = marks + 1, whole = max(whole, excluded.whole);`

/** The person a row is about; a call of nobody known stands for itself. */
const personOf = (row: Sql, whole: Sql): Sql =>
  mark(sql`values (coalesce(${row}.person_id, -${row}.id), ${whole})`)
const contactOf = (row: Sql): Sql =>
  mark(sql`select id, ${one} from people where phone = ${row}.phone or user_id = ${row}.user_id`)
const added = sql`new`
const before = sql`old`
const person = personOf(added, zero)

const callColumns = sql.join(
  [
    'line',
    'direction',
    'status',
    'undecided',
    'offered_at',
    'started_at',
    'ended_at',
    'duration_seconds',
    'policy',
    'release',
    'final_outcome',
    'final_node',
    'decision_ms',
    'why',
    'no_lead',
  ].map((column) => sql.ref(column)),
)

/** What makes rows of reports stale, whatever command it was. */
const triggers: Readonly<Record<string, Sql>> = {
  calls_new: sql`after insert on calls begin ${person} end`,
  calls_changed: sql`after update of ${callColumns} on calls begin ${person} end`,
  calls_moved: sql`after update of person_id on calls when new.person_id is not old.person_id begin
    ${personOf(added, one)} ${personOf(before, one)} end`,
  messages_new: sql`after insert on messages when new.person_id is not null begin ${person} end`,
  messages_moved: sql`after update of person_id on messages
    when new.person_id is not null and new.person_id is not old.person_id begin
    ${mark(sql`values (new.person_id, ${one})`)} end`,
  actions_new: sql`after insert on actions when new.type = 'message' and new.person_id is not null begin
    ${person} end`,
  actions_changed: sql`after update of state, delivery, provider_id on actions
    when new.type = 'message' and new.person_id is not null begin ${person} end`,
  events_new: sql`after insert on lead_events begin ${mark(sql`values (new.person_id, ${one})`)} end`,
  contacts_new: sql`after insert on contacts begin ${contactOf(added)} end`,
  contacts_changed: sql`after update of phone, user_id, tier, country on contacts begin
    ${contactOf(before)} ${contactOf(added)} end`,
  contacts_gone: sql`after delete on contacts begin ${contactOf(before)} end`,
}

/**
 * What reports count: one narrow row a call, without anything that names a person, kept when the call is
 * deleted. Words (lines, countries, tiers, steps, releases, currencies) stand by their number.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table report_calls (
    call_id integer primary key,
    day integer not null,
    minute integer not null,
    line integer not null,
    country integer not null,
    tier integer not null,
    place integer not null,
    release integer not null,
    direction integer not null,
    standing integer not null,
    reason integer not null,
    status integer not null,
    outcome integer not null,
    ghost integer not null,
    decided integer not null,
    message integer not null,
    answered integer not null,
    opened integer not null,
    attempts integer not null,
    closed_by integer not null,
    closed_after integer not null,
    called_back_after integer not null,
    converted integer not null,
    value integer not null,
    currency integer not null
  )`.execute(db)
  await sql`create index report_calls_day on report_calls (day)`.execute(db)
  await sql`create table report_days (day integer primary key, version integer not null)`.execute(
    db,
  )
  await sql`create table report_words (id integer primary key, word text not null unique)`.execute(
    db,
  )
  await sql`create table report_stale (
    id integer primary key,
    marks integer not null default 1,
    whole integer not null default 0
  )`.execute(db)
  for (const [name, body] of Object.entries(triggers))
    await sql`create trigger ${sql.id(`report_${name}`)} ${body}`.execute(db)
  await sql`create index calls_outcome on calls (outcome, arrived_at)`.execute(db)
  await sql`create index calls_policy on calls (policy, arrived_at)`.execute(db)
  await sql`insert into report_stale (id, whole) select id, 1 from people`.execute(db)
  await sql`insert into report_stale (id, whole)
    select -id, 1 from calls where person_id is null`.execute(db)
}
