import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** Silent leads, one row a person, and what of a call and its decision they rest on. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('calls').addColumn('why', 'text').execute()
  await db.schema.alterTable('calls').addColumn('no_lead', 'text').execute()
  await db.schema
    .createTable('leads')
    .addColumn('person_id', 'integer', (col) => col.primaryKey())
    .addColumn('ref', 'text', (col) => col.notNull().unique())
    .addColumn('state', 'text', (col) => col.notNull())
    .addColumn('status', 'text', (col) => col.notNull())
    .addColumn('opened_at', 'text', (col) => col.notNull())
    .addColumn('closed_at', 'text')
    .addColumn('closed_by', 'text')
    .addColumn('attempts', 'integer', (col) => col.notNull())
    .addColumn('first_call_at', 'text', (col) => col.notNull())
    .addColumn('last_call_at', 'text', (col) => col.notNull())
    .addColumn('last_call_id', 'integer', (col) => col.notNull())
    .addColumn('line', 'text', (col) => col.notNull())
    .addColumn('why', 'text', (col) => col.notNull())
    .addColumn('node', 'text')
    .addColumn('ring_seconds', 'integer')
    .addColumn('after_message', 'integer', (col) => col.notNull())
    .addColumn('is_contact', 'integer', (col) => col.notNull())
    .addColumn('priority', 'real', (col) => col.notNull())
    .addColumn('tier', 'text', (col) => col.notNull())
    .addColumn('score', 'integer', (col) => col.notNull())
    .addColumn('updated_at', 'text', (col) => col.notNull())
    .execute()
  // each has all that lists filter by, so that counting and paging read nothing but the index
  const filters = ['score', 'last_call_at', 'line']
  for (const column of ['score', 'last_call_at', 'attempts'])
    await db.schema
      .createIndex(`leads_${column}`)
      .on('leads')
      .columns(['state', column, 'person_id', ...filters.filter((one) => one !== column)])
      .execute()
  // in whole seconds of the provider's time, as leads compare it
  await sql`create index messages_second on messages (person_id, substr(coalesce(at, arrived_at), 1, 19), arrived_at)`.execute(
    db,
  )
}
