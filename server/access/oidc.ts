import * as client from 'openid-client'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Role } from '../schema/access.ts'
import { roles } from '../schema/access.ts'
import type { SecretBox } from './secret-box.ts'

/** How people sign in elsewhere (OIDC_… in the environment). */
export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string | undefined
  /** On the button. */
  readonly name: string
  readonly roleClaim: string
  /** Value of the claim → role; without an entry a value that is a role's name counts. */
  readonly roleMap: ReadonlyMap<string, Role>
  readonly teamsClaim: string | undefined
}

/** What a provider says of somebody who signed in there. */
export interface Profile {
  /** Issuer and subject: who somebody is, whatever the name. */
  readonly subject: string
  readonly username: string
  readonly name: string
  readonly role: Role
  readonly teams: readonly string[] | null
}

/** Why signing in elsewhere did not work; shown on the sign-in page. */
export type OidcProblem = 'unreachable' | 'refused' | 'expired' | 'no_role' | 'no_team'

export class OidcError extends Error {
  override readonly name = 'OidcError'
  readonly problem: OidcProblem

  constructor(problem: OidcProblem, cause?: unknown) {
    super(`sign-in at the provider: ${problem}`, { cause })
    this.problem = problem
  }
}

export interface Oidc {
  readonly name: string
  /** @returns where to send the browser, and what its cookie must hold until it is back */
  begin(input: { redirectUri: string; returnTo: string }): Promise<{ url: URL; cookie: string }>
  /** @throws OidcError */
  finish(input: { url: URL; cookie: string }): Promise<{ profile: Profile; returnTo: string }>
}

const tripSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  at: z.number(),
})
/** Signing in elsewhere takes no longer. */
const tripMs = 10 * 60_000

const listOf = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string')
  return typeof value === 'string' ? value.split(/[\s,]+/).filter((item) => item !== '') : []
}

const isRole = (name: string): name is Role => roles.some((role) => role === name)

/** The most that any of the claim's values allows. */
function roleOf(claims: Record<string, unknown>, settings: OidcSettings): Role | undefined {
  const given = listOf(claims[settings.roleClaim]).flatMap((value) => {
    const mapped = settings.roleMap.get(value)
    if (mapped) return mapped
    return settings.roleMap.size === 0 && isRole(value) ? value : []
  })
  return roles.find((role) => given.includes(role))
}

const textOf = (...values: unknown[]): string | undefined =>
  values.find((value): value is string => typeof value === 'string' && value.trim() !== '')

function profileOf(claims: Record<string, unknown>, settings: OidcSettings): Profile {
  const role = roleOf(claims, settings)
  if (!role) throw new OidcError('no_role')
  const teams = settings.teamsClaim === undefined ? null : listOf(claims[settings.teamsClaim])
  if (teams?.length === 0 && role !== 'admin') throw new OidcError('no_team')
  const subject = `${settings.issuer} ${String(claims['sub'])}`
  const username = textOf(claims['preferred_username'], claims['email'], claims['sub']) ?? subject
  const name = textOf(claims['name'], claims['preferred_username'], claims['email']) ?? username
  return {
    subject,
    username: username.slice(0, 100),
    name: name.slice(0, 100),
    role,
    teams: teams?.length === 0 ? null : teams,
  }
}

const isLoopback = (url: URL): boolean => /^(127\.0\.0\.1|\[::1\]|localhost)$/.test(url.hostname)

/** Reads the provider's description when it is first needed; one that could not be read is tried again. */
function connector(settings: OidcSettings): () => Promise<client.Configuration> {
  let known: Promise<client.Configuration> | undefined
  const issuer = new URL(settings.issuer)
  // without TLS only on this machine, where a provider can be tried out
  const execute =
    issuer.protocol === 'http:' && isLoopback(issuer) ? [client.allowInsecureRequests] : []
  const { clientId, clientSecret } = settings
  return () => {
    known ??= client
      .discovery(issuer, clientId, clientSecret, undefined, { execute, timeout: 5 })
      .catch((error: unknown) => {
        known = undefined
        throw new OidcError('unreachable', error)
      })
    return known
  }
}

/** OpenID Connect: authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0). */
export function createOidc(settings: OidcSettings, deps: { box: SecretBox; clock: Clock }): Oidc {
  const { box, clock } = deps
  const connect = connector(settings)

  function readTrip(cookie: string) {
    try {
      const trip = tripSchema.parse(JSON.parse(box.open(cookie)))
      if (clock.now() - trip.at <= tripMs) return trip
    } catch (error) {
      throw new OidcError('expired', error)
    }
    throw new OidcError('expired')
  }

  return {
    name: settings.name,
    async begin({ redirectUri, returnTo }) {
      const config = await connect()
      const verifier = client.randomPKCECodeVerifier()
      const state = client.randomState()
      const nonce = client.randomNonce()
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid profile email',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      })
      const trip = { state, nonce, verifier, returnTo, at: clock.now() }
      return { url, cookie: box.seal(JSON.stringify(trip)) }
    },
    async finish({ url, cookie }) {
      const trip = readTrip(cookie)
      const config = await connect()
      try {
        const tokens = await client.authorizationCodeGrant(config, url, {
          pkceCodeVerifier: trip.verifier,
          expectedState: trip.state,
          expectedNonce: trip.nonce,
          idTokenExpected: true,
        })
        const claims = tokens.claims() ?? { sub: '' }
        const more = config.serverMetadata().userinfo_endpoint
          ? await client.fetchUserInfo(config, tokens.access_token, claims.sub)
          : {}
        const profile = profileOf({ ...more, ...claims }, settings)
        return { profile, returnTo: trip.returnTo }
      } catch (error) {
        if (error instanceof OidcError) throw error
        throw new OidcError('refused', error)
      }
    },
  }
}
