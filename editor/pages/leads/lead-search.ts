import { z } from 'zod'
import { leadSorts } from '../../../server/schema/lead.ts'

export const leadStates = ['open', 'closed', 'all'] as const

const searchSchema = z.object({
  state: z.enum(leadStates).optional().catch(undefined),
  sort_by: z.enum(leadSorts).optional().catch(undefined),
  sort_order: z.enum(['asc', 'desc']).optional().catch(undefined),
  page: z.coerce.number().int().min(1).optional().catch(undefined),
})
export type LeadSearch = Partial<z.infer<typeof searchSchema>>

/** The list's filters in the address; what is no filter is left out of it. */
export const readLeadSearch = (search: Record<string, unknown>): LeadSearch =>
  Object.fromEntries(
    Object.entries(searchSchema.parse(search)).filter(([, value]) => value !== undefined),
  )
