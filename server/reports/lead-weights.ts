import type { LeadWeights } from '../schema/lead-score.ts'
import { leadWeightsSchema, usualLeadWeights } from '../schema/lead-score.ts'

let lastText: string | null = null
let lastWeights = usualLeadWeights

/** Weights as the settings keep them, the usual ones where there are none that fit; one text is read once. */
export function readLeadWeights(text: string | null): LeadWeights {
  if (text === null) return usualLeadWeights
  if (text !== lastText) {
    lastWeights = leadWeightsSchema.safeParse(JSON.parse(text)).data ?? usualLeadWeights
    lastText = text
  }
  return lastWeights
}
