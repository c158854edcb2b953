import { z } from 'zod'

/** What somebody works as; one matrix says what each role may do. */
export const roles = ['admin', 'operations', 'analyst', 'agent', 'viewer'] as const
export const roleSchema = z.enum(roles)
export type Role = z.infer<typeof roleSchema>

/** Who makes a request: somebody signed in, or a program with a token. */
export interface Actor {
  readonly kind: 'account' | 'token'
  /** Of the account or the token; null for ADMIN_TOKEN. */
  readonly id: string | null
  /** Stands as the author of what it does. */
  readonly name: string
  readonly role: Role
  /** The teams it is limited to; null for all. */
  readonly teams: readonly string[] | null
}

/** What a role is, in words people choose it by. */
export const roleMeaning: Readonly<Record<Role, string>> = {
  admin: 'Everything, people and tokens included',
  operations: 'Draws and publishes policies, and all an analyst does',
  analyst: 'Works leads, reads reports and calls, exports',
  agent: 'Takes calls and works the leads of the own teams',
  viewer: 'Reads; numbers are masked',
}

export const teamsSchema = z.array(z.string().min(1).max(64)).min(1).max(100).nullable()
export const usernameSchema = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{N}._@+-]{2,100}$/u, 'letters, digits and . _ @ + -, 2 to 100 of them')
export const displayNameSchema = z.string().trim().min(1).max(100)
export const passwordSchema = z
  .string()
  .min(12, 'at least 12 characters')
  .max(200, 'at most 200 characters')

/** The account that is signed in, and what it may do. */
export const meSchema = z.object({
  id: z.string(),
  username: z.string(),
  name: z.string(),
  role: roleSchema,
  teams: teamsSchema,
  totp: z.boolean(),
  signsInBy: z.enum(['password', 'single sign-on']),
  /** Operation ids of this API. */
  operations: z.array(z.string()),
})
export type Me = z.infer<typeof meSchema>

export const accountSchema = z.object({
  id: z.string(),
  username: z.string(),
  name: z.string(),
  role: roleSchema,
  teams: teamsSchema,
  state: z.enum(['active', 'invited', 'disabled']),
  totp: z.boolean(),
  signsInBy: z.enum(['password', 'single sign-on']),
  createdAt: z.string(),
  lastSeenAt: z.string().nullable(),
})
export type Account = z.infer<typeof accountSchema>

export const sessionSchema = z.object({
  id: z.string(),
  current: z.boolean(),
  createdAt: z.string(),
  seenAt: z.string(),
  expiresAt: z.string(),
  address: z.string().nullable(),
  browser: z.string().nullable(),
})
export type SessionView = z.infer<typeof sessionSchema>

export const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  role: roleSchema,
  teams: teamsSchema,
  createdBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  usedAt: z.string().nullable(),
  state: z.enum(['active', 'expired', 'revoked']),
})
export type ApiToken = z.infer<typeof tokenSchema>

/** What everybody may know before signing in. */
export const authStateSchema = z.object({
  needsSetup: z.boolean(),
  oidc: z.object({ name: z.string() }).nullable(),
  me: meSchema.nullable(),
})
export type AuthState = z.infer<typeof authStateSchema>
