import { createRoute, z } from '@hono/zod-openapi'
import type { BackOff } from '../../access/back-off.ts'
import { hashPassword } from '../../access/passwords.ts'
import { ownerAsAuditor } from '../../access/sign-in.ts'
import { toIso } from '../../clock.ts'
import { GatekeeperError } from '../../errors.ts'
import { passwordSchema, sessionSchema } from '../../schema/access.ts'
import { addressOf, mustBeSignedIn } from '../auth.ts'
import { forgetSession } from '../cookie.ts'
import { errorResponses } from '../errors.ts'
import { body, createRoutes, done, json } from '../route-parts.ts'
import type { SignInRouteDeps } from './deps.ts'
import { mustKnowPassword } from './password.ts'

const own = { tags: ['Sign-in'], security: [{ session: [] }] }

const signOutEverywhere = createRoute({
  ...own,
  method: 'post',
  path: '/api/auth/sign-out-everywhere',
  operationId: 'signOutEverywhere',
  summary: 'End all own sessions',
  responses: { 200: json(done, 'All sessions are over'), ...errorResponses() },
})
const changePassword = createRoute({
  ...own,
  method: 'post',
  path: '/api/auth/password',
  operationId: 'changePassword',
  summary: 'Change the own password',
  description: 'All other sessions end.',
  request: { body: body(z.strictObject({ current: z.string().max(200), next: passwordSchema })) },
  responses: { 200: json(done, 'Changed'), ...errorResponses(400) },
})
const sessions = createRoute({
  ...own,
  method: 'get',
  path: '/api/auth/sessions',
  operationId: 'listSessions',
  summary: 'The own sessions',
  responses: {
    200: json(z.object({ data: z.array(sessionSchema) }), 'Newest first'),
    ...errorResponses(),
  },
})
const endSession = createRoute({
  ...own,
  method: 'delete',
  path: '/api/auth/sessions/{id}',
  operationId: 'endSession',
  summary: 'End one of the own sessions',
  request: { params: z.object({ id: z.string().min(1).max(40) }) },
  responses: { 200: json(done, 'It is over'), ...errorResponses(404) },
})

/** The own sessions and password. */
export function ownAccountRoutes(deps: SignInRouteDeps, guesses: BackOff) {
  const at = () => toIso(deps.clock.now())
  return createRoutes()
    .openapi(signOutEverywhere, async (context) => {
      const { account } = await mustBeSignedIn(context, deps.access)
      await deps.writer.run('endSessions', {
        accountId: account.id,
        at: at(),
        by: ownerAsAuditor(account, addressOf(context)),
        subject: account.username,
      })
      forgetSession(context, deps.publicUrl)
      return context.json({ success: true as const }, 200)
    })
    .openapi(changePassword, async (context) => {
      const { account, sessionId } = await mustBeSignedIn(context, deps.access)
      const { current, next } = context.req.valid('json')
      await mustKnowPassword(context, guesses, { account, password: current })
      await deps.writer.run('changePassword', {
        accountId: account.id,
        passwordHash: await hashPassword(next),
        keep: sessionId,
        at: at(),
        by: ownerAsAuditor(account, addressOf(context)),
      })
      return context.json({ success: true as const }, 200)
    })
    .openapi(sessions, async (context) => {
      const { account, sessionId } = await mustBeSignedIn(context, deps.access)
      const rows = await deps.db
        .selectFrom('sessions')
        .selectAll()
        .where('account_id', '=', account.id)
        .where('expires_at', '>', at())
        .orderBy('seen_at', 'desc')
        .execute()
      const data = rows.map((row) => ({
        id: row.id,
        current: row.id === sessionId,
        createdAt: row.created_at,
        seenAt: row.seen_at,
        expiresAt: row.expires_at,
        address: row.address,
        browser: row.browser,
      }))
      return context.json({ data }, 200)
    })
    .openapi(endSession, async (context) => {
      const { account } = await mustBeSignedIn(context, deps.access)
      const ended = await deps.writer.run('endSessions', {
        accountId: account.id,
        sessionId: context.req.valid('param').id,
        at: at(),
        by: ownerAsAuditor(account, addressOf(context)),
        subject: account.username,
      })
      if (ended === 0) throw new GatekeeperError('not_found', 'there is no such session')
      return context.json({ success: true as const }, 200)
    })
}
