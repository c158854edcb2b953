import { z } from 'zod'
import { paginationSchema } from './call.ts'
import { dateSchema } from './primitives.ts'

/** Columns a list of leads may be sorted by. */
export const leadSorts = ['score', 'last_call_at', 'attempts', 'due_at'] as const

/** What people make of a lead. */
export const leadStatuses = ['new', 'assigned', 'contacted', 'converted', 'dismissed'] as const
export const leadStatusSchema = z.enum(leadStatuses)
export type LeadStatus = z.infer<typeof leadStatusSchema>

/** Codes of why a call was missed, as `MissReason` has them (reports/why.ts). */
export const leadReasons = [
  'rule',
  'closed',
  'nobody_free',
  'no_answer',
  'not_possible',
  'gave_up',
  'failure',
  'stale',
] as const

/** Some of these, with commas between them. */
const someOf = (values: readonly string[]) =>
  z.string().regex(new RegExp(`^(${values.join('|')})(,(${values.join('|')}))*$`))

/** Query of `GET /api/reports/silent-leads`. Dates are days in REPORT_ZONE of the last call, both included. */
export const leadListQuerySchema = z.strictObject({
  state: z.enum(['open', 'closed', 'all']).default('open'),
  /** One or several, with commas. */
  status: someOf(leadStatuses).optional(),
  /** An account's id, `me`, or `none` for leads that are nobody's. */
  assignee: z.string().min(1).max(64).optional(),
  why: someOf(leadReasons).optional(),
  tier: z.string().min(1).max(64).optional(),
  /** `overdue`: the time has passed; `today`: until the day ends in REPORT_ZONE, overdue ones included. */
  due: z.enum(['overdue', 'today', 'any']).optional(),
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

const whySchema = z.object({ code: z.string(), text: z.string(), node: z.string().nullable() })
export const assigneeSchema = z.object({ id: z.string(), name: z.string() })
export type Assignee = z.infer<typeof assigneeSchema>

/** A silent lead as lists show it. Instants are ISO text, in the provider's time. */
export const leadViewSchema = z.object({
  /** Opaque; the lead's, not a call's. */
  ref: z.string(),
  state: z.enum(['open', 'closed']),
  status: leadStatusSchema,
  /** Since when it has its status; null while nobody changed it. */
  statusAt: z.string().nullable(),
  /** Rises with every change people make, and when it opens again: what `If-Match` names. */
  revision: z.int(),
  assignee: assigneeSchema.nullable(),
  dueAt: z.string().nullable(),
  /** `promise`: a message of ours named this time. */
  dueBy: z.enum(['person', 'promise']).nullable(),
  /** What it was worth, where it was converted. */
  value: z.number().nullable(),
  currency: z.string().nullable(),
  /** Why it was dismissed. */
  dismissedFor: z.string().nullable(),
  phone: z.string().nullable(),
  userId: z.string().nullable(),
  name: z.string().nullable(),
  tier: z.string(),
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
  /** The points of each reason, in the same order. */
  points: z.array(z.number()).readonly(),
  /** Why we missed the last call: a code, and plain words. */
  why: whySchema,
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
      /** When its link was first opened. */
      openedAt: z.string().nullable(),
    })
    .nullable(),
})
export type LeadView = z.infer<typeof leadViewSchema>

export const leadListSchema = z.object({
  data: z.array(leadViewSchema),
  pagination: paginationSchema,
})

/** A message of ours and what became of it. Instants are ISO. */
export const leadToldSchema = z.object({
  text: z.string(),
  /** Of the action (contract, section 4), and why it was not sent. */
  state: z.string(),
  reason: z.string().nullable(),
  at: z.string(),
  deliveredAt: z.string().nullable(),
  readAt: z.string().nullable(),
  failedAt: z.string().nullable(),
  link: z
    .object({
      label: z.string(),
      target: z.string().nullable(),
      openedAt: z.string().nullable(),
      opens: z.int(),
    })
    .nullable(),
  /** The time the text names, and what became of that. */
  promise: z
    .object({
      dueAt: z.string(),
      state: z.enum(['open', 'kept', 'broken']),
      keptAt: z.string().nullable(),
      keptBy: z.enum(['message', 'connected', 'callback', 'contacted']).nullable(),
    })
    .nullable(),
})
export type LeadTold = z.infer<typeof leadToldSchema>

/** One call of a lead's person, the missed ones with why. */
export const leadCallSchema = z.object({
  ref: z.string(),
  at: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  status: z.string(),
  durationSeconds: z.int().nullable(),
  /** Whether it is one of the calls we missed, whichever lead it belonged to. */
  missed: z.boolean(),
  /** How long it rang before the end. */
  rangSeconds: z.int().nullable(),
  why: whySchema.nullable(),
  policy: z.string().nullable(),
  release: z.string().nullable(),
  told: z.array(leadToldSchema),
})
export type LeadCallView = z.infer<typeof leadCallSchema>

export const leadEventSchema = z.object({
  at: z.string(),
  kind: z.enum(['status', 'assigned', 'due', 'note', 'asked', 'reopened']),
  /** Whose doing; empty for what happened by itself. */
  actor: z.string(),
  status: leadStatusSchema.nullable(),
  via: z.enum(['whatsapp', 'phone']).nullable(),
  value: z.number().nullable(),
  currency: z.string().nullable(),
  text: z.string().nullable(),
  dueAt: z.string().nullable(),
  assignee: z.string().nullable(),
})
export type LeadEvent = z.infer<typeof leadEventSchema>

/** `GET /api/reports/silent-leads/{ref}`: a lead with all that happened, each list the newest first. */
export const leadDetailSchema = leadViewSchema.extend({
  /** At most the newest 50. */
  calls: z.array(leadCallSchema),
  /** What the person wrote or spoke; at most the newest 50. */
  words: z.array(
    z.object({
      at: z.string(),
      kind: z.enum(['message', 'voicemail']),
      type: z.string(),
      text: z.string().nullable(),
    }),
  ),
  /** What people did about it; at most the newest 100. */
  events: z.array(leadEventSchema),
  /** The last answer to our asking whether we may call. */
  permission: z
    .object({
      response: z.enum(['accept', 'reject']),
      at: z.string(),
      /** Null where it holds for good, or is a no. */
      until: z.string().nullable(),
    })
    .nullable(),
})
export type LeadDetail = z.infer<typeof leadDetailSchema>
