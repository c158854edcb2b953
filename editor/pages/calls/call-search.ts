import { z } from 'zod'
import { callListQuerySchema } from '../../../server/schema/call.ts'

const shape = callListQuerySchema.shape

/** The filters of the call log in the address; what is no filter is left out of it. */
const searchSchema = z.object({
  status: shape.status.catch(undefined),
  outcome: shape.outcome.catch(undefined),
  from_date: shape.from_date.catch(undefined),
  to_date: shape.to_date.catch(undefined),
  contact_id: shape.contact_id.catch(undefined),
  page: z.coerce.number().int().min(1).optional().catch(undefined),
  sort_by: shape.sort_by.unwrap().optional().catch(undefined),
  sort_order: shape.sort_order.unwrap().optional().catch(undefined),
})
export type CallSearch = Partial<z.infer<typeof searchSchema>>

export const readCallSearch = (search: Record<string, unknown>): CallSearch =>
  Object.fromEntries(
    Object.entries(searchSchema.parse(search)).filter(([, value]) => value !== undefined),
  )
