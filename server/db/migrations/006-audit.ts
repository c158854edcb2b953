import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/**
 * Who changed what (rows are added and, when they are old enough, deleted; none is ever changed), opaque
 * references of people, the ids a person had before, and the counts of calls that were deleted.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table audit (
    id integer primary key autoincrement,
    at text not null,
    actor_kind text not null,
    actor_id text,
    actor text not null,
    address text,
    operation text not null,
    subject text,
    before text,
    after text
  )`.execute(db)
  await sql`create index audit_at on audit (at)`.execute(db)
  await sql`create trigger audit_is_final before update on audit
    begin select raise(abort, 'the audit log is never changed'); end`.execute(db)
  await sql`alter table people add column ref text`.execute(db)
  await sql`alter table people add column erased_at text`.execute(db)
  await sql`update people set ref = lower(hex(randomblob(8)))`.execute(db)
  await sql`create unique index people_ref on people (ref)`.execute(db)
  await sql`create table person_aliases (
    value text primary key,
    person_id integer not null,
    created_at text not null
  ) without rowid`.execute(db)
  await sql`create index person_aliases_person on person_aliases (person_id)`.execute(db)
  await sql`create table call_counts (
    day text not null,
    direction text not null,
    status text not null,
    outcome text not null,
    count integer not null,
    seconds integer not null,
    primary key (day, direction, status, outcome)
  ) without rowid`.execute(db)
}
