import { z } from 'zod'
import { callFilters, callListQuerySchema } from '../../../server/schema/call.ts'

const shape = callListQuerySchema.shape

/** A filter, or nothing for what is none. */
const forgiven = Object.fromEntries(
  Object.entries<z.ZodType>(callFilters).map(([name, schema]) => [
    name,
    schema.optional().catch(undefined),
  ]),
)
type Filters = Partial<z.infer<z.ZodObject<typeof callFilters>>>

/** The filters of the call log in the address; what is no filter is left out of it. */
const searchSchema = z.object({
  ...forgiven,
  // what counts as the default stands for itself
  dates: z.literal('call').optional().catch(undefined),
  page: z.coerce.number().int().min(1).optional().catch(undefined),
  sort_by: shape.sort_by.unwrap().optional().catch(undefined),
  sort_order: shape.sort_order.unwrap().optional().catch(undefined),
})
export type CallSearch = Filters & {
  readonly page?: number | undefined
  readonly sort_by?: z.infer<typeof shape.sort_by> | undefined
  readonly sort_order?: 'asc' | 'desc' | undefined
}

export const readCallSearch = (search: Record<string, unknown>): CallSearch =>
  Object.fromEntries(
    Object.entries(searchSchema.parse(search)).filter(([, value]) => value !== undefined),
  )
