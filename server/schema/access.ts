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
