import type { Db } from '../open.ts'
import type { RecordsTable } from '../tables.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'

export interface PutRecordsInput {
  readonly kind: RecordsTable['kind']
  /** Documents by key. */
  readonly records: Readonly<Record<string, unknown>>
  /** ISO. */
  readonly at: string
  readonly by: Auditor
  readonly operation: string
  readonly subject: string
}

/** Sets records in the app; from then on the seed files do not. */
export async function putRecords(trx: Db, input: PutRecordsInput): Promise<void> {
  const { kind, records, at, by, operation, subject } = input
  const before: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(records)) {
    const row = await trx
      .selectFrom('records')
      .select('doc')
      .where('kind', '=', kind)
      .where('key', '=', key)
      .executeTakeFirst()
    before[key] = row ? JSON.parse(row.doc) : null
    const values = { doc: JSON.stringify(value), edited_at: at, updated_at: at }
    await trx
      .insertInto('records')
      .values({ kind, key, seed_hash: null, ...values })
      .onConflict((conflict) => conflict.columns(['kind', 'key']).doUpdateSet(values))
      .execute()
  }
  await audit(trx, { at, by, operation, subject, before, after: records })
}
