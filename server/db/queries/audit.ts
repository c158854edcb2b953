import { sql } from 'kysely'
import type { AuditListQuery, AuditView } from '../../schema/audit.ts'
import type { Db } from '../open.ts'
import type { AuditRow } from '../tables.ts'

/** A list's filters, with days already turned into instants (ISO, `until` excluded). */
export type AuditFilter = Pick<AuditListQuery, 'actor' | 'operation' | 'subject'> & {
  from?: string | undefined
  until?: string | undefined
}

/** A text that stands for itself in LIKE. */
const literal = (text: string): string => text.replace(/[\\%_]/g, (sign) => `\\${sign}`)

function matching(db: Db, { actor, operation, subject, from, until }: AuditFilter) {
  let query = db.selectFrom('audit')
  if (actor) query = query.where(sql<boolean>`actor like ${`%${literal(actor)}%`} escape '\\'`)
  if (operation) query = query.where('operation', '=', operation)
  if (subject) query = query.where(sql<boolean>`subject like ${`${literal(subject)}%`} escape '\\'`)
  if (from) query = query.where('at', '>=', from)
  if (until) query = query.where('at', '<', until)
  return query
}

const parsed = (json: string | null): unknown => (json === null ? null : JSON.parse(json))

function toView(row: AuditRow): AuditView {
  const { id, at, address, operation, subject } = row
  return {
    id,
    at,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor },
    address,
    operation,
    subject,
    before: parsed(row.before),
    after: parsed(row.after),
  }
}

/** One page of the audit log, newest first, how much matches, and which operations occur. */
export async function listAudit(
  db: Db,
  input: AuditFilter & { page: number; per_page: number },
): Promise<{ data: AuditView[]; total: number; operations: string[] }> {
  const { total } = await matching(db, input)
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const rows = await matching(db, input)
    .selectAll()
    .orderBy('id', 'desc')
    .limit(input.per_page)
    .offset((input.page - 1) * input.per_page)
    .execute()
  const operations = await db
    .selectFrom('audit')
    .select('operation')
    .distinct()
    .orderBy('operation')
    .execute()
  return {
    data: rows.map(toView),
    total: Number(total),
    operations: operations.map(({ operation }) => operation),
  }
}

/** The newest so many before an id, for an export that reads them piece by piece. */
export async function auditBefore(
  db: Db,
  input: AuditFilter & { before: number; limit: number },
): Promise<AuditView[]> {
  const rows = await matching(db, input)
    .selectAll()
    .where('id', '<', input.before)
    .orderBy('id', 'desc')
    .limit(input.limit)
    .execute()
  return rows.map(toView)
}
