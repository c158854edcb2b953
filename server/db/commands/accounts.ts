import type { Role } from '../../schema/access.ts'
import type { Db } from '../open.ts'
import type { AccessLinksTable, AccountRow } from '../tables.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'

/** A change made by somebody at an instant (ISO). */
interface Change {
  readonly at: string
  readonly by: Auditor
}

export interface NewAccountInput extends Change {
  readonly id: string
  readonly username: string
  readonly name: string
  readonly role: Role
  readonly teams: readonly string[] | null
  readonly passwordHash: string | null
  readonly oidcSubject?: string | null
  /** The link that invites, by the hash of its secret. */
  readonly link?: { readonly hash: string; readonly expiresAt: string }
  /** The one-time link this uses up. */
  readonly usesLink?: string
  readonly operation: string
}

const publicPart = ({ username, name, role, teams, disabled_at }: AccountRow) => ({
  username,
  name,
  role,
  // written by this file alone
  teams: teams === null ? null : (JSON.parse(teams) as string[]),
  disabled: disabled_at !== null,
})

const accountById = (trx: Db, id: string) =>
  trx.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst()

/** Adds an account. @returns `taken` when the name is somebody's, `used` when the link is gone */
export async function createAccount(
  trx: Db,
  input: NewAccountInput,
): Promise<'created' | 'taken' | 'used'> {
  const { id, username, name, role, at } = input
  if (input.usesLink !== undefined) {
    const links = trx.deleteFrom('access_links').where('hash', '=', input.usesLink)
    const used = await links.where('expires_at', '>', at).executeTakeFirst()
    if (used.numDeletedRows === 0n) return 'used'
  }
  const same = trx.selectFrom('accounts').select('id').where('username', '=', username)
  if (await same.executeTakeFirst()) return 'taken'
  const teams = input.teams === null ? null : JSON.stringify(input.teams)
  await trx
    .insertInto('accounts')
    .values({
      id,
      username,
      name,
      role,
      teams,
      password_hash: input.passwordHash,
      totp_secret: null,
      totp_pending: null,
      totp_step: null,
      oidc_subject: input.oidcSubject ?? null,
      disabled_at: null,
      created_at: at,
    })
    .execute()
  if (input.link) {
    const { hash, expiresAt } = input.link
    await putLink(trx, { kind: 'invite', accountId: id, hash, expiresAt })
  }
  const after = { username, name, role, teams: input.teams }
  await audit(trx, { at, by: input.by, operation: input.operation, subject: username, after })
  return 'created'
}

interface LinkInput {
  readonly kind: AccessLinksTable['kind']
  readonly accountId: string | null
  readonly hash: string
  readonly expiresAt: string
}

/** A new link replaces the older one of the same account, of whatever kind. */
async function putLink(trx: Db, { kind, accountId, hash, expiresAt }: LinkInput): Promise<void> {
  await trx.deleteFrom('access_links').where('account_id', 'is', accountId).execute()
  await trx
    .insertInto('access_links')
    .values({ kind, account_id: accountId, hash, expires_at: expiresAt })
    .execute()
}

/** The link of the very first account; there is one at a time. */
export async function putSetupLink(
  trx: Db,
  input: { hash: string; expiresAt: string },
): Promise<void> {
  await putLink(trx, { kind: 'setup', accountId: null, ...input })
}

/** Whether somebody never had a password here: one that was reset has none either, but a link for that. */
async function isInvited(trx: Db, account: AccountRow): Promise<boolean> {
  if (account.password_hash !== null || account.oidc_subject !== null) return false
  const links = trx.selectFrom('access_links').select('kind').where('account_id', '=', account.id)
  return (await links.executeTakeFirst())?.kind !== 'reset'
}

/** A link by which the account's owner sets a new password; the old password and sessions end at once. */
export async function resetAccount(
  trx: Db,
  input: Change & { accountId: string; hash: string; expiresAt: string },
): Promise<boolean> {
  const { accountId, hash, expiresAt, at, by } = input
  const account = await accountById(trx, accountId)
  if (!account) return false
  const kind = (await isInvited(trx, account)) ? 'invite' : 'reset'
  await trx.deleteFrom('sessions').where('account_id', '=', accountId).execute()
  await trx.deleteFrom('recovery_codes').where('account_id', '=', accountId).execute()
  await trx
    .updateTable('accounts')
    .set({ password_hash: null, totp_secret: null, totp_pending: null, totp_step: null })
    .where('id', '=', accountId)
    .execute()
  await putLink(trx, { kind, accountId, hash, expiresAt })
  await audit(trx, { at, by, operation: 'resetAccount', subject: account.username })
  return true
}

/** Takes up an invitation, or sets the new password after a reset. @returns undefined when it is gone */
export async function acceptLink(
  trx: Db,
  input: { hash: string; name: string | undefined; passwordHash: string; at: string },
): Promise<AccountRow | undefined> {
  const open = trx.selectFrom('access_links').selectAll().where('hash', '=', input.hash)
  const link = await open.where('expires_at', '>', input.at).executeTakeFirst()
  if (!link?.account_id) return undefined
  const account = await accountById(trx, link.account_id)
  if (!account || account.disabled_at !== null) return undefined
  await trx.deleteFrom('access_links').where('hash', '=', input.hash).execute()
  const name = input.name ?? account.name
  await trx
    .updateTable('accounts')
    .set({ name, password_hash: input.passwordHash })
    .where('id', '=', account.id)
    .execute()
  const by = { kind: 'account' as const, id: account.id, name: account.username, address: null }
  const operation = link.kind === 'reset' ? 'newPasswordAfterReset' : 'acceptInvite'
  await audit(trx, { at: input.at, by, operation, subject: account.username })
  return { ...account, name, password_hash: input.passwordHash }
}

