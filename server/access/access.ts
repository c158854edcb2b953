import { timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { AccountRow } from '../db/tables.ts'
import type { Writer } from '../db/writer.ts'
import type { Logger } from '../logger.ts'
import type { Actor, Me, Role } from '../schema/access.ts'
import { operationsOf } from './matrix.ts'
import { hashSecret, newId, newSecret } from './secrets.ts'

const hourMs = 60 * 60_000
/** A session nobody uses ends after this, one that is used after `longestMs`. */
const idleMs = 12 * hourMs
const longestMs = 30 * 24 * hourMs
/** That somebody was here is written down at most this often. */
const touchEveryMs = 60_000

/** Who is behind a cookie. */
export interface SessionHolder {
  readonly actor: Actor
  readonly sessionId: string
  readonly account: AccountRow
}

/** Where a request comes from. */
export interface Origin {
  readonly address: string | null
  readonly browser: string | null
}

/** A look again at who follows the live feed is no use of a credential: it keeps no session alive. */
export type Use = 'request' | 'look'

/** Finds out who makes a request. */
export interface Access {
  /** @returns undefined for a token that is unknown, expired or revoked */
  byToken(secret: string, use?: Use): Promise<Actor | undefined>
  /** @returns undefined for a session that is over, or whose account is disabled */
  bySession(secret: string, use?: Use): Promise<SessionHolder | undefined>
  /** Begins a session. @returns its secret, for the cookie, and until when it may last */
  open(account: AccountRow, how: string, origin: Origin): Promise<{ secret: string; until: Date }>
  /** Whether there is an account that can sign in. */
  needsSetup(): Promise<boolean>
}

export interface AccessDeps {
  readonly db: Db
  readonly writer: Writer
  readonly clock: Clock
  readonly log: Logger
  /** ADMIN_TOKEN. */
  readonly adminToken: string | undefined
}

// written by the commands of this application alone, as JSON or null
const teamsOf = (json: string | null): string[] | null =>
  json === null ? null : (JSON.parse(json) as string[])

export const actorOf = ({ id, username, role, teams }: AccountRow): Actor => ({
  kind: 'account',
  id,
  name: username,
  role,
  teams: teamsOf(teams),
})

/** The account as its owner sees it. */
export function meOf(account: AccountRow): Me {
  const { id, username, name, role } = account
  const teams = teamsOf(account.teams)
  return {
    id,
    username,
    name,
    role,
    teams,
    totp: account.totp_secret !== null,
    signsInBy: account.oidc_subject === null ? 'password' : 'single sign-on',
    operations: operationsOf({ role, teams }),
  }
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [hashSecret(given), hashSecret(expected)].map((text) => Buffer.from(text))
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}

export function createAccess(deps: AccessDeps): Access {
  const { db, writer, clock, log, adminToken } = deps
  const later = (work: Promise<unknown>): void => {
    work.catch((err: unknown) => log.warn({ err }, 'the use of a credential was not noted'))
  }

  async function byToken(secret: string, use: Use = 'request'): Promise<Actor | undefined> {
    if (adminToken !== undefined && isSame(secret, adminToken))
      return { kind: 'token', id: null, name: 'admin', role: 'admin', teams: null }
    const tokens = db.selectFrom('tokens').selectAll().where('hash', '=', hashSecret(secret))
    const token = await tokens.where('revoked_at', 'is', null).executeTakeFirst()
    const at = toIso(clock.now())
    if (!token || (token.expires_at !== null && token.expires_at <= at)) return undefined
    const isDue =
      token.used_at === null || Date.parse(at) - Date.parse(token.used_at) > touchEveryMs
    if (use === 'request' && isDue) later(writer.run('touchToken', { id: token.id, at }))
    const { id, name, role } = token
    return { kind: 'token', id, name, role, teams: teamsOf(token.teams) }
  }

  async function bySession(
    secret: string,
    use: Use = 'request',
  ): Promise<SessionHolder | undefined> {
    const now = clock.now()
    const session = await db
      .selectFrom('sessions')
      .selectAll()
      .where('hash', '=', hashSecret(secret))
      .where('expires_at', '>', toIso(now))
      .executeTakeFirst()
    if (!session) return undefined
    const account = await db
      .selectFrom('accounts')
      .selectAll()
      .where('id', '=', session.account_id)
      .where('disabled_at', 'is', null)
      .executeTakeFirst()
    if (!account) return undefined
    if (use === 'request' && now - Date.parse(session.seen_at) > touchEveryMs) {
      const until = Math.min(now + idleMs, Date.parse(session.created_at) + longestMs)
      later(writer.run('touchSession', { id: session.id, at: toIso(now), expiresAt: toIso(until) }))
    }
    return { actor: actorOf(account), sessionId: session.id, account }
  }

  return {
    byToken,
    bySession,
    async open(account, how, { address, browser }) {
      const secret = newSecret('cgs')
      const now = clock.now()
      await writer.run('openSession', {
        id: newId(),
        hash: hashSecret(secret),
        accountId: account.id,
        at: toIso(now),
        expiresAt: toIso(now + idleMs),
        address,
        browser: browser?.slice(0, 200) ?? null,
        by: { kind: 'account', id: account.id, name: account.username, address },
        how,
      })
      return { secret, until: new Date(now + longestMs) }
    },
    async needsSetup() {
      const any = await db
        .selectFrom('accounts')
        .select(sql<number>`1`.as('one'))
        .limit(1)
        .executeTakeFirst()
      return any === undefined
    },
  }
}

/** A role and the teams it is for, as OpenID Connect claims or a form give them. */
export interface Grant {
  readonly role: Role
  readonly teams: readonly string[] | null
}
