import { z } from 'zod'
import { dateSchema } from './primitives.ts'
import { reportedFilters } from './reported-filters.ts'

export const callStatuses = [
  'ringing',
  'in_progress',
  'completed',
  'rejected',
  'missed',
  'failed',
] as const

/** Columns a list of calls may be sorted by. */
export const callSorts = [
  'created_at',
  'initiated_at',
  'ended_at',
  'duration_seconds',
  'status',
  'decision_ms',
] as const

/** What a list of calls is narrowed by. Dates are days in REPORT_ZONE, both included. */
export const callFilters = {
  direction: z.enum(['inbound', 'outbound']).optional(),
  status: z.enum(callStatuses).optional(),
  outcome: z.enum(['accept', 'ai_pickup', 'reject', 'voicemail']).optional(),
  policy: z.string().min(1).max(64).optional(),
  release: z.string().min(1).max(100).optional(),
  line: z.string().min(1).max(64).optional(),
  from_date: dateSchema.optional(),
  to_date: dateSchema.optional(),
  contact_id: z.coerce.number().int().min(1).optional(),
  /** Part of the caller's name or number, or the beginning of the call's reference. */
  search: z.string().trim().min(2).max(100).optional(),
  ...reportedFilters,
} as const

/** Query of `GET /api/calls`. */
export const callListQuerySchema = z.strictObject({
  ...callFilters,
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  per_page: z.coerce.number().int().min(1).max(100).default(15),
  sort_by: z.enum(callSorts).default('created_at'),
  sort_order: z.enum(['asc', 'desc']).default('desc'),
})
export type CallListQuery = z.infer<typeof callListQuerySchema>

export const paginationSchema = z.object({
  current_page: z.int(),
  last_page: z.int(),
  per_page: z.int(),
  total: z.int(),
})

/** A call as lists show it. `ref` is the opaque reference for links; `call_id` is the provider's id. */
export const callViewSchema = z.object({
  id: z.int(),
  ref: z.string(),
  call_id: z.string(),
  channel: z.string(),
  line: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  status: z.enum(callStatuses),
  /** Why it was never decided: `stale`, `ended_first`, `group`. */
  undecided: z.string().nullable(),
  from_number: z.string().nullable(),
  to_number: z.string().nullable(),
  user_id: z.string().nullable(),
  media: z.enum(['voice', 'video']),
  policy: z.string().nullable(),
  release: z.string().nullable(),
  outcome: z.string().nullable(),
  node: z.string().nullable(),
  final_outcome: z.string().nullable(),
  final_node: z.string().nullable(),
  decision_ms: z.number().nullable(),
  duration_seconds: z.int().nullable(),
  duration_formatted: z.string().nullable(),
  initiated_at: z.string(),
  answered_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  failure_reason: z.string().nullable(),
  /** The person who called, or was called; `id` is what `contact_id` filters by. */
  contact: z
    .object({ id: z.int(), name: z.string().nullable(), phone_number: z.string().nullable() })
    .nullable(),
})
export type CallView = z.infer<typeof callViewSchema>

export const callListSchema = z.object({
  success: z.literal(true),
  data: z.array(callViewSchema),
  pagination: paginationSchema,
})

export const callPeriods = ['today', 'week', 'month', 'year'] as const

export const callStatisticsSchema = z.object({
  period: z.enum(callPeriods),
  from: z.string(),
  total_calls: z.int(),
  inbound_calls: z.int(),
  outbound_calls: z.int(),
  completed_calls: z.int(),
  rejected_calls: z.int(),
  missed_calls: z.int(),
  failed_calls: z.int(),
  total_duration_seconds: z.int(),
  total_duration_minutes: z.number(),
  average_duration_seconds: z.number(),
  /** Completed calls of all that are over, in percent. */
  success_rate: z.number(),
  outcomes: z.record(z.string(), z.int()),
})
