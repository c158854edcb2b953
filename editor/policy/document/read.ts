import { z } from 'zod'
import type { Policy } from '../../../server/schema/policy.ts'
import {
  effectKinds,
  gateKinds,
  outcomeKinds,
  policySchema,
} from '../../../server/schema/policy.ts'

const way = z.string()
/** What it takes to be drawn. A draft may be wrong in any other way, which validation tells. */
const drawableSchema = z.looseObject({
  start: z.string(),
  name: z.string(),
  numbers: z.array(z.string()),
  budgetMs: z.number().default(policySchema.shape.budgetMs.parse(undefined)),
  fallback: z.looseObject({ kind: z.enum(outcomeKinds) }),
  nodes: z.record(
    z.string(),
    z.discriminatedUnion('kind', [
      z.looseObject({ kind: z.enum(gateKinds), exits: z.record(z.string(), way) }),
      z.looseObject({ kind: z.enum(effectKinds), next: way }),
      z.looseObject({ kind: z.enum(outcomeKinds), otherwise: way.optional() }),
    ]),
  ),
  layout: z.record(z.string(), z.looseObject({ x: z.number(), y: z.number() })).optional(),
})

/**
 * A document that can be drawn, as it was written, but for the time limit, which every policy has; undefined
 * for one that only its text can show.
 */
export function readDrawable(document: unknown): Policy | undefined {
  const { success, data } = drawableSchema.safeParse(document)
  if (!success) return undefined
  // an object, which the parse has shown; what it leaves open is what forms and problems show
  return { ...(document as Policy), budgetMs: data.budgetMs }
}
