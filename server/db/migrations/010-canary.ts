import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** Drafts that decide silently beside live, releases that answer some callers, and what was seen of both. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table shadows (
    id integer primary key autoincrement,
    policy_id text not null,
    document text not null,
    hash text not null,
    started_at text not null,
    started_by text not null,
    stopped_at text,
    stopped_by text,
    compared integer not null default 0,
    differing integer not null default 0,
    skipped integer not null default 0
  )`.execute(db)
  await sql`create index shadows_policy on shadows (policy_id, id)`.execute(db)
  await sql`create unique index shadows_running on shadows (policy_id) where stopped_at is null`.execute(
    db,
  )
  await sql`create table shadow_differences (
    id integer primary key autoincrement,
    shadow_id integer not null,
    call_id integer not null,
    at text not null,
    doc text not null
  )`.execute(db)
  await sql`create index shadow_differences_shadow on shadow_differences (shadow_id, id)`.execute(
    db,
  )
  await sql`create index shadow_differences_call on shadow_differences (call_id)`.execute(db)
  await sql`create table canaries (
    id integer primary key autoincrement,
    policy_id text not null,
    seq integer not null,
    release text not null,
    control text not null,
    percent real not null,
    guards text not null,
    state text not null,
    started_at text not null,
    started_by text not null,
    ends_at text,
    ended_at text,
    ended_by text,
    why text
  )`.execute(db)
  await sql`create index canaries_policy on canaries (policy_id, id)`.execute(db)
  await sql`create unique index canaries_running on canaries (policy_id) where state = 'running'`.execute(
    db,
  )
  await sql`create table canary_calls (
    call_id integer primary key,
    canary_id integer not null,
    arm text not null,
    person_id integer,
    is_first integer not null,
    answered integer not null,
    missed_budget integer not null,
    broken integer not null,
    complained integer not null default 0
  )`.execute(db)
  await sql`create index canary_calls_canary on canary_calls (canary_id, is_first, arm)`.execute(db)
  await sql`create index canary_calls_person on canary_calls (person_id, canary_id)`.execute(db)
}
