import { z } from 'zod'

const points = (usual: number) => z.number().min(0).max(100).default(usual)

/**
 * What each sign of a warm lead is worth, in points; their sum is the score, capped at 100. What is left
 * out takes its default.
 */
export const leadWeightsSchema = z.strictObject({
  /** The first call. */
  called: points(10),
  /** Each further call, and at most so much for all of them. */
  calledAgain: points(12),
  calledAgainMost: points(36),
  /** Further calls that came within so many minutes. */
  hurry: points(8),
  hurryMinutes: z.int().min(1).max(10_080).default(120),
  calledAfterMessage: points(12),
  /** Opened the link of a message of ours. */
  openedLink: points(15),
  /** Stands in the address book. */
  contact: points(4),
  /** A contact of priority 100; less of it for less. */
  priority: points(30),
  /** Has a tier. */
  tier: points(10),
  /** From this priority on it is called VIP. */
  vipPriority: z.int().min(0).max(100).default(50),
})
export type LeadWeights = z.infer<typeof leadWeightsSchema>

export const usualLeadWeights: LeadWeights = leadWeightsSchema.parse({})

export const leadWeightsViewSchema = z.object({
  weights: leadWeightsSchema,
  default: leadWeightsSchema,
  /** Null while they were never set. */
  updatedAt: z.string().nullable(),
  /** Whether leads are still being scored anew. */
  underWay: z.boolean(),
})
