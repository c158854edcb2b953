import type { AuditTable } from '../tables.ts'
import type { Db } from '../open.ts'

/** Who did something, as the audit log keeps it. */
export interface Auditor {
  readonly kind: AuditTable['actor_kind']
  readonly id: string | null
  readonly name: string
  /** Where the request came from; null for what the server does by itself. */
  readonly address: string | null
}

export interface AuditEntry {
  /** ISO. */
  readonly at: string
  readonly by: Auditor
  readonly operation: string
  /** An opaque reference or a name; never a number of a caller. */
  readonly subject?: string | null | undefined
  /** What it was and what it is now: only what changed, without secrets and personal data. */
  readonly before?: unknown
  readonly after?: unknown
}

const asJson = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value)

/** Notes a change, in the transaction of the change itself. */
export async function audit(trx: Db, entry: AuditEntry): Promise<void> {
  const { at, by, operation, subject = null } = entry
  await trx
    .insertInto('audit')
    .values({
      at,
      actor_kind: by.kind,
      actor_id: by.id,
      actor: by.name,
      address: by.address,
      operation,
      subject,
      before: asJson(entry.before),
      after: asJson(entry.after),
    })
    .execute()
}

/** Notes a change that was made outside the database, such as at the provider. */
export async function recordAudit(trx: Db, entry: AuditEntry): Promise<void> {
  await audit(trx, entry)
}
