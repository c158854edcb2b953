import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** Finds what is due by type and by line, so that no backlog of one slows the other. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index actions_due on actions (type, due_at) where state = 'pending'`.execute(db)
  await sql`create index actions_due_line on actions (type, line, due_at) where state = 'pending'`.execute(
    db,
  )
}
