import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import type { OidcSettings } from './access/oidc.ts'
import { roleSchema } from './schema/access.ts'

const text = z.string().trim().min(1).optional()
const url = z.url({ protocol: /^https?$/ }).optional()
const list = z
  .string()
  .transform((value) => value.split(',').map((part) => part.trim()))
  .transform((parts) => parts.filter((part) => part !== ''))

const roleMap = list.default([]).transform((pairs, context) => {
  const entries = pairs.map((pair) => {
    const cut = pair.lastIndexOf('=')
    return [
      pair.slice(0, cut).trim(),
      roleSchema.safeParse(pair.slice(cut + 1).trim()).data,
    ] as const
  })
  const known = entries.flatMap(([value, role]) => (role && value ? [[value, role] as const] : []))
  if (known.length < entries.length) context.addIssue({ code: 'custom', message: 'not value=role' })
  return new Map(known)
})

const isZone = (zone: string): boolean => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  } catch {
    return false
  }
}

/** One line for each variable: its form, its default, and what is said when it is wrong. */
const environmentSchema = z.object({
  HOST: z.string().trim().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8787),
  DATABASE_URL: z.string().trim().min(1).default('data/callgate.db'),
  POLICIES_DIR: z.string().trim().min(1).default('policies'),
  SEEDS_DIR: z.string().trim().min(1).default('seeds'),
  REPORT_ZONE: z.string().trim().refine(isZone).default('UTC'),
  RING_WINDOW_SECONDS: z.coerce.number().min(5).max(60).default(30),
  META_APP_SECRET: list.optional(),
  META_VERIFY_TOKEN: text,
  META_ACCESS_TOKEN: text,
  META_GRAPH_URL: z.url({ protocol: /^https?$/ }).default('https://graph.facebook.com'),
  META_GRAPH_VERSION: z
    .string()
    .regex(/^v\d{1,3}\.\d$/)
    .default('v26.0'),
  WAHA_URL: url,
  WAHA_API_KEY: text,
  WAHA_HMAC_KEY: list.optional(),
  WAWP_URL: url,
  WAWP_INSTANCE_ID: text,
  WAWP_ACCESS_TOKEN: text,
  WAWP_WEBHOOK_TOKEN: list.optional(),
  CRM_URL: url,
  CRM_TOKEN: text,
  OUTGOING_ALLOW: list.default([]),
  PUBLIC_URL: url,
  ADMIN_PASSWORD: text,
  ADMIN_TOKEN: text,
  SECRET_KEY: z.string().trim().min(16).optional(),
  OIDC_ISSUER: url,
  OIDC_CLIENT_ID: text,
  OIDC_CLIENT_SECRET: text,
  OIDC_NAME: z.string().trim().min(1).max(40).default('single sign-on'),
  OIDC_ROLE_CLAIM: z.string().trim().min(1).default('roles'),
  OIDC_ROLE_MAP: roleMap,
  OIDC_TEAMS_CLAIM: text,
  FOLLOW_UP_GAP_MINUTES: z.coerce.number().min(0).max(10_080).default(10),
  FOLLOW_UP_DAILY_CAP: z.coerce.number().int().min(0).max(1000).default(3),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
})
export type EnvironmentName = keyof z.infer<typeof environmentSchema>

const expected: Record<EnvironmentName, string> = {
  HOST: 'an address to listen on, e.g. 127.0.0.1',
  PORT: 'a port number, 0 to 65535',
  DATABASE_URL: 'a path, file:<path> or :memory:',
  POLICIES_DIR: 'a folder',
  SEEDS_DIR: 'a folder',
  REPORT_ZONE: 'a time zone such as Europe/Paris',
  RING_WINDOW_SECONDS: 'seconds, 5 to 60',
  META_APP_SECRET: 'the app secret; several separated by commas while rotating',
  META_VERIFY_TOKEN: 'the verify token you gave to Meta',
  META_ACCESS_TOKEN: 'an access token',
  META_GRAPH_URL: 'an http or https address',
  META_GRAPH_VERSION: 'a version such as v26.0',
  WAHA_URL: 'an http or https address',
  WAHA_API_KEY: "WAHA's API key",
  WAHA_HMAC_KEY: "the key of WAHA's webhook signatures",
  WAWP_URL: 'an http or https address',
  WAWP_INSTANCE_ID: "Wawp's instance id",
  WAWP_ACCESS_TOKEN: "Wawp's access token",
  WAWP_WEBHOOK_TOKEN: 'the secret last part of the webhook address',
  CRM_URL: 'an http or https address',
  CRM_TOKEN: "the CRM's bearer token",
  OUTGOING_ALLOW: 'hosts or CIDRs separated by commas, e.g. crm.internal,10.1.0.0/16',
  PUBLIC_URL: 'the http or https address under which the world reaches this server',
  ADMIN_PASSWORD: 'a password',
  ADMIN_TOKEN: 'a token',
  SECRET_KEY: 'at least 16 characters',
  OIDC_ISSUER: 'the http or https address of the identity provider',
  OIDC_CLIENT_ID: 'the client id, together with OIDC_ISSUER',
  OIDC_CLIENT_SECRET: 'the client secret',
  OIDC_NAME: 'what the sign-in button says, 1 to 40 characters',
  OIDC_ROLE_CLAIM: 'the name of a claim',
  OIDC_ROLE_MAP: 'value=role pairs separated by commas, e.g. gate-admins=admin,support=agent',
  OIDC_TEAMS_CLAIM: 'the name of a claim',
  FOLLOW_UP_GAP_MINUTES: 'minutes, 0 to 10080',
  FOLLOW_UP_DAILY_CAP: 'messages per person and day, 0 to 1000',
  LOG_LEVEL: 'fatal, error, warn, info, debug, trace or silent',
}

