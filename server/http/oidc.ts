import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Access } from '../access/access.ts'
import type { Oidc, Profile } from '../access/oidc.ts'
import { OidcError } from '../access/oidc.ts'
import { newId } from '../access/secrets.ts'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { AccountRow } from '../db/tables.ts'
import type { Writer } from '../db/writer.ts'
import type { Logger } from '../logger.ts'
import { addressOf } from './auth.ts'
import { writeSession } from './cookie.ts'
import type { AppEnv } from './env.ts'

export interface OidcRouteDeps {
  readonly oidc: Oidc | undefined
  readonly access: Access
  readonly db: Db
  readonly writer: Writer
  readonly clock: Clock
  readonly log: Logger
  readonly publicUrl: string | undefined
}

const tripCookie = 'callgate_oidc'
const redirect = { 302: { description: 'To the provider, or back to the web app' } }
const start = createRoute({
  method: 'get',
  path: '/api/oidc/start',
  operationId: 'startOidc',
  tags: ['Sign-in'],
  summary: 'Sign in at the identity provider',
  security: [],
  request: { query: z.object({ return: z.string().max(500).optional() }) },
  responses: redirect,
})
const callback = createRoute({
  method: 'get',
  path: '/api/oidc/callback',
  operationId: 'finishOidc',
  tags: ['Sign-in'],
  summary: 'Back from the identity provider',
  description: 'Sets the session cookie, or goes to `/sign-in?problem=…`.',
  security: [],
  responses: redirect,
})

/** Addresses within the web app only, or a link could send people anywhere. */
const isOwnPath = (path: string | undefined): path is string =>
  path !== undefined && /^\/(?![/\\])/.test(path)

const baseOf = (context: Context<AppEnv>, publicUrl: string | undefined): string =>
  publicUrl ?? new URL(context.req.url).origin

const problemPage = (problem: string): string => `/sign-in?problem=${problem}`

/** The account of a profile: made at the first sign-in, and as the provider says at each later one. */
async function accountOf(
  deps: OidcRouteDeps,
  profile: Profile,
  address: string | null,
): Promise<AccountRow | 'taken' | 'disabled'> {
  const bySubject = () =>
    deps.db
      .selectFrom('accounts')
      .selectAll()
      .where('oidc_subject', '=', profile.subject)
      .executeTakeFirst()
  const at = toIso(deps.clock.now())
  const known = await bySubject()
  if (known?.disabled_at) return 'disabled'
  const { name, role, teams, username } = profile
  if (known) {
    await deps.writer.run('refreshFromProvider', { accountId: known.id, name, role, teams, at })
  } else {
    const result = await deps.writer.run('createAccount', {
      id: newId(),
      username,
      name,
      role,
      teams,
      passwordHash: null,
      oidcSubject: profile.subject,
      at,
      by: { kind: 'system', id: null, name: 'single sign-on', address },
      operation: 'createAccount',
    })
    // somebody else has that name here: being called the same is not being the same
    if (result !== 'created') return (await bySubject()) ?? 'taken'
  }
  return (await bySubject()) ?? 'taken'
}

/** Signing in at an identity provider. */
export function oidcRoutes(deps: OidcRouteDeps) {
  const { oidc, publicUrl } = deps
  return new OpenAPIHono<AppEnv>()
    .openapi(start, async (context) => {
      if (!oidc) return context.redirect(problemPage('unreachable'))
      const wanted = context.req.query('return')
      try {
        const { url, cookie } = await oidc.begin({
          redirectUri: `${baseOf(context, publicUrl)}/api/oidc/callback`,
          returnTo: isOwnPath(wanted) ? wanted : '/',
        })
        setCookie(context, tripCookie, cookie, {
          path: '/api/oidc',
          httpOnly: true,
          sameSite: 'Lax',
          secure: publicUrl?.startsWith('https:') ?? false,
          maxAge: 600,
        })
        return context.redirect(url.href)
      } catch (err) {
        deps.log.warn({ err }, 'the identity provider cannot be asked')
        return context.redirect(problemPage('unreachable'))
      }
    })
    .openapi(callback, async (context) => {
      const cookie = getCookie(context, tripCookie)
      deleteCookie(context, tripCookie, { path: '/api/oidc' })
      if (!oidc || cookie === undefined) return context.redirect(problemPage('expired'))
      try {
        const { search } = new URL(context.req.url)
        const url = new URL(`/api/oidc/callback${search}`, baseOf(context, publicUrl))
        const { profile, returnTo } = await oidc.finish({ url, cookie })
        const address = addressOf(context)
        const account = await accountOf(deps, profile, address)
        if (typeof account === 'string') return context.redirect(problemPage(account))
        const browser = context.req.header('user-agent') ?? null
        const session = await deps.access.open(account, 'single sign-on', { address, browser })
        writeSession(context, session, publicUrl)
        return context.redirect(returnTo)
      } catch (error) {
        if (!(error instanceof OidcError)) throw error
        deps.log.warn({ problem: error.problem }, 'signing in at the provider did not work')
        return context.redirect(problemPage(error.problem))
      }
    })
}
