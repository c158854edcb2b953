import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** Who changed what. Rows are added and, when they are old enough, deleted; none is ever changed. */
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
}
