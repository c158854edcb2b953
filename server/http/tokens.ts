import { createRoute, z } from '@hono/zod-openapi'
import { hashSecret, newId, newSecret } from '../access/secrets.ts'
import { toIso } from '../clock.ts'
import type { TokenRow } from '../db/tables.ts'
import { GatekeeperError } from '../errors.ts'
import type { ApiToken } from '../schema/access.ts'
import { displayNameSchema, roleSchema, teamsSchema, tokenSchema } from '../schema/access.ts'
import { instantSchema } from '../schema/primitives.ts'
import type { AccountDeps } from './accounts.ts'
import { auditorOf } from './auditor.ts'
import { errorResponses } from './errors.ts'
import { body, createRoutes, done, json } from './route-parts.ts'

const tags = ['Tokens']
const list = createRoute({
  method: 'get',
  path: '/api/tokens',
  operationId: 'listTokens',
  tags,
  summary: 'Tokens of programs',
  responses: {
    200: json(z.object({ data: z.array(tokenSchema) }), 'Newest first'),
    ...errorResponses(),
  },
})
const create = createRoute({
  method: 'post',
  path: '/api/tokens',
  operationId: 'createToken',
  tags,
  summary: 'Make a token',
  description:
    'The secret is shown once. All tokens of a team together may make 600 requests a minute.',
  request: {
    body: body(
      z.strictObject({
        name: displayNameSchema,
        role: roleSchema,
        teams: teamsSchema.default(null),
        expiresAt: instantSchema.nullable().default(null),
      }),
    ),
  },
  responses: {
    201: json(z.object({ token: tokenSchema, secret: z.string() }), 'Made'),
    ...errorResponses(400),
  },
})
const revoke = createRoute({
  method: 'delete',
  path: '/api/tokens/{id}',
  operationId: 'revokeToken',
  tags,
  summary: 'Revoke a token',
  request: { params: z.object({ id: z.string().min(1).max(40) }) },
  responses: { 200: json(done, 'It answers nobody any more'), ...errorResponses(404) },
})

function stateOf({ revoked_at, expires_at }: TokenRow, now: string): ApiToken['state'] {
  if (revoked_at !== null) return 'revoked'
  return expires_at !== null && expires_at <= now ? 'expired' : 'active'
}

function toView(row: TokenRow, now: string): ApiToken {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    role: row.role,
    // written by the commands of tokens alone
    teams: row.teams === null ? null : (JSON.parse(row.teams) as string[]),
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
    state: stateOf(row, now),
  }
}

/** Tokens of programs; for admins. */
export function tokenRoutes({ db, writer, clock }: AccountDeps) {
  const now = () => toIso(clock.now())
  const rows = () => db.selectFrom('tokens').selectAll().orderBy('created_at', 'desc')
  return createRoutes()
    .openapi(list, async (context) => {
      const data = (await rows().execute()).map((row) => toView(row, now()))
      return context.json({ data }, 200)
    })
    .openapi(create, async (context) => {
      const { name, role, teams, expiresAt } = context.req.valid('json')
      const until = expiresAt === null ? null : toIso(Date.parse(expiresAt))
      if (until !== null && until <= now())
        throw new GatekeeperError('bad_request', 'expiresAt: must be in the future')
      const secret = newSecret('cgt')
      const id = newId()
      await writer.run('createToken', {
        id,
        hash: hashSecret(secret),
        prefix: secret.slice(0, 8),
        name,
        role,
        teams,
        at: now(),
        expiresAt: until,
        by: auditorOf(context),
      })
      const row = await rows().where('id', '=', id).executeTakeFirstOrThrow()
      return context.json({ token: toView(row, now()), secret }, 201)
    })
    .openapi(revoke, async (context) => {
      const { id } = context.req.valid('param')
      if (!(await writer.run('revokeToken', { id, at: now(), by: auditorOf(context) })))
        throw new GatekeeperError('not_found', 'there is no such token')
      return context.json({ success: true as const }, 200)
    })
}
