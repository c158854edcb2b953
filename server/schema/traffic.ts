import { z } from 'zod'

/** How far back it is counted. */
export const trafficSpans = ['hour', 'day', 'week'] as const
export type TrafficSpan = (typeof trafficSpans)[number]

/** How many calls of a policy went which way: through which exit they left a step, or `null` where they ended. */
export const trafficSchema = z.object({
  since: z.iso.datetime(),
  calls: z.int(),
  /** Only the newest calls of the time were counted. */
  isCut: z.boolean(),
  ways: z.array(z.object({ node: z.string(), exit: z.string().nullable(), calls: z.int() })),
})
export type Traffic = z.infer<typeof trafficSchema>
