import type { Db } from '../open.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'

/** Keeps a small value across restarts, as JSON. */
export async function putSetting(
  trx: Db,
  input: { key: string; value: unknown; at: string },
): Promise<void> {
  const row = { value: JSON.stringify(input.value), updated_at: input.at }
  await trx
    .insertInto('settings')
    .values({ key: input.key, ...row })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
    .execute()
}

export interface ChangeSettingInput {
  readonly key: string
  readonly value: unknown
  /** ISO. */
  readonly at: string
  readonly by: Auditor
  readonly operation: string
  readonly subject?: string | undefined
  /** What held where nothing was set yet. */
  readonly before?: unknown
}

/** A setting that a person changed, with what it was before in the audit log. */
export async function changeSetting(trx: Db, input: ChangeSettingInput): Promise<void> {
  const { key, value, at, by, operation, subject } = input
  const row = await trx
    .selectFrom('settings')
    .select('value')
    .where('key', '=', key)
    .executeTakeFirst()
  const before: unknown = row ? JSON.parse(row.value) : input.before
  await putSetting(trx, { key, value, at })
  await audit(trx, { at, by, operation, subject, before, after: value })
}
