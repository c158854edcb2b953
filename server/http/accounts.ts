import { createRoute, z } from '@hono/zod-openapi'
import { hashSecret, newId, newSecret } from '../access/secrets.ts'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { AccountRow } from '../db/tables.ts'
import type { Writer } from '../db/writer.ts'
import { GatekeeperError } from '../errors.ts'
import type { Account } from '../schema/access.ts'
import {
  accountSchema,
  displayNameSchema,
  roleSchema,
  teamsSchema,
  usernameSchema,
} from '../schema/access.ts'
import { auditorOf } from './auditor.ts'
import { errorResponses } from './errors.ts'
import { body, createRoutes, done, json } from './route-parts.ts'

export interface AccountDeps {
  readonly db: Db
  readonly writer: Writer
  readonly clock: Clock
}

/** A one-time link is good for a week. */
const linkMs = 7 * 24 * 60 * 60_000

const tags = ['Accounts']
const idParams = z.object({ id: z.string().min(1).max(40) })
const link = z.string().openapi({
  description: 'Path of a one-time link, shown once; good for a week',
  example: '/invite/invite_9Jd0…',
})

const list = createRoute({
  method: 'get',
  path: '/api/accounts',
  operationId: 'listAccounts',
  tags,
  summary: 'Everybody who can sign in',
  responses: {
    200: json(z.object({ data: z.array(accountSchema) }), 'By name'),
    ...errorResponses(),
  },
})
const create = createRoute({
  method: 'post',
  path: '/api/accounts',
  operationId: 'createAccount',
  tags,
  summary: 'Invite somebody',
  request: {
    body: body(
      z.strictObject({
        username: usernameSchema,
        name: displayNameSchema,
        role: roleSchema,
        teams: teamsSchema.default(null),
      }),
    ),
  },
  responses: {
    201: json(z.object({ account: accountSchema, link }), 'Invited'),
    ...errorResponses(400, 409),
  },
})
const change = createRoute({
  method: 'patch',
  path: '/api/accounts/{id}',
  operationId: 'changeAccount',
  tags,
  summary: 'Change name, role or teams, or disable',
  description: 'Counts from the next request on. 409 `conflict` for the last admin.',
  request: {
    params: idParams,
    body: body(
      z.strictObject({
        name: displayNameSchema.optional(),
        role: roleSchema.optional(),
        teams: teamsSchema.optional(),
        disabled: z.boolean().optional(),
      }),
    ),
  },
  responses: {
    200: json(z.object({ account: accountSchema }), 'As it is now'),
    ...errorResponses(400, 404, 409),
  },
})
const reset = createRoute({
  method: 'post',
  path: '/api/accounts/{id}/reset',
  operationId: 'resetAccount',
  tags,
  summary: 'Let somebody choose a new password',
  description: 'Password, second step and sessions end at once.',
  request: { params: idParams },
  responses: { 200: json(z.object({ link }), 'Give this to its owner'), ...errorResponses(404) },
})
const signOut = createRoute({
  method: 'post',
  path: '/api/accounts/{id}/sign-out',
  operationId: 'signOutAccount',
  tags,
  summary: "End somebody's sessions",
  request: { params: idParams },
  responses: { 200: json(done, 'They are over'), ...errorResponses(404) },
})
const remove = createRoute({
  method: 'delete',
  path: '/api/accounts/{id}',
  operationId: 'deleteAccount',
  tags,
  summary: 'Remove an account',
  description: '409 `conflict` for the last admin. What it did stays in the audit log.',
  request: { params: idParams },
  responses: { 200: json(done, 'Removed'), ...errorResponses(404, 409) },
})

const notFound = () => new GatekeeperError('not_found', 'there is no such account')
const lastAdmin = () =>
  new GatekeeperError('conflict', 'this is the last admin: make somebody else one first')

function stateOf({ disabled_at, password_hash, oidc_subject }: AccountRow): Account['state'] {
  if (disabled_at !== null) return 'disabled'
  return password_hash === null && oidc_subject === null ? 'invited' : 'active'
}

