import { z } from 'zod'
import { outcomeKinds } from './policy.ts'

const end = z.object({
  outcome: z.enum(outcomeKinds),
  node: z.string(),
  final: z.object({ outcome: z.enum(outcomeKinds), node: z.string() }),
})
export type ShadowEnd = z.infer<typeof end>

/** A draft that decides silently beside what is live. Calls are those that the policy decided since. */
export const shadowSchema = z.object({
  id: z.int(),
  policy: z.string(),
  /** First 12 digits of the hash of the document that decides. */
  hash: z.string(),
  startedAt: z.string(),
  startedBy: z.string(),
  /** Null while it runs. */
  stoppedAt: z.string().nullable(),
  stoppedBy: z.string().nullable(),
  compared: z.int(),
  differing: z.int(),
  /** Calls that were not compared, because too many came at once or the draft failed on them. */
  skipped: z.int(),
})
export type ShadowView = z.infer<typeof shadowSchema>

/** A call that the draft would have decided otherwise. */
export const shadowDifferenceSchema = z.object({
  id: z.int(),
  ref: z.string(),
  at: z.string(),
  line: z.string(),
  release: z.string().nullable(),
  live: end,
  draft: end.extend({
    /** Milliseconds the draft took, its own facts included. */
    ms: z.number(),
    fallback: z.string().nullable(),
  }),
})
export type ShadowDifference = z.infer<typeof shadowDifferenceSchema>
