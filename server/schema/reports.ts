import { z } from 'zod'
import { dateSchema } from './primitives.ts'

/** Reports that count calls, by what stands in their address. */
export const reportNames = [
  'overview',
  'missed',
  'outcomes',
  'heat-map',
  'callbacks',
  're-contact',
  'follow-ups',
  'decisions',
  'conversion',
  'regret',
  'coverage',
] as const
export type ReportName = (typeof reportNames)[number]

/** What a list may be taken away as. */
export const fileFormats = ['csv', 'xlsx'] as const
export type FileFormat = (typeof fileFormats)[number]

/**
 * Which calls a report is about. Dates are days of the call itself in REPORT_ZONE, both included; the last
 * 28 days without them.
 */
export const reportQuerySchema = z.strictObject({
  from_date: dateSchema.optional(),
  to_date: dateSchema.optional(),
  line: z.string().min(1).max(64).optional(),
  team: z.string().min(1).max(64).optional(),
  /** ISO 3166 alpha-2, as the number or the contact tells; empty for those of whom neither does. */
  country: z
    .string()
    .regex(/^([A-Z]{2})?$/)
    .optional(),
  tier: z.string().max(64).optional(),
  format: z.enum(['json', ...fileFormats]).optional(),
})
export type ReportQuery = z.infer<typeof reportQuerySchema>

export const periodSchema = z.object({ from_date: z.string(), to_date: z.string() })
export type Period = z.infer<typeof periodSchema>

const count = z.int()
const values = z.array(z.object({ currency: z.string(), value: z.number() }))
export type Values = z.infer<typeof values>

/** A report, of a period and of the one of the same length before it. */
export const reportSchema = <T extends z.ZodType>(figures: T) =>
  z.object({
    period: periodSchema,
    before: periodSchema,
    zone: z.string(),
    /** People whose calls are not counted yet. */
    pending: count,
    now: figures,
    then: figures,
  })

export const overviewSchema = z.object({
  calls: count,
  connected: count,
  missed: count,
  /** The caller hung up before we had acted. */
  ghosts: count,
  /** Silent leads that opened. */
  leads: count,
  /** Those that were talked with since, whoever called. */
  reached: count,
  /** Those who called or wrote again by themselves. */
  again: count,
  calledBack: count,
  /** Seconds until half of those called back were called back. */
  callbackMedian: z.number().nullable(),
  converted: count,
  values,
})
export type Overview = z.infer<typeof overviewSchema>

export const missedSchema = z.object({
  missed: count,
  /** Codes of `why` (see the silent leads), most first. */
  reasons: z.array(z.object({ reason: z.string(), calls: count, leads: count })),
})
export type Missed = z.infer<typeof missedSchema>

export const grains = ['day', 'week', 'month'] as const
export const bucketSchema = periodSchema.extend({
  calls: count,
  accept: count,
  ai_pickup: count,
  reject: count,
  voicemail: count,
  /** No policy ran. */
  undecided: count,
  connected: count,
  missed: count,
  /** Leads that opened, and those of them that were closed since. */
  leads: count,
  closed: count,
})
export const outcomesSchema = z.object({
  by: z.enum(grains),
  buckets: z.array(bucketSchema),
})
export type Outcomes = z.infer<typeof outcomesSchema>
export type Bucket = z.infer<typeof bucketSchema>

/** 0 is Monday; hours are those of the wall clock in REPORT_ZONE. */
export const heatMapSchema = z.object({
  cells: z.array(z.object({ weekday: count, hour: count, calls: count, missed: count })),
})
export type HeatMap = z.infer<typeof heatMapSchema>

export const callbacksSchema = z.object({
  leads: count,
  calledBack: count,
  median: z.number().nullable(),
  p90: z.number().nullable(),
  /** Called back within so many seconds, and not within those of the row before; null for later. */
  within: z.array(z.object({ seconds: count.nullable(), leads: count })),
})
export type Callbacks = z.infer<typeof callbacksSchema>

export const reContactSchema = z.object({
  leads: count,
  again: count,
  /** What closed the lead, and how many had called more than once by then. */
  ways: z.array(
    z.object({
      way: z.enum(['nothing', 'message', 'voicemail', 'connected', 'callback']),
      leads: count,
      calledAgain: count,
    }),
  ),
})
export type ReContact = z.infer<typeof reContactSchema>

const stepSchema = z.object({
  policy: z.string().nullable(),
  node: z.string().nullable(),
  /** What the step is called in the newest release that has it. */
  label: z.string().nullable(),
})
export const followUpsSchema = z.object({
  rows: z.array(
    stepSchema.extend({
      /** As the policy has it, without a caller's values; null where no step says it. */
      text: z.string().nullable(),
      calls: count,
      /** Not sent on purpose: opted out, told already, or silent. */
      held: count,
      waiting: count,
      failed: count,
      /** Each of these includes what follows it. */
      sent: count,
      delivered: count,
      read: count,
      answered: count,
      converted: count,
    }),
  ),
})
export type FollowUps = z.infer<typeof followUpsSchema>

export const decisionsSchema = z.object({
  calls: count,
  decided: count,
  ghosts: count,
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  most: z.number().nullable(),
  /** Decided within so many milliseconds, and not within those of the row before; null for later. */
  within: z.array(z.object({ ms: count.nullable(), calls: count })),
})
export type Decisions = z.infer<typeof decisionsSchema>

export const conversionSchema = z.object({
  leads: count,
  converted: count,
  values,
  reasons: z.array(z.object({ reason: z.string(), leads: count, converted: count, values })),
})
export type Conversion = z.infer<typeof conversionSchema>

export const regretSchema = z.object({
  /** The step that lost the most leads first. */
  nodes: z.array(
    stepSchema.extend({
      calls: count,
      missed: count,
      leads: count,
      /** Leads that nothing has closed. */
      open: count,
      converted: count,
      values,
    }),
  ),
})
export type Regret = z.infer<typeof regretSchema>

/** Hours in which nobody can call, because Meta hides the call button. */
export const coverageSchema = z.object({
  lines: z.array(
    z.object({
      line: z.string(),
      name: z.string().nullable(),
      /** Since when Meta has it so. */
      since: z.string(),
      /** Of a week's 10,080 minutes. */
      hiddenMinutes: count,
    }),
  ),
  /** Minutes of that hour of the week, in REPORT_ZONE, in which so many lines are hidden at some time. */
  cells: z.array(z.object({ weekday: count, hour: count, lines: count, minutes: count })),
})
export type Coverage = z.infer<typeof coverageSchema>

/** What the calls of a period can be narrowed to. */
export const choicesSchema = z.object({
  lines: z.array(z.object({ id: z.string(), name: z.string() })),
  teams: z.array(z.string()),
  countries: z.array(z.string()),
  tiers: z.array(z.string()),
})
export type Choices = z.infer<typeof choicesSchema>