export interface ChangeAccountInput extends Change {
  readonly accountId: string
  readonly name?: string | undefined
  readonly role?: Role | undefined
  readonly teams?: readonly string[] | null | undefined
  readonly disabled?: boolean | undefined
}

/** Whether there would be nobody left who may do everything. */
async function isLastAdmin(trx: Db, account: AccountRow): Promise<boolean> {
  if (account.role !== 'admin' || account.disabled_at !== null) return false
  const others = trx.selectFrom('accounts').select('id').where('role', '=', 'admin')
  const other = others.where('disabled_at', 'is', null).where('id', '!=', account.id)
  return (await other.executeTakeFirst()) === undefined
}

/** Changes who somebody is; what a session may do changes with its next request, a disabled one ends. */
export async function changeAccount(
  trx: Db,
  input: ChangeAccountInput,
): Promise<'changed' | 'not_found' | 'last_admin'> {
  const { accountId, name, role, teams, disabled, at, by } = input
  const account = await accountById(trx, accountId)
  if (!account) return 'not_found'
  const steps = (role !== undefined && role !== 'admin') || disabled === true
  if (steps && (await isLastAdmin(trx, account))) return 'last_admin'
  const changes = {
    ...(name === undefined ? {} : { name }),
    ...(role === undefined ? {} : { role }),
    ...(teams === undefined ? {} : { teams: teams === null ? null : JSON.stringify(teams) }),
    ...(disabled === undefined ? {} : { disabled_at: disabled ? at : null }),
  }
  if (Object.keys(changes).length === 0) return 'changed'
  await trx.updateTable('accounts').set(changes).where('id', '=', accountId).execute()
  if (disabled) await trx.deleteFrom('sessions').where('account_id', '=', accountId).execute()
  await audit(trx, {
    at,
    by,
    operation: 'changeAccount',
    subject: account.username,
    before: publicPart(account),
    after: publicPart({ ...account, ...changes }),
  })
  return 'changed'
}

/** Removes an account with its sessions, links and codes; what it did stays in the audit log. */
export async function deleteAccount(
  trx: Db,
  input: Change & { accountId: string },
): Promise<'deleted' | 'not_found' | 'last_admin'> {
  const account = await accountById(trx, input.accountId)
  if (!account) return 'not_found'
  if (await isLastAdmin(trx, account)) return 'last_admin'
  await trx.deleteFrom('accounts').where('id', '=', input.accountId).execute()
  await releaseLeads(trx, input.accountId)
  const { at, by } = input
  const before = publicPart(account)
  await audit(trx, { at, by, operation: 'deleteAccount', subject: account.username, before })
  return 'deleted'
}

/** Leads of somebody who is gone are nobody's, and their views go. */
async function releaseLeads(trx: Db, accountId: string): Promise<void> {
  await trx.deleteFrom('lead_views').where('account_id', '=', accountId).execute()
  await trx
    .updateTable('leads')
    .set((eb) => ({
      assignee: null,
      status: eb.case().when('status', '=', 'assigned').then('new').else(eb.ref('status')).end(),
      revision: eb('revision', '+', 1),
    }))
    .where('assignee', '=', accountId)
    .execute()
}

/** A new password; every session but `keep` ends. */
export async function changePassword(
  trx: Db,
  input: Change & { accountId: string; passwordHash: string; keep: string },
): Promise<void> {
  const { accountId, passwordHash, keep, at, by } = input
  await trx
    .updateTable('accounts')
    .set({ password_hash: passwordHash })
    .where('id', '=', accountId)
    .execute()
  const sessions = trx.deleteFrom('sessions').where('account_id', '=', accountId)
  await sessions.where('id', '!=', keep).execute()
  await audit(trx, { at, by, operation: 'changePassword', subject: by.name })
}

/** What an identity provider says of somebody at sign-in: name, role and teams follow it. */
export async function refreshFromProvider(
  trx: Db,
  input: Required<Pick<ChangeAccountInput, 'accountId'>> & {
    name: string
    role: Role
    teams: readonly string[] | null
    at: string
  },
): Promise<void> {
  const { accountId, name, role, teams, at } = input
  const account = await accountById(trx, accountId)
  if (!account) return
  const changed = { name, role, teams: teams === null ? null : JSON.stringify(teams) }
  const isSame = account.name === name && account.role === role && account.teams === changed.teams
  if (isSame) return
  await trx.updateTable('accounts').set(changed).where('id', '=', accountId).execute()
  await audit(trx, {
    at,
    by: { kind: 'system', id: null, name: 'single sign-on', address: null },
    operation: 'changeAccount',
    subject: account.username,
    before: publicPart(account),
    after: publicPart({ ...account, ...changed }),
  })
}
