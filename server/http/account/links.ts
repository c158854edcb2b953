import { createRoute, z } from '@hono/zod-openapi'
import { hashPassword } from '../../access/passwords.ts'
import { hashSecret, newId } from '../../access/secrets.ts'
import { ownerAsAuditor } from '../../access/sign-in.ts'
import { toIso } from '../../clock.ts'
import { GatekeeperError } from '../../errors.ts'
import {
  displayNameSchema,
  meSchema,
  passwordSchema,
  roleSchema,
  usernameSchema,
} from '../../schema/access.ts'
import { addressOf } from '../auth.ts'
import { errorResponses } from '../errors.ts'
import { body, createRoutes, json } from '../route-parts.ts'
import type { SignInRouteDeps } from './deps.ts'
import { begin } from './deps.ts'

const open = { tags: ['Sign-in'], security: [] }

const tokenParams = z.object({ token: z.string().min(1).max(100) })
const getSetup = createRoute({
  ...open,
  method: 'get',
  path: '/api/setup/{token}',
  operationId: 'getSetup',
  summary: 'Whether a link for the first account is good',
  request: { params: tokenParams },
  responses: { 200: json(z.object({ valid: z.literal(true) }), 'It is'), ...errorResponses(404) },
})
const setUp = createRoute({
  ...open,
  method: 'post',
  path: '/api/setup/{token}',
  operationId: 'setUp',
  summary: 'Make the first account',
  request: {
    params: tokenParams,
    body: body(
      z.strictObject({
        username: usernameSchema,
        name: displayNameSchema,
        password: passwordSchema,
      }),
    ),
  },
  responses: { 200: json(meSchema, 'Made, and signed in'), ...errorResponses(400, 404) },
})
const getInvite = createRoute({
  ...open,
  method: 'get',
  path: '/api/invite/{token}',
  operationId: 'getInvite',
  summary: 'Whom a one-time link is for',
  request: { params: tokenParams },
  responses: {
    200: json(
      z.object({
        username: z.string(),
        name: z.string(),
        role: roleSchema,
        kind: z.enum(['invite', 'reset']),
      }),
      'The account',
    ),
    ...errorResponses(404),
  },
})
const takeInvite = createRoute({
  ...open,
  method: 'post',
  path: '/api/invite/{token}',
  operationId: 'takeInvite',
  summary: 'Take up an invitation, or set a new password',
  request: {
    params: tokenParams,
    body: body(z.strictObject({ name: displayNameSchema.optional(), password: passwordSchema })),
  },
  responses: { 200: json(meSchema, 'Signed in'), ...errorResponses(400, 404) },
})

const gone = () => new GatekeeperError('not_found', 'this link was used, has expired or never was')

const linkOf = (deps: SignInRouteDeps, token: string) =>
  deps.db
    .selectFrom('access_links')
    .selectAll()
    .where('hash', '=', hashSecret(token))
    .where('expires_at', '>', toIso(deps.clock.now()))
    .executeTakeFirst()

const accountById = (deps: SignInRouteDeps, id: string) =>
  deps.db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

/** The first account, invitations and resets, by one-time links. */
export function linkRoutes(deps: SignInRouteDeps) {
  return createRoutes()
    .openapi(getSetup, async (context) => {
      const link = await linkOf(deps, context.req.valid('param').token)
      if (link?.kind !== 'setup' || !(await deps.access.needsSetup())) throw gone()
      return context.json({ valid: true as const }, 200)
    })
    .openapi(setUp, async (context) => {
      const { token } = context.req.valid('param')
      const { username, name, password } = context.req.valid('json')
      const link = await linkOf(deps, token)
      if (link?.kind !== 'setup' || !(await deps.access.needsSetup())) throw gone()
      const id = newId()
      const result = await deps.writer.run('createAccount', {
        id,
        username,
        name,
        role: 'admin',
        teams: null,
        passwordHash: await hashPassword(password),
        at: toIso(deps.clock.now()),
        by: ownerAsAuditor({ id, username }, addressOf(context)),
        usesLink: link.hash,
        operation: 'setUp',
      })
      if (result !== 'created') throw gone()
      const account = await accountById(deps, id)
      return context.json(await begin(deps, context, { account, how: 'set-up link' }), 200)
    })
    .openapi(getInvite, async (context) => {
      const link = await linkOf(deps, context.req.valid('param').token)
      if (!link?.account_id || link.kind === 'setup') throw gone()
      const { username, name, role, disabled_at } = await accountById(deps, link.account_id)
      if (disabled_at !== null) throw gone()
      return context.json({ username, name, role, kind: link.kind }, 200)
    })
    .openapi(takeInvite, async (context) => {
      const { name, password } = context.req.valid('json')
      const { token } = context.req.valid('param')
      const hash = hashSecret(token)
      // before the slow part, which is for those who have a link
      if (!(await linkOf(deps, token))?.account_id) throw gone()
      const account = await deps.writer.run('acceptLink', {
        hash,
        name,
        passwordHash: await hashPassword(password),
        at: toIso(deps.clock.now()),
      })
      if (!account) throw gone()
      return context.json(await begin(deps, context, { account, how: 'one-time link' }), 200)
    })
}
