import { z } from 'zod'

const days = (least: number) => z.int().min(least).max(36_500)

/**
 * Days after which data is deleted, by its kind. Meta delivers again for up to seven days, so what tells a
 * repeated delivery is kept for eight at least. The address book is not deleted by age.
 */
export const retentionSchema = z.strictObject({
  /** Payloads as they arrived. */
  deliveries: days(1).default(30),
  /** What was read from them. */
  signals: days(8).default(90),
  /** Calls, decisions, actions, verifications, and people of whom nothing else is left. */
  calls: days(8).default(400),
  /** Events of the live feed, and what other systems were told of. */
  feed: days(1).default(30),
  /** Texts of messages, theirs and ours; that there was one is kept as long as calls. */
  texts: days(1).default(180),
  /** Leads that are closed. */
  leads: days(1).default(400),
  audit: days(30).default(730),
})
export type Retention = z.infer<typeof retentionSchema>
export type RetentionKind = keyof Retention

export const retentionViewSchema = z.object({
  retention: retentionSchema,
  /** Null while it was never set. */
  updatedAt: z.string().nullable(),
  /** When it was last applied, and rows deleted or emptied then, by kind. */
  lastRun: z.object({ at: z.string(), counts: z.record(z.string(), z.int()) }).nullable(),
})

/** How often one person is written to after calls. */
export const courtesySchema = z.strictObject({
  /** At most one follow-up in any so many minutes. */
  gapMinutes: z.number().min(0).max(10_080),
  /** At most so many in any 24 hours. */
  dailyCap: z.int().min(0).max(1000),
})
export type Courtesy = z.infer<typeof courtesySchema>

export const courtesyViewSchema = z.object({
  courtesy: courtesySchema,
  /** Of FOLLOW_UP_GAP_MINUTES and FOLLOW_UP_DAILY_CAP, which holds until something is set here. */
  default: courtesySchema,
  updatedAt: z.string().nullable(),
})
