import { z } from 'zod'
import { fallbackReasons, pathStepSchema } from './decision.ts'
import { factSeenSchema } from './facts.ts'
import { outcomeKinds } from './policy.ts'

const index = z.int().min(0)
const end = z.object({ outcome: z.enum(outcomeKinds), node: z.string() })

/**
 * Journalled calls of a policy with the facts they were decided by, small enough for ten thousand of them:
 * what many calls have in common stands once, in a table, and is pointed at by its place there.
 */
export const packedCallsSchema = z.object({
  /** Names of facts. */
  names: z.array(z.string()),
  /** What facts came to. */
  values: z.array(factSeenSchema),
  ways: z.array(
    end.extend({
      fallback: z.union([z.literal(false), z.enum(fallbackReasons)]),
      path: z.array(pathStepSchema),
    }),
  ),
  lines: z.array(z.string()),
  releases: z.array(z.string().nullable()),
  /** Newest first. `facts` are pairs: place of a name, place of a value. */
  calls: z.array(
    z.object({
      ref: z.string(),
      /** Epoch milliseconds of its arrival. */
      at: z.int(),
      line: index,
      release: index,
      way: index,
      video: z.literal(true).optional(),
      phone: z.string().optional(),
      userId: z.string().optional(),
      /** Name of the caller, where one is known. */
      name: z.string().optional(),
      facts: z.array(index),
    }),
  ),
})
export type PackedCalls = z.infer<typeof packedCallsSchema>

/** `GET /api/policies/:id/replay-calls`. */
export const replayCallsSchema = z.object({
  since: z.iso.datetime(),
  /** There are more calls than these; the newest are here. */
  isCut: z.boolean(),
  /** Facts of a privacy class that the role does not see: they are left out. */
  hidden: z.array(z.string()),
  ...packedCallsSchema.shape,
})
export type ReplayCalls = z.infer<typeof replayCallsSchema>

/** `POST /api/policies/:id/replay`. */
export const replaySummarySchema = z.object({
  since: z.iso.datetime(),
  isCut: z.boolean(),
  calls: z.int(),
  same: z.int(),
  changed: z.int(),
  undecidable: z.int(),
  /** Facts that the journal does not hold, and how many calls miss each. */
  missing: z.record(z.string(), z.int()),
  groups: z.array(
    z.object({
      from: z.enum(outcomeKinds),
      to: z.enum(outcomeKinds),
      count: z.int(),
      /** The newest ones. */
      calls: z.array(z.object({ ref: z.string(), at: z.iso.datetime(), before: end, after: end })),
    }),
  ),
  flow: z.array(
    z.object({
      node: z.string(),
      exit: z.string().nullable(),
      was: z.int(),
      calls: z.int(),
    }),
  ),
})
export type ReplaySummary = z.infer<typeof replaySummarySchema>
