import { z } from 'zod'
import { outcomeKinds } from './policy.ts'

const valueSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.string()).readonly(),
  z.null().describe('unknown'),
])

/** What a fact was; absent: nobody asked for it, so that what it was is not on record. */
const was = { fact: z.string(), was: valueSchema.optional() }

/** One thing that would have to be otherwise about a call. Instants are epoch milliseconds. */
export const changeSchema = z.discriminatedUnion('kind', [
  /** The call comes at `at`; everything holds in `[from, until)`. `fact` is the calendar's that changes the way. */
  z.object({
    kind: z.literal('time'),
    fact: z.string(),
    at: z.number(),
    from: z.number(),
    until: z.number(),
    zone: z.string(),
  }),
  /** Somebody of a team, or nobody: its best status, and how many are available. */
  z.object({ kind: z.literal('team'), team: z.string(), status: z.string(), available: z.int() }),
  /** A number anywhere between the bounds that are there; `above` and `below` are left out themselves. */
  z.object({
    kind: z.literal('number'),
    ...was,
    value: z.number(),
    least: z.number().optional(),
    above: z.number().optional(),
    most: z.number().optional(),
    below: z.number().optional(),
  }),
  z.object({ kind: z.literal('value'), ...was, value: valueSchema }),
  /** Any word but these. */
  z.object({
    kind: z.literal('other'),
    ...was,
    value: z.string(),
    not: z.array(z.string()).readonly(),
  }),
  z.object({
    kind: z.literal('list'),
    ...was,
    value: z.array(z.string()).readonly(),
    added: z.array(z.string()).readonly(),
    removed: z.array(z.string()).readonly(),
  }),
])
export type Change = z.infer<typeof changeSchema>

/** The smallest change of a call with which it ends elsewhere. */
export const alternativeSchema = z.object({
  /** The outcome's node; `fallback` for the policy's fallback. */
  node: z.string(),
  outcome: z.enum(outcomeKinds),
  changes: z.array(changeSchema).readonly(),
  /** Every fact that is not as it was, with the value that was tried: they give this outcome. */
  facts: z.record(z.string(), valueSchema),
})
export type Alternative = z.infer<typeof alternativeSchema>
