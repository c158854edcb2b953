import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** What people do about leads, the links they are sent, and the times they are promised. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const add = (name: string, type: 'text' | 'real') =>
    db.schema.alterTable('leads').addColumn(name, type).execute()
  const count = (name: string, start: number) =>
    db.schema
      .alterTable('leads')
      .addColumn(name, 'integer', (col) => col.notNull().defaultTo(start))
      .execute()
  await count('revision', 1)
  await count('opened_link', 0)
  for (const name of ['assignee', 'due_at', 'due_by', 'status_at', 'currency', 'dismissed_for'])
    await add(name, 'text')
  await add('value', 'real')
  // again with the status, which most lists ask for
  const filters = ['status', 'score', 'last_call_at', 'line']
  for (const column of ['score', 'last_call_at', 'attempts']) {
    await db.schema.dropIndex(`leads_${column}`).execute()
    await db.schema
      .createIndex(`leads_${column}`)
      .on('leads')
      .columns(['state', column, 'person_id', ...filters.filter((one) => one !== column)])
      .execute()
  }
  await sql`create index leads_due on leads (due_at, person_id) where due_at is not null`.execute(
    db,
  )
  await sql`create index leads_assignee on leads (assignee, state) where assignee is not null`.execute(
    db,
  )

  await db.schema
    .createTable('links')
    .addColumn('token', 'text', (col) => col.primaryKey())
    .addColumn('person_id', 'integer')
    .addColumn('call_id', 'integer')
    .addColumn('action_id', 'integer', (col) => col.notNull())
    .addColumn('target', 'text', (col) => col.notNull())
    .addColumn('created_at', 'text', (col) => col.notNull())
    .addColumn('opened_at', 'text')
    .addColumn('last_opened_at', 'text')
    .addColumn('opens', 'integer', (col) => col.notNull().defaultTo(0))
    .execute()
  await db.schema.createIndex('links_person').on('links').column('person_id').execute()
  await db.schema.createIndex('links_call').on('links').column('call_id').execute()
  await db.schema.createIndex('links_created').on('links').column('created_at').execute()

  await db.schema
    .createTable('promises')
    .addColumn('id', 'integer', (col) => col.primaryKey().autoIncrement())
    .addColumn('person_id', 'integer')
    .addColumn('call_id', 'integer', (col) => col.notNull())
    .addColumn('action_id', 'integer', (col) => col.notNull())
    .addColumn('made_at', 'text', (col) => col.notNull())
    .addColumn('due_at', 'text', (col) => col.notNull())
    .addColumn('kept_at', 'text')
    .addColumn('kept_by', 'text')
    .execute()
  await db.schema.createIndex('promises_person').on('promises').column('person_id').execute()
  await db.schema.createIndex('promises_call').on('promises').column('call_id').execute()
  await db.schema.createIndex('promises_due').on('promises').column('due_at').execute()

  await db.schema
    .createTable('lead_events')
    .addColumn('id', 'integer', (col) => col.primaryKey().autoIncrement())
    .addColumn('person_id', 'integer', (col) => col.notNull())
    .addColumn('at', 'text', (col) => col.notNull())
    .addColumn('kind', 'text', (col) => col.notNull())
    .addColumn('actor_id', 'text')
    .addColumn('actor', 'text', (col) => col.notNull())
    .addColumn('status', 'text')
    .addColumn('via', 'text')
    .addColumn('value', 'real')
    .addColumn('currency', 'text')
    .addColumn('text', 'text')
    .addColumn('due_at', 'text')
    .addColumn('assignee', 'text')
    .execute()
  await db.schema
    .createIndex('lead_events_person')
    .on('lead_events')
    .columns(['person_id', 'at'])
    .execute()
  await db.schema
    .createIndex('lead_events_kind')
    .on('lead_events')
    .columns(['kind', 'at'])
    .execute()

  await db.schema
    .createTable('lead_views')
    .addColumn('id', 'text', (col) => col.primaryKey())
    .addColumn('account_id', 'text', (col) => col.notNull())
    .addColumn('name', 'text', (col) => col.notNull())
    .addColumn('search', 'text', (col) => col.notNull())
    .addColumn('created_at', 'text', (col) => col.notNull())
    .execute()
  await db.schema
    .createIndex('lead_views_account')
    .on('lead_views')
    .columns(['account_id', 'name'])
    .unique()
    .execute()
}
