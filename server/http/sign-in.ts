import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Access } from '../access/access.ts'
import { meOf } from '../access/access.ts'
import { hashPassword, isPassword } from '../access/passwords.ts'
import type { SecretBox } from '../access/secret-box.ts'
import { hashSecret, newId } from '../access/secrets.ts'
import type { SignIn } from '../access/sign-in.ts'
import { ownerAsAuditor } from '../access/sign-in.ts'
import { newRecoveryCodes, newTotp, stepOf } from '../access/totp.ts'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { AccountRow } from '../db/tables.ts'
import type { Writer } from '../db/writer.ts'
import { GatekeeperError } from '../errors.ts'
import {
  authStateSchema,
  displayNameSchema,
  meSchema,
  passwordSchema,
  roleSchema,
  sessionSchema,
  usernameSchema,
} from '../schema/access.ts'
import { addressOf, mustBeSignedIn, sessionOf } from './auth.ts'
import { forgetSession, writeSession } from './cookie.ts'
import type { AppEnv } from './env.ts'
import { errorResponses } from './errors.ts'
import { body, createRoutes, done, json } from './route-parts.ts'

export interface SignInRouteDeps {
  readonly access: Access
  readonly signIn: SignIn
  readonly box: SecretBox
  readonly db: Db
  readonly writer: Writer
  readonly clock: Clock
  /** What the button for signing in elsewhere says; undefined without one. */
  readonly oidcName: string | undefined
  readonly publicUrl: string | undefined
}

const tags = ['Sign-in']
const open = { tags, security: [] }
const own = { tags, security: [{ session: [] }] }

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

function waitFor(context: Context<AppEnv>, waitMs: number): GatekeeperError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000))
  context.header('Retry-After', String(seconds))
  return new GatekeeperError('too_many_requests', 'too many wrong tries; see Retry-After', {
    details: { retryAfterSeconds: seconds },
  })
}

async function begin(
  deps: SignInRouteDeps,
  context: Context<AppEnv>,
  { account, how }: { account: AccountRow; how: string },
) {
  const browser = context.req.header('user-agent') ?? null
  const session = await deps.access.open(account, how, { address: addressOf(context), browser })
  writeSession(context, session, deps.publicUrl)
  return meOf(account)
}

const linkOf = (deps: SignInRouteDeps, token: string) =>
  deps.db
    .selectFrom('access_links')
    .selectAll()
    .where('hash', '=', hashSecret(token))
    .where('expires_at', '>', toIso(deps.clock.now()))
    .executeTakeFirst()

const accountById = (deps: SignInRouteDeps, id: string) =>
  deps.db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

function enteringRoutes(deps: SignInRouteDeps) {
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

function linkRoutes(deps: SignInRouteDeps) {
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

/** Asks for the own password once more, before something that cannot be taken back. */
async function mustKnowPassword(account: AccountRow, password: string): Promise<void> {
  if (await isPassword(account.password_hash, password)) return
  throw new GatekeeperError('bad_request', 'that is not your password now')
}

function ownAccountRoutes(deps: SignInRouteDeps) {
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
      await mustKnowPassword(account, current)
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

function secondStepRoutes(deps: SignInRouteDeps) {
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
      await mustKnowPassword(account, context.req.valid('json').password)
      await deps.writer.run('endTotp', {
        accountId: account.id,
        at: at(),
        by: ownerAsAuditor(account, addressOf(context)),
      })
      return context.json({ success: true as const }, 200)
    })
}

/** Signing in and out, one-time links, and what everybody does with the own account. */
export function signInRoutes(deps: SignInRouteDeps) {
  return createRoutes()
    .route('/', enteringRoutes(deps))
    .route('/', linkRoutes(deps))
    .route('/', ownAccountRoutes(deps))
    .route('/', secondStepRoutes(deps))
}