function toView(row: AccountRow, lastSeenAt: string | null): Account {
  return {
    id: row.id,
    username: row.username,
    name: row.name,
    role: row.role,
    // written by the commands of accounts alone
    teams: row.teams === null ? null : (JSON.parse(row.teams) as string[]),
    state: stateOf(row),
    totp: row.totp_secret !== null,
    signsInBy: row.oidc_subject === null ? 'password' : 'single sign-on',
    createdAt: row.created_at,
    lastSeenAt,
  }
}

async function views({ db }: AccountDeps, id?: string): Promise<Account[]> {
  let accounts = db.selectFrom('accounts').selectAll().orderBy('username')
  if (id !== undefined) accounts = accounts.where('id', '=', id)
  const seen = await db
    .selectFrom('sessions')
    .select(({ fn }) => ['account_id', fn.max('seen_at').as('at')])
    .groupBy('account_id')
    .execute()
  const seenAt = new Map(seen.map(({ account_id, at }) => [account_id, at]))
  return (await accounts.execute()).map((row) => toView(row, seenAt.get(row.id) ?? null))
}

async function mustFind(deps: AccountDeps, id: string): Promise<Account> {
  const [account] = await views(deps, id)
  if (!account) throw notFound()
  return account
}

function newLink({ clock }: AccountDeps) {
  const secret = newSecret('invite')
  const expiresAt = toIso(clock.now() + linkMs)
  return { hash: hashSecret(secret), expiresAt, path: `/invite/${secret}` }
}

function invitingRoutes(deps: AccountDeps) {
  const at = () => toIso(deps.clock.now())
  return createRoutes()
    .openapi(list, async (context) => context.json({ data: await views(deps) }, 200))
    .openapi(create, async (context) => {
      const given = context.req.valid('json')
      const { hash, expiresAt, path } = newLink(deps)
      const id = newId()
      const result = await deps.writer.run('createAccount', {
        ...given,
        id,
        passwordHash: null,
        link: { hash, expiresAt },
        at: at(),
        by: auditorOf(context),
        operation: 'createAccount',
      })
      if (result !== 'created')
        throw new GatekeeperError('conflict', 'somebody has this name already')
      return context.json({ account: await mustFind(deps, id), link: path }, 201)
    })
    .openapi(reset, async (context) => {
      const { hash, expiresAt, path } = newLink(deps)
      const { id } = context.req.valid('param')
      const by = auditorOf(context)
      const known = await deps.writer.run('resetAccount', {
        accountId: id,
        hash,
        expiresAt,
        at: at(),
        by,
      })
      if (!known) throw notFound()
      return context.json({ link: path }, 200)
    })
}

/** People who work here; for admins. */
export function accountRoutes(deps: AccountDeps) {
  const at = () => toIso(deps.clock.now())
  return invitingRoutes(deps)
    .openapi(change, async (context) => {
      const { id } = context.req.valid('param')
      const by = auditorOf(context)
      const input = { ...context.req.valid('json'), accountId: id, at: at(), by }
      const result = await deps.writer.run('changeAccount', input)
      if (result === 'not_found') throw notFound()
      if (result === 'last_admin') throw lastAdmin()
      return context.json({ account: await mustFind(deps, id) }, 200)
    })
    .openapi(signOut, async (context) => {
      const { username, id } = await mustFind(deps, context.req.valid('param').id)
      const by = auditorOf(context)
      await deps.writer.run('endSessions', { accountId: id, at: at(), by, subject: username })
      return context.json({ success: true as const }, 200)
    })
    .openapi(remove, async (context) => {
      const { id } = context.req.valid('param')
      const by = auditorOf(context)
      const result = await deps.writer.run('deleteAccount', { accountId: id, at: at(), by })
      if (result === 'not_found') throw notFound()
      if (result === 'last_admin') throw lastAdmin()
      return context.json({ success: true as const }, 200)
    })
}
