import type { Db } from '../open.ts'

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
