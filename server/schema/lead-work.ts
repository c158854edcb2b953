import { z } from 'zod'
import { assigneeSchema, leadListQuerySchema, leadStatusSchema, leadViewSchema } from './lead.ts'
import { leadWeightsSchema } from './lead-score.ts'

const changeFields = z.strictObject({
  /** An account's id; null for nobody. A new lead that gets somebody is assigned. */
  assignee: z.string().min(1).max(64).nullable().optional(),
  /** Null takes the clock away; a time we promised then counts again. */
  dueAt: z.iso.datetime({ offset: true }).nullable().optional(),
  note: z.string().trim().min(1).max(2000).optional(),
  status: leadStatusSchema.optional(),
  /** How they were contacted. */
  via: z.enum(['whatsapp', 'phone']).optional(),
  /** What a converted lead was worth, and in what. */
  value: z.number().min(0).max(1e12).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'a currency is three capital letters, e.g. EUR')
    .optional(),
  /** Why a lead is dismissed. */
  reason: z.string().trim().min(1).max(200).optional(),
})

/** What somebody does about a lead; what is left out stays. */
export const leadChangeSchema = changeFields.superRefine((change, context) => {
  const refuse = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message })
  if (Object.values(change).every((value) => value === undefined)) refuse('', 'nothing to change')
  if (change.via !== undefined && change.status !== 'contacted')
    refuse('via', 'says how somebody was contacted: send status "contacted" with it')
  if (change.value !== undefined && change.status !== 'converted')
    refuse('value', 'is what a converted lead was worth: send status "converted" with it')
  if ((change.value === undefined) !== (change.currency === undefined))
    refuse('currency', 'a value and its currency come together')
  if ((change.status === 'dismissed') !== (change.reason !== undefined))
    refuse('reason', 'says why a lead is dismissed: one does not come without the other')
})
export type LeadChange = z.infer<typeof leadChangeSchema>

export const bulkChangeSchema = z.strictObject({
  leads: z
    .array(z.strictObject({ ref: z.string().min(1).max(64), revision: z.int() }))
    .min(1)
    .max(200),
  change: leadChangeSchema,
})

/** What came of each lead of a bulk change, in their order. */
export const bulkChangedSchema = z.object({
  data: z.array(
    z.object({
      ref: z.string(),
      /** `outdated`: somebody changed it since; `not_theirs`: whom it is for may not see it. */
      result: z.enum(['done', 'outdated', 'not_found', 'not_theirs', 'needs_assignee']),
      /** As it is now; null where it is not there. */
      revision: z.int().nullable(),
    }),
  ),
})
export type LeadChanged = z.infer<typeof bulkChangedSchema>['data'][number]

/** Who may be given leads. */
export const assigneesSchema = z.object({ data: z.array(assigneeSchema) })

/** A list's filters as an address carries them. */
export const leadSearchSchema = leadListQuerySchema
  .omit({ page: true, per_page: true, format: true })
  .partial()

export const newLeadViewSchema = z.strictObject({
  name: z.string().trim().min(1).max(60),
  search: leadSearchSchema,
})

/** Filters somebody keeps under a name. */
export const savedViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  search: leadSearchSchema,
  createdAt: z.string(),
})
export type SavedView = z.infer<typeof savedViewSchema>

export const previewQuerySchema = z.strictObject({ weights: leadWeightsSchema })

/** The top of the list as it is and as it would be. */
export const scorePreviewSchema = z.object({
  /** Leads looked at: the open ones that are somebody's work. */
  leads: z.int(),
  /** How many of them would have another score. */
  changed: z.int(),
  now: z.array(leadViewSchema),
  then: z.array(
    leadViewSchema.extend({
      /** Its place now, from 1; null below the top. */ was: z.int().nullable(),
    }),
  ),
})
export type ScorePreview = z.infer<typeof scorePreviewSchema>
