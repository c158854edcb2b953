import type { Db } from '../open.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'

export interface NewSession {
  readonly id: string
  readonly hash: string
  readonly accountId: string
  /** ISO, like all instants here. */
  readonly at: string
  readonly expiresAt: string
  readonly address: string | null
  readonly browser: string | null
  readonly by: Auditor
  /** `password`, `single sign-on`, `link` … */
  readonly how: string
}

/** Begins a session; the account's expired ones go. */
export async function openSession(trx: Db, input: NewSession): Promise<void> {
  const { id, hash, accountId, at, expiresAt, address, browser, by, how } = input
  await trx.deleteFrom('sessions').where('expires_at', '<=', at).execute()
  await trx
    .insertInto('sessions')
    .values({
      id,
      hash,
      account_id: accountId,
      created_at: at,
      seen_at: at,
      expires_at: expiresAt,
      address,
      browser,
    })
    .execute()
  await audit(trx, { at, by, operation: 'signIn', subject: by.name, after: { how } })
}

/** Slides a session on. */
export async function touchSession(
  trx: Db,
  input: { id: string; at: string; expiresAt: string },
): Promise<void> {
  const { id, at, expiresAt } = input
  const touched = { seen_at: at, expires_at: expiresAt }
  await trx.updateTable('sessions').set(touched).where('id', '=', id).execute()
}

/** Ends one session of an account, or all of them. @returns how many ended */
export async function endSessions(
  trx: Db,
  input: {
    accountId: string
    sessionId?: string | undefined
    at: string
    by: Auditor
    subject: string
  },
): Promise<number> {
  const { accountId, sessionId, at, by, subject } = input
  let sessions = trx.deleteFrom('sessions').where('account_id', '=', accountId)
  if (sessionId !== undefined) sessions = sessions.where('id', '=', sessionId)
  const { numDeletedRows } = await sessions.executeTakeFirst()
  const operation = sessionId === undefined ? 'signOutEverywhere' : 'signOut'
  if (numDeletedRows > 0n) await audit(trx, { at, by, operation, subject })
  return Number(numDeletedRows)
}
