import { z } from 'zod'
import { paginationSchema } from './call.ts'
import { dateSchema } from './primitives.ts'

/** Columns a list of leads may be sorted by. */
export const leadSorts = ['score', 'last_call_at', 'attempts'] as const

/** Query of `GET /api/reports/silent-leads`. Dates are days in REPORT_ZONE of the last call, both included. */
export const leadListQuerySchema = z.strictObject({
  state: z.enum(['open', 'closed', 'all']).default('open'),
  line: z.string().min(1).max(64).optional(),
  from_date: dateSchema.optional(),
  to_date: dateSchema.optional(),
  min_score: z.coerce.number().int().min(0).max(100).optional(),
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  per_page: z.coerce.number().int().min(1).max(100).default(15),
  sort_by: z.enum(leadSorts).default('score'),
  sort_order: z.enum(['asc', 'desc']).default('desc'),
  format: z.enum(['json', 'csv']).optional(),
})
export type LeadListQuery = z.infer<typeof leadListQuerySchema>

/** A silent lead as lists show it. Instants are ISO text, in the provider's time. */
export const leadViewSchema = z.object({
  /** Opaque; the lead's, not a call's. */
  ref: z.string(),
  state: z.enum(['open', 'closed']),
  status: z.string(),
  phone: z.string().nullable(),
  userId: z.string().nullable(),
  name: z.string().nullable(),
  /** The person, as `contact_id` of the call log. */
  personId: z.int(),
  /** Missed calls since the person was last heard or reached. */
  attempts: z.int(),
  openedAt: z.string(),
  firstCallAt: z.string(),
  lastCallAt: z.string(),
  closedAt: z.string().nullable(),
  closedBy: z.enum(['message', 'voicemail', 'connected', 'callback']).nullable(),
  /** 0 to 100. */
  score: z.int(),
  reasons: z.array(z.string()).readonly(),
  /** Why we missed the last call: a code, and plain words. */
  why: z.object({ code: z.string(), text: z.string(), node: z.string().nullable() }),
  line: z.string(),
  /** The last call. */
  call: z.object({
    ref: z.string().nullable(),
    policy: z.string().nullable(),
    release: z.string().nullable(),
  }),
  /** What the person was told after the last call, and how far it got. */
  told: z
    .object({
      text: z.string(),
      state: z.string(),
      reason: z.string().nullable(),
      delivery: z.string().nullable(),
      at: z.string(),
    })
    .nullable(),
})
export type LeadView = z.infer<typeof leadViewSchema>

export const leadListSchema = z.object({
  data: z.array(leadViewSchema),
  pagination: paginationSchema,
})
