import { createRoute, z } from '@hono/zod-openapi'
import type { BackOff } from '../../access/back-off.ts'
import { hashSecret } from '../../access/secrets.ts'
import { ownerAsAuditor } from '../../access/sign-in.ts'
import { newRecoveryCodes, newTotp, stepOf } from '../../access/totp.ts'
import { toIso } from '../../clock.ts'
import { GatekeeperError } from '../../errors.ts'
import { addressOf, mustBeSignedIn } from '../auth.ts'
import { errorResponses } from '../errors.ts'
import { body, createRoutes, done, json } from '../route-parts.ts'
import type { SignInRouteDeps } from './deps.ts'
import { mustKnowPassword } from './password.ts'

const own = { tags: ['Sign-in'], security: [{ session: [] }] }

const beginTotp = createRoute({
  ...own,
  method: 'post',
  path: '/api/auth/totp/start',
  operationId: 'beginTotp',
  summary: 'Begin the second step: a secret for an authenticator app',
  responses: {
    200: json(z.object({ secret: z.string(), uri: z.string() }), 'Confirm it with a code'),
    ...errorResponses(409),
  },
})
const codeBody = body(z.strictObject({ code: z.string().trim().min(1).max(40) }))
const confirmTotp = createRoute({
  ...own,
  method: 'post',
  path: '/api/auth/totp/confirm',
  operationId: 'confirmTotp',
  summary: 'Turn the second step on',
  request: { body: codeBody },
  responses: {
    200: json(z.object({ recoveryCodes: z.array(z.string()) }), 'Each is good once; shown once'),
    ...errorResponses(400, 409),
  },
})
const endTotp = createRoute({
  ...own,
  method: 'post',
  path: '/api/auth/totp/off',
  operationId: 'endTotp',
  summary: 'Turn the second step off',
  request: { body: body(z.strictObject({ password: z.string().max(200) })) },
  responses: { 200: json(done, 'It is off'), ...errorResponses(400) },
})

/** The code of an authenticator app beside the password. */
export function secondStepRoutes(deps: SignInRouteDeps, guesses: BackOff) {
  const at = () => toIso(deps.clock.now())
  return createRoutes()
    .openapi(beginTotp, async (context) => {
      const { account } = await mustBeSignedIn(context, deps.access)
      if (account.totp_secret !== null)
        throw new GatekeeperError('conflict', 'the second step is on: turn it off first')
      const { secret, uri } = newTotp(account.username)
      await deps.writer.run('beginTotp', { accountId: account.id, sealed: deps.box.seal(secret) })
      return context.json({ secret, uri }, 200)
    })
    .openapi(confirmTotp, async (context) => {
      const { account } = await mustBeSignedIn(context, deps.access)
      if (account.totp_pending === null)
        throw new GatekeeperError('conflict', 'begin the second step first')
      const { code } = context.req.valid('json')
      const step = stepOf(deps.box.open(account.totp_pending), code, deps.clock.now())
      if (step === undefined)
        throw new GatekeeperError('bad_request', 'that code is not right: is the phone’s clock?')
      const recoveryCodes = newRecoveryCodes()
      await deps.writer.run('confirmTotp', {
        accountId: account.id,
        step,
        codes: recoveryCodes.map(hashSecret),
        at: at(),
        by: ownerAsAuditor(account, addressOf(context)),
      })
      return context.json({ recoveryCodes }, 200)
    })
    .openapi(endTotp, async (context) => {
      const { account } = await mustBeSignedIn(context, deps.access)
      const { password } = context.req.valid('json')
      await mustKnowPassword(context, guesses, { account, password })
      await deps.writer.run('endTotp', {
        accountId: account.id,
        at: at(),
        by: ownerAsAuditor(account, addressOf(context)),
      })
      return context.json({ success: true as const }, 200)
    })
}
