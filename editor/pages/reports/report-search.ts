import { z } from 'zod'
import { reportQuerySchema } from '../../../server/schema/reports.ts'

const shape = reportQuerySchema.shape

const searchSchema = z.object({
  from_date: shape.from_date.catch(undefined),
  to_date: shape.to_date.catch(undefined),
  line: shape.line.catch(undefined),
  team: shape.team.catch(undefined),
  country: shape.country.catch(undefined),
  tier: shape.tier.catch(undefined),
})
export type ReportSearch = Partial<z.infer<typeof searchSchema>>

/** The filters of the reports in the address; what is no filter is left out of it. */
export const readReportSearch = (search: Record<string, unknown>): ReportSearch =>
  Object.fromEntries(
    Object.entries(searchSchema.parse(search)).filter(([, value]) => value !== undefined),
  )

/** A date of the reader's own calendar, so many days before today, as `YYYY-MM-DD`. */
export function daysAgo(days: number): string {
  const date = new Date()
  date.setDate(date.getDate() - days)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
