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
  budgetMs: z.number().default(150),
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

/** A document that can be drawn, as it was written; undefined for one that only its text can show. */
export function readDrawable(document: unknown): Policy | undefined {
  if (policySchema.safeParse(document).success || drawableSchema.safeParse(document).success)
    // one of the two parses holds; what the second leaves open is what forms and problems show
    return document as Policy
  return undefined
}