/** Everything that is configured, grouped. Made once, by {@link readConfig}. */
export interface Config {
  readonly host: string
  readonly port: number
  readonly databasePath: string
  /** The database is thrown away at the end. */
  readonly databaseIsTemporary: boolean
  readonly policiesDir: string
  readonly seedsDir: string
  readonly reportZone: string
  readonly ringWindowSeconds: number
  readonly meta: {
    readonly appSecrets: readonly string[]
    readonly verifyToken: string | undefined
    readonly accessToken: string | undefined
    readonly graphUrl: string
    readonly graphVersion: string
  }
  readonly waha: {
    readonly url: string | undefined
    readonly apiKey: string | undefined
    readonly hmacKeys: readonly string[]
  }
  readonly wawp: {
    readonly url: string | undefined
    readonly instanceId: string | undefined
    readonly accessToken: string | undefined
    readonly webhookTokens: readonly string[]
  }
  readonly crm: { readonly url: string | undefined; readonly token: string | undefined }
  readonly outgoingAllow: readonly string[]
  readonly publicUrl: string | undefined
  readonly adminPassword: string | undefined
  readonly adminToken: string | undefined
  /** What secrets at rest are sealed with; a key file beside the database without it. */
  readonly secretKey: string | undefined
  /** Signing in at an identity provider; undefined without one. */
  readonly oidc: OidcSettings | undefined
  readonly followUp: { readonly gapMinutes: number; readonly dailyCap: number }
  readonly logLevel: string
}

/** A wrong environment variable; the message is one line that names it and what is expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

function databasePath(value: string): { path: string; temporary: boolean } {
  if (value === ':memory:') {
    const folder = mkdtempSync(join(tmpdir(), 'callgate-'))
    return { path: join(folder, `${randomBytes(4).toString('hex')}.db`), temporary: true }
  }
  const path = value.startsWith('file:') ? value.slice('file:'.length) : value
  if (path === '' || /^[a-z][a-z0-9+.-]+:/i.test(path))
    throw new ConfigError(`DATABASE_URL: expected ${expected.DATABASE_URL}`)
  const full = resolve(path)
  try {
    mkdirSync(dirname(full), { recursive: true })
  } catch {
    throw new ConfigError('DATABASE_URL: its folder cannot be created')
  }
  return { path: full, temporary: false }
}

function oidcSettings(env: z.infer<typeof environmentSchema>): OidcSettings | undefined {
  if (env.OIDC_ISSUER === undefined) return undefined
  if (env.OIDC_CLIENT_ID === undefined)
    throw new ConfigError(`OIDC_CLIENT_ID: expected ${expected.OIDC_CLIENT_ID}`)
  return {
    issuer: env.OIDC_ISSUER,
    clientId: env.OIDC_CLIENT_ID,
    clientSecret: env.OIDC_CLIENT_SECRET,
    name: env.OIDC_NAME,
    roleClaim: env.OIDC_ROLE_CLAIM,
    roleMap: env.OIDC_ROLE_MAP,
    teamsClaim: env.OIDC_TEAMS_CLAIM,
  }
}

/**
 * Reads the configuration from environment variables; empty ones count as absent.
 * @throws ConfigError naming the first wrong variable
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const filled = Object.fromEntries(
    Object.keys(expected).flatMap((name) => {
      const value = environment[name]
      return value === undefined || value.trim() === '' ? [] : [[name, value]]
    }),
  )
  const parsed = environmentSchema.safeParse(filled)
  if (!parsed.success) {
    const name = String(parsed.error.issues[0]?.path[0])
    const what = Object.hasOwn(expected, name) ? expected[name as EnvironmentName] : 'another value'
    throw new ConfigError(`${name}: expected ${what}`)
  }
  const env = parsed.data
  const database = databasePath(env.DATABASE_URL)
  return {
    host: env.HOST,
    port: env.PORT,
    databasePath: database.path,
    databaseIsTemporary: database.temporary,
    policiesDir: resolve(env.POLICIES_DIR),
    seedsDir: resolve(env.SEEDS_DIR),
    reportZone: env.REPORT_ZONE,
    ringWindowSeconds: env.RING_WINDOW_SECONDS,
    meta: {
      appSecrets: env.META_APP_SECRET ?? [],
      verifyToken: env.META_VERIFY_TOKEN,
      accessToken: env.META_ACCESS_TOKEN,
      graphUrl: env.META_GRAPH_URL.replace(/\/+$/, ''),
      graphVersion: env.META_GRAPH_VERSION,
    },
    waha: {
      url: env.WAHA_URL?.replace(/\/+$/, ''),
      apiKey: env.WAHA_API_KEY,
      hmacKeys: env.WAHA_HMAC_KEY ?? [],
    },
    wawp: {
      url: env.WAWP_URL?.replace(/\/+$/, ''),
      instanceId: env.WAWP_INSTANCE_ID,
      accessToken: env.WAWP_ACCESS_TOKEN,
      webhookTokens: env.WAWP_WEBHOOK_TOKEN ?? [],
    },
    crm: { url: env.CRM_URL, token: env.CRM_TOKEN },
    outgoingAllow: env.OUTGOING_ALLOW,
    publicUrl: env.PUBLIC_URL?.replace(/\/+$/, ''),
    adminPassword: env.ADMIN_PASSWORD,
    adminToken: env.ADMIN_TOKEN,
    secretKey: env.SECRET_KEY,
    oidc: oidcSettings(env),
    followUp: { gapMinutes: env.FOLLOW_UP_GAP_MINUTES, dailyCap: env.FOLLOW_UP_DAILY_CAP },
    logLevel: env.LOG_LEVEL,
  }
}
