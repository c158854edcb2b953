import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context, MiddlewareHandler } from 'hono'
import ipaddr from 'ipaddr.js'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Access, SessionHolder } from '../access/access.ts'
import { mayDo } from '../access/matrix.ts'
import type { GuardDeps } from '../access/team-guards.ts'
import { isOfOwnTeam } from '../access/team-guards.ts'
import { GatekeeperError } from '../errors.ts'
import type { Actor } from '../schema/access.ts'
import { readSession } from './cookie.ts'
import type { AppEnv } from './env.ts'
import type { Asked } from './operation.ts'
import { isFromOurPages } from './same-site.ts'

/** What answers without a credential under `/api` (contract, section 6). */
const openPaths: ReadonlySet<string> = new Set(['/api/openapi.json', '/api/docs'])
const openFolders = ['/api/auth/', '/api/setup/', '/api/invite/', '/api/oidc/']

/** Requests a minute: of all tokens of a team together, and of each account. */
const requestsPerMinute = 600

function isOpen(path: string): boolean {
  return openPaths.has(path) || openFolders.some((folder) => path.startsWith(folder))
}

function bearerOf(context: Context<AppEnv>): string | undefined {
  return /^Bearer +([^\s]+) *$/i.exec(context.req.header('authorization') ?? '')?.[1]
}

const unauthorized = (message: string) => new GatekeeperError('unauthorized', message)

export interface CredentialDeps {
  readonly access: Access
  readonly guards: GuardDeps
  readonly publicUrl: string | undefined
  readonly operationOf: (context: Context<AppEnv>) => Asked | undefined
}

/** Where a request comes from, for the audit log; null when it came through no socket. */
export function addressOf(context: Context<AppEnv>): string | null {
  if (!context.env?.incoming) return null
  return getConnInfo(context).remote.address ?? null
}

/** Whoever is signed in; undefined without a session, or when it is over. */
export async function sessionOf(
  context: Context<AppEnv>,
  access: Access,
): Promise<SessionHolder | undefined> {
  const secret = readSession(context)
  return secret === undefined ? undefined : access.bySession(secret)
}

/** @throws GatekeeperError `unauthorized` */
export async function mustBeSignedIn(
  context: Context<AppEnv>,
  access: Access,
): Promise<SessionHolder> {
  const holder = await sessionOf(context, access)
  if (!holder) throw unauthorized('sign in first')
  return holder
}

/** Looks again who is behind a request that lasts. @returns undefined once its credential is over */
async function lookAgain(context: Context<AppEnv>, access: Access): Promise<Actor | undefined> {
  const token = bearerOf(context)
  if (token !== undefined) return access.byToken(token, 'look')
  const secret = readSession(context)
  return secret === undefined ? undefined : (await access.bySession(secret, 'look'))?.actor
}

async function identify(context: Context<AppEnv>, access: Access): Promise<Actor> {
  if (context.req.header('authorization') !== undefined) {
    const token = bearerOf(context)
    const actor = token === undefined ? undefined : await access.byToken(token)
    if (!actor) throw unauthorized('this token is not known, has expired or was revoked')
    return actor
  }
  if (readSession(context) === undefined)
    throw unauthorized('sign in, or send Authorization: Bearer <token>')
  const holder = await sessionOf(context, access)
  if (!holder) throw unauthorized('this session is over: sign in again')
  context.set('session', holder)
  return holder.actor
}

function createLimit() {
  const limiter = new RateLimiterMemory({ points: requestsPerMinute, duration: 60 })
  const keyOf = ({ kind, id, teams }: Actor): string =>
    kind === 'account' ? `account ${id}` : `tokens of ${teams?.toSorted().join(' ') ?? 'all teams'}`
  return async (context: Context<AppEnv>, actor: Actor): Promise<void> => {
    if (actor.id === null) return
    try {
      await limiter.consume(keyOf(actor))
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused
      context.header('Retry-After', String(Math.max(1, Math.ceil(refused.msBeforeNext / 1000))))
      throw new GatekeeperError(
        'too_many_requests',
        `at most ${requestsPerMinute} requests a minute; see Retry-After`,
      )
    }
  }
}

const refusalOf = ({ role }: Actor, operation: string): string =>
  mayDo({ role, teams: null }, operation)
    ? 'this is for those who may see all teams'
    : `the role ${role} may not do this`

async function authorise(
  context: Context<AppEnv>,
  deps: CredentialDeps,
  actor: Actor,
): Promise<void> {
  const asked = deps.operationOf(context)
  // an address that is not there says so itself
  if (asked === undefined) return
  const { operation, params } = asked
  if (!mayDo(actor, operation)) throw new GatekeeperError('forbidden', refusalOf(actor, operation))
  const query = context.req.query()
  if (!(await isOfOwnTeam(deps.guards, { operation, actor, params, query })))
    throw new GatekeeperError('not_found', 'there is no such thing, or not in your teams')
}

/**
 * Every path under `/api` needs a credential, also one that does not exist, but for the open ones.
 * Refuses in the order of the contract: credential, role, team, origin.
 */
export function requireCredential(deps: CredentialDeps): MiddlewareHandler<AppEnv> {
  const limit = createLimit()
  const mustBeOurs = (context: Context<AppEnv>) => {
    if (isFromOurPages(context, deps.publicUrl)) return
    throw new GatekeeperError('forbidden', 'this request comes from another site')
  }
  return async (context, next) => {
    if (isOpen(context.req.path)) {
      mustBeOurs(context)
      return next()
    }
    const actor = await identify(context, deps.access)
    await limit(context, actor)
    await authorise(context, deps, actor)
    if (actor.kind === 'account') mustBeOurs(context)
    context.set('actor', actor)
    context.set('lookAgain', () => lookAgain(context, deps.access))
    return next()
  }
}

/** A process on this machine, and not a proxy that passes on somebody else's request. */
function isLoopback(context: Context<AppEnv>): boolean {
  const forwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via']
  if (!context.env?.incoming || forwarded.some((name) => context.req.header(name))) return false
  const address = getConnInfo(context).remote.address
  return (
    address !== undefined &&
    ipaddr.isValid(address) &&
    ipaddr.process(address).range() === 'loopback'
  )
}

/** For what this machine may read without a credential, and others with a token. */
export function requireLoopbackOrToken(access: Access): MiddlewareHandler<AppEnv> {
  return async (context, next) => {
    const token = bearerOf(context)
    if (isLoopback(context) || (token !== undefined && (await access.byToken(token)))) return next()
    throw unauthorized('send Authorization: Bearer <token>')
  }
}
