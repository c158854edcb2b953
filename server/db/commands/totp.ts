import type { Db } from '../open.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'

interface Change {
  readonly accountId: string
  readonly at: string
  readonly by: Auditor
}

/** Keeps a secret that is not confirmed by a code yet. */
export async function beginTotp(
  trx: Db,
  input: { accountId: string; sealed: string },
): Promise<void> {
  const pending = { totp_pending: input.sealed }
  await trx.updateTable('accounts').set(pending).where('id', '=', input.accountId).execute()
}

/** Turns the second step on; `codes` are hashes of the recovery codes, in place of all older ones. */
export async function confirmTotp(
  trx: Db,
  input: Change & { step: number; codes: readonly string[] },
): Promise<void> {
  const { accountId, step, codes, at, by } = input
  await trx
    .updateTable('accounts')
    .set((eb) => ({
      totp_secret: eb.ref('totp_pending'),
      totp_pending: null,
      totp_step: step,
    }))
    .where('id', '=', accountId)
    .execute()
  await trx.deleteFrom('recovery_codes').where('account_id', '=', accountId).execute()
  await trx
    .insertInto('recovery_codes')
    .values(codes.map((hash) => ({ hash, account_id: accountId })))
    .execute()
  await audit(trx, { at, by, operation: 'confirmTotp', subject: by.name })
}

/** Takes a code's time step, once. @returns false when that step or a later one was taken before */
export async function takeTotpStep(
  trx: Db,
  input: { accountId: string; step: number },
): Promise<boolean> {
  const taken = await trx
    .updateTable('accounts')
    .set({ totp_step: input.step })
    .where('id', '=', input.accountId)
    .where((eb) => eb.or([eb('totp_step', 'is', null), eb('totp_step', '<', input.step)]))
    .executeTakeFirst()
  return taken.numUpdatedRows > 0n
}

/** Takes a recovery code, once. */
export async function takeRecoveryCode(
  trx: Db,
  input: { accountId: string; hash: string },
): Promise<boolean> {
  const codes = trx.deleteFrom('recovery_codes').where('account_id', '=', input.accountId)
  const taken = await codes.where('hash', '=', input.hash).executeTakeFirst()
  return taken.numDeletedRows > 0n
}

/** Turns the second step off. */
export async function endTotp(trx: Db, input: Change): Promise<void> {
  const { accountId, at, by } = input
  await trx
    .updateTable('accounts')
    .set({ totp_secret: null, totp_pending: null, totp_step: null })
    .where('id', '=', accountId)
    .execute()
  await trx.deleteFrom('recovery_codes').where('account_id', '=', accountId).execute()
  await audit(trx, { at, by, operation: 'endTotp', subject: by.name })
}
