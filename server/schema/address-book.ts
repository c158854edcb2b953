import { z } from 'zod'
import { agentSchema, attributesSchema, contactSchema } from './seeds.ts'

/** A contact as it stands in the address book; `id` is what the API names it by. */
export const contactViewSchema = z.object({
  id: z.int(),
  phone: z.string().nullable(),
  userId: z.string().nullable(),
  name: z.string().nullable(),
  priority: z.number(),
  tier: z.string(),
  tags: z.array(z.string()),
  owner: z.string(),
  language: z.string(),
  country: z.string(),
  slaCalendar: z.string(),
  optedOut: z.boolean(),
  attributes: z.record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
  ),
  updatedAt: z.string(),
})
export type ContactView = z.infer<typeof contactViewSchema>

/** `after` is the last id of the page before. */
export const contactQuerySchema = z.strictObject({
  query: z.string().trim().max(200).default(''),
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})
export type ContactQuery = z.infer<typeof contactQuerySchema>

export const contactPageSchema = z.object({
  data: z.array(contactViewSchema),
  /** To be given as `after`; null on the last page. */
  next: z.int().nullable(),
  /** Of the whole address book, whatever was sought. */
  total: z.int(),
})
export type ContactPage = z.infer<typeof contactPageSchema>

export const listNames = ['blocked', 'allowed'] as const
export const listEntrySchema = z.strictObject({
  list: z.enum(listNames),
  /** A phone number in international form, or a user id. */
  entry: z.string().trim().min(1).max(200),
})
export type ListEntry = z.infer<typeof listEntrySchema>

export const agentBodySchema = agentSchema.omit({ id: true })
export const attributesBodySchema = attributesSchema
export const contactBodySchema = contactSchema

/** What in an installation a policy can name. */
export const usedKinds = ['calendar', 'team', 'agent', 'assistant', 'attribute', 'fact'] as const
export const usageSchema = z.object({
  kind: z.enum(usedKinds),
  name: z.string(),
  policy: z.string(),
  policyName: z.string(),
  node: z.string(),
  label: z.string(),
})
export type Usage = z.infer<typeof usageSchema>

export const importKinds = ['contacts', 'agents', 'calendars', 'lists'] as const
/** What became of the rows; `problems` are at most 10,000 of those left out. */
export const importReportSchema = z.object({
  rows: z.int(),
  inserted: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  kept: z.int(),
  skipped: z.int(),
  problems: z.array(z.object({ line: z.int(), column: z.string().optional(), why: z.string() })),
})
