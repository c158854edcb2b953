import { z } from 'zod'
import { paginationSchema } from './call.ts'
import { dateSchema } from './primitives.ts'

/** Query of `GET /api/audit`. Dates are days in REPORT_ZONE, both included. */
export const auditListQuerySchema = z.strictObject({
  /** A name, or a part of it. */
  actor: z.string().min(1).max(200).optional(),
  operation: z.string().min(1).max(100).optional(),
  /** A reference or name, or the beginning of it. */
  subject: z.string().min(1).max(200).optional(),
  from_date: dateSchema.optional(),
  to_date: dateSchema.optional(),
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  per_page: z.coerce.number().int().min(1).max(100).default(50),
  format: z.enum(['json', 'csv']).optional(),
})
export type AuditListQuery = z.infer<typeof auditListQuerySchema>

/** One thing that somebody did. */
export const auditViewSchema = z.object({
  id: z.int(),
  at: z.string(),
  actor: z.object({
    kind: z.enum(['account', 'token', 'command line', 'system']),
    id: z.string().nullable(),
    name: z.string(),
  }),
  /** Where the request came from; null for what came through no connection. */
  address: z.string().nullable(),
  /** An operation id of this API, or the name of a command. */
  operation: z.string(),
  subject: z.string().nullable(),
  /** What changed: JSON documents, or null. */
  before: z.unknown(),
  after: z.unknown(),
})
export type AuditView = z.infer<typeof auditViewSchema>

export const auditListSchema = z.object({
  data: z.array(auditViewSchema),
  pagination: paginationSchema,
  /** Operations that occur, for a filter. */
  operations: z.array(z.string()),
})
