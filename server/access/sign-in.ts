import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Auditor } from '../db/commands/audit.ts'
import type { Db } from '../db/open.ts'
import type { AccountRow } from '../db/tables.ts'
import type { Writer } from '../db/writer.ts'
import { createBackOff } from './back-off.ts'
import { isPassword } from './passwords.ts'
import type { SecretBox } from './secret-box.ts'
import { hashSecret } from './secrets.ts'
import { plainRecoveryCode, stepOf } from './totp.ts'

export interface SignInInput {
  readonly username: string
  readonly password: string
  /** Of the authenticator app, or a recovery code. */
  readonly code?: string | undefined
  readonly address: string | null
}

export type SignInResult =
  | { readonly kind: 'ok'; readonly account: AccountRow; readonly how: string }
  | { readonly kind: 'wrong'; readonly left: number }
  | { readonly kind: 'code'; readonly left: number; readonly isWrong: boolean }
  | { readonly kind: 'wait'; readonly waitMs: number }

export interface SignInDeps {
  readonly db: Db
  readonly writer: Writer
  readonly clock: Clock
  readonly box: SecretBox
}

export type SignIn = (input: SignInInput) => Promise<SignInResult>

/** By whom and from where, for the audit log. */
export const ownerAsAuditor = (
  { id, username }: Pick<AccountRow, 'id' | 'username'>,
  address: string | null,
): Auditor => ({ kind: 'account', id, name: username, address })

/** Checks a code of the second step and uses it up. @returns how it was done; undefined for a wrong code */
export async function useCode(
  { writer, clock, box }: SignInDeps,
  account: AccountRow,
  code: string,
): Promise<string | undefined> {
  if (account.totp_secret === null) return undefined
  const step = stepOf(box.open(account.totp_secret), code, clock.now())
  if (step !== undefined) {
    const isFresh = await writer.run('takeTotpStep', { accountId: account.id, step })
    return isFresh ? 'password and app' : undefined
  }
  const hash = hashSecret(plainRecoveryCode(code))
  const isTaken = await writer.run('takeRecoveryCode', { accountId: account.id, hash })
  return isTaken ? 'password and recovery code' : undefined
}

/** Signing in by name and password; the same answer and the same time whether or not there is such an account. */
export function createSignIn(deps: SignInDeps): SignIn {
  const backOff = createBackOff()
  return async ({ username, password, code, address }) => {
    const attempt = { username, address: address ?? 'no address' }
    const { waitMs, left } = await backOff.begin(attempt)
    if (waitMs > 0) return { kind: 'wait', waitMs }
    const account = await deps.db
      .selectFrom('accounts')
      .selectAll()
      .where('username', '=', username)
      .executeTakeFirst()
    const isRight = await isPassword(account?.password_hash ?? null, password)
    if (!account || !isRight || account.disabled_at !== null) {
      if (account) await noteFailure(deps, account, address)
      return { kind: 'wrong', left }
    }
    if (account.totp_secret === null) {
      await backOff.succeeded(attempt)
      return { kind: 'ok', account, how: 'password' }
    }
    if (code === undefined) {
      await backOff.undo(attempt)
      return { kind: 'code', left, isWrong: false }
    }
    const how = await useCode(deps, account, code)
    if (how === undefined) {
      await noteFailure(deps, account, address)
      return { kind: 'code', left, isWrong: true }
    }
    await backOff.succeeded(attempt)
    return { kind: 'ok', account, how }
  }
}

async function noteFailure(
  { writer, clock }: SignInDeps,
  account: AccountRow,
  address: string | null,
): Promise<void> {
  await writer.run('recordAudit', {
    at: toIso(clock.now()),
    by: { kind: 'system', id: null, name: 'sign-in', address },
    operation: 'signInFailed',
    subject: account.username,
  })
}
