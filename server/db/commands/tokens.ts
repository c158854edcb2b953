import type { Role } from '../../schema/access.ts'
import type { Db } from '../open.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'

export interface NewTokenInput {
  readonly id: string
  readonly hash: string
  readonly prefix: string
  readonly name: string
  readonly role: Role
  readonly teams: readonly string[] | null
  /** ISO, like all instants here. */
  readonly at: string
  readonly expiresAt: string | null
  readonly by: Auditor
}

/** Adds a token for a program. */
export async function createToken(trx: Db, input: NewTokenInput): Promise<void> {
  const { id, hash, prefix, name, role, teams, at, expiresAt, by } = input
  await trx
    .insertInto('tokens')
    .values({
      id,
      hash,
      prefix,
      name,
      role,
      teams: teams === null ? null : JSON.stringify(teams),
      created_by: by.name,
      created_at: at,
      expires_at: expiresAt,
      used_at: null,
      revoked_at: null,
    })
    .execute()
  const after = { name, role, teams, expiresAt }
  await audit(trx, { at, by, operation: 'createToken', subject: name, after })
}

/** Ends a token; it stays in the list. */
export async function revokeToken(
  trx: Db,
  input: { id: string; at: string; by: Auditor },
): Promise<boolean> {
  const token = await trx
    .selectFrom('tokens')
    .select(['name', 'revoked_at'])
    .where('id', '=', input.id)
    .executeTakeFirst()
  if (!token) return false
  if (token.revoked_at !== null) return true
  const { at, by } = input
  await trx.updateTable('tokens').set({ revoked_at: at }).where('id', '=', input.id).execute()
  await audit(trx, { at, by, operation: 'revokeToken', subject: token.name })
  return true
}

/** Notes that a token was used. */
export async function touchToken(trx: Db, input: { id: string; at: string }): Promise<void> {
  await trx.updateTable('tokens').set({ used_at: input.at }).where('id', '=', input.id).execute()
}
