import { createRoute, z } from '@hono/zod-openapi'
import { meOf } from '../../access/access.ts'
import { ownerAsAuditor } from '../../access/sign-in.ts'
import { toIso } from '../../clock.ts'
import { GatekeeperError } from '../../errors.ts'
import { authStateSchema, meSchema } from '../../schema/access.ts'
import { addressOf, sessionOf } from '../auth.ts'
import { forgetSession } from '../cookie.ts'
import { errorResponses } from '../errors.ts'
import { body, createRoutes, done, json } from '../route-parts.ts'
import type { SignInRouteDeps } from './deps.ts'
import { begin, waitFor } from './deps.ts'

const open = { tags: ['Sign-in'], security: [] }

const state = createRoute({
  ...open,
  method: 'get',
  path: '/api/auth/state',
  operationId: 'getAuthState',
  summary: 'Who is signed in, and how one can',
  responses: { 200: json(authStateSchema, 'As things are'), ...errorResponses() },
})
const signIn = createRoute({
  ...open,
  method: 'post',
  path: '/api/auth/sign-in',
  operationId: 'signIn',
  summary: 'Sign in',
  description:
    'Sets the session cookie. 401 `unauthorized` with `triesLeft`; 401 `totp_required` when the code of the ' +
    'authenticator app, or a recovery code, is missing or wrong; 429 after five wrong tries in a quarter of an hour.',
  request: {
    body: body(
      z.strictObject({
        username: z.string().trim().min(1).max(200),
        password: z.string().min(1).max(200),
        code: z.string().trim().min(1).max(40).optional(),
      }),
    ),
  },
  responses: { 200: json(meSchema, 'Signed in'), ...errorResponses(400) },
})
const signOut = createRoute({
  ...open,
  method: 'post',
  path: '/api/auth/sign-out',
  operationId: 'signOut',
  summary: 'Sign out',
  responses: { 200: json(done, 'The session is over'), ...errorResponses() },
})

/** Signing in and out. */
export function enteringRoutes(deps: SignInRouteDeps) {
  return createRoutes()
    .openapi(state, async (context) => {
      const holder = await sessionOf(context, deps.access)
      const oidc = deps.oidcName === undefined ? null : { name: deps.oidcName }
      const me = holder ? meOf(holder.account) : null
      return context.json({ needsSetup: await deps.access.needsSetup(), oidc, me }, 200)
    })
    .openapi(signIn, async (context) => {
      const address = addressOf(context)
      const result = await deps.signIn({ ...context.req.valid('json'), address })
      if (result.kind === 'ok') return context.json(await begin(deps, context, result), 200)
      if (result.kind === 'wait') throw waitFor(context, result.waitMs)
      const details = { triesLeft: result.left }
      if (result.kind === 'wrong')
        throw new GatekeeperError('unauthorized', 'that name and password do not match', {
          details,
        })
      const message = result.isWrong
        ? 'that code is not right, or was used before'
        : 'send the code of your authenticator app too'
      throw new GatekeeperError('totp_required', message, { details })
    })
    .openapi(signOut, async (context) => {
      const holder = await sessionOf(context, deps.access)
      if (holder)
        await deps.writer.run('endSessions', {
          accountId: holder.account.id,
          sessionId: holder.sessionId,
          at: toIso(deps.clock.now()),
          by: ownerAsAuditor(holder.account, addressOf(context)),
          subject: holder.account.username,
        })
      forgetSession(context, deps.publicUrl)
      return context.json({ success: true as const }, 200)
    })
}
