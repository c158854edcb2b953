import type { Context } from 'hono'
import type { BackOff } from '../../access/back-off.ts'
import { isPassword } from '../../access/passwords.ts'
import type { AccountRow } from '../../db/tables.ts'
import { GatekeeperError } from '../../errors.ts'
import type { AppEnv } from '../env.ts'
import { waitFor } from './deps.ts'

/** Asks for the own password once more, before something that cannot be taken back. */
export async function mustKnowPassword(
  context: Context<AppEnv>,
  guesses: BackOff,
  { account, password }: { account: AccountRow; password: string },
): Promise<void> {
  const attempt = { username: account.username, address: 'own session' }
  const { waitMs } = await guesses.begin(attempt)
  if (waitMs > 0) throw waitFor(context, waitMs)
  if (!(await isPassword(account.password_hash, password)))
    throw new GatekeeperError('bad_request', 'that is not your password now')
  await guesses.succeeded(attempt)
}
