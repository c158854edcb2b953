import type { Context } from 'hono'
import type { Access } from '../../access/access.ts'
import { meOf } from '../../access/access.ts'
import type { SecretBox } from '../../access/secret-box.ts'
import type { SignIn } from '../../access/sign-in.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/open.ts'
import type { AccountRow } from '../../db/tables.ts'
import type { Writer } from '../../db/writer.ts'
import { GatekeeperError } from '../../errors.ts'
import { addressOf } from '../auth.ts'
import { writeSession } from '../cookie.ts'
import type { AppEnv } from '../env.ts'

export interface SignInRouteDeps {
  readonly access: Access
  readonly signIn: SignIn
  readonly box: SecretBox
  readonly db: Db
  readonly writer: Writer
  readonly clock: Clock
  /** What the button for signing in elsewhere says; undefined without one. */
  readonly oidcName: string | undefined
  readonly publicUrl: string | undefined
}

/** What is said to who tried too often. */
export function waitFor(context: Context<AppEnv>, waitMs: number): GatekeeperError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000))
  context.header('Retry-After', String(seconds))
  return new GatekeeperError('too_many_requests', 'too many wrong tries; see Retry-After', {
    details: { retryAfterSeconds: seconds },
  })
}

/** Begins a session and sets its cookie. @returns the account as its owner sees it */
export async function begin(
  deps: SignInRouteDeps,
  context: Context<AppEnv>,
  { account, how }: { account: AccountRow; how: string },
) {
  const browser = context.req.header('user-agent') ?? null
  const session = await deps.access.open(account, how, { address: addressOf(context), browser })
  writeSession(context, session, deps.publicUrl)
  return meOf(account)
}
