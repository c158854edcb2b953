import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** Who is told what became of a verification, and when it was seen that nobody called. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const column of ['webhook_url', 'webhook_secret', 'expired_at'])
    await db.schema.alterTable('verifications').addColumn(column, 'text').execute()
  await sql`create index verifications_open on verifications (expires_at)
    where fulfilled_at is null and expired_at is null`.execute(db)
}
