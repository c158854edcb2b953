import { createHash, timingSafeEqual } from 'node:crypto'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context, MiddlewareHandler } from 'hono'
import ipaddr from 'ipaddr.js'
import { GatekeeperError } from '../errors.ts'
import type { AppEnv } from './env.ts'

/** What answers without a credential under `/api` (contract, section 6). */
const openPaths: ReadonlySet<string> = new Set(['/api/openapi.json', '/api/docs'])
const openFolders = ['/api/auth/', '/api/setup/', '/api/invite/', '/api/oidc/']

function isOpen(path: string): boolean {
  return openPaths.has(path) || openFolders.some((folder) => path.startsWith(folder))
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Compares in a time that tells nothing about where they differ, or how long they are. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected))
}

function bearerOf(context: Context<AppEnv>): string | undefined {
  return /^Bearer +([^\s]+) *$/i.exec(context.req.header('authorization') ?? '')?.[1]
}

function hasToken(context: Context<AppEnv>, adminToken: string | undefined): boolean {
  const given = bearerOf(context)
  return given !== undefined && adminToken !== undefined && isSame(given, adminToken)
}

/** Every path under `/api` needs a credential, also one that does not exist, but for the open ones. */
export function requireCredential(adminToken: string | undefined): MiddlewareHandler<AppEnv> {
  return async (context, next) => {
    if (isOpen(context.req.path)) return next()
    if (adminToken === undefined)
      throw new GatekeeperError(
        'unauthorized',
        'no credential exists yet: set ADMIN_TOKEN and start the server again',
      )
    if (!hasToken(context, adminToken))
      throw new GatekeeperError('unauthorized', 'send Authorization: Bearer <ADMIN_TOKEN>')
    context.set('actor', { kind: 'token', id: null, name: 'admin', role: 'admin', teams: null })
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

/** For what this machine may read without a credential, and others with one. */
export function requireLoopbackOrToken(adminToken: string | undefined): MiddlewareHandler<AppEnv> {
  return async (context, next) => {
    if (isLoopback(context) || hasToken(context, adminToken)) return next()
    throw new GatekeeperError('unauthorized', 'send Authorization: Bearer <ADMIN_TOKEN>')
  }
}
