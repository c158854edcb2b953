import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** Who is told what happens here, the events they are told of, and how telling them went. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table webhook_endpoints (
    id text primary key,
    url text not null,
    description text not null,
    events text not null,
    enabled integer not null,
    numbers integer not null,
    secret text not null,
    old_secret text,
    old_secret_until text,
    failing_since text,
    disabled_at text,
    disabled_why text,
    created_by text not null,
    created_at text not null
  ) without rowid`.execute(db)
  await sql`create table webhook_events (
    id integer primary key autoincrement,
    ref text not null unique,
    type text not null,
    at text not null,
    person_id integer,
    data text not null,
    personal text
  )`.execute(db)
  await sql`create index webhook_events_person on webhook_events (person_id)`.execute(db)
  await sql`create table webhook_deliveries (
    event_id integer not null,
    endpoint_id text not null,
    state text not null,
    tries integer not null,
    due_at text not null,
    settled_at text,
    last_status integer,
    primary key (endpoint_id, event_id)
  ) without rowid`.execute(db)
  await sql`create index webhook_deliveries_event on webhook_deliveries (event_id)`.execute(db)
  await sql`create index webhook_deliveries_state on webhook_deliveries (endpoint_id, state, event_id)`.execute(
    db,
  )
  await sql`create index webhook_deliveries_due on webhook_deliveries (endpoint_id, due_at, event_id)
    where state = 'pending'`.execute(db)
  await sql`create table webhook_attempts (
    id integer primary key autoincrement,
    endpoint_id text not null,
    event_id integer not null,
    at text not null,
    ms integer not null,
    status integer,
    error text
  )`.execute(db)
  await sql`create index webhook_attempts_delivery on webhook_attempts (endpoint_id, event_id)`.execute(
    db,
  )
  await sql`create index webhook_attempts_event on webhook_attempts (event_id)`.execute(db)
}
