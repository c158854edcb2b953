import { z } from 'zod'
import type { LeadListQuery } from '../../../server/schema/lead.ts'
import { leadListQuerySchema } from '../../../server/schema/lead.ts'

/** Everything the list can be asked for; what does not fit is left out, as nobody types addresses by hand. */
const shape = leadListQuerySchema.omit({ per_page: true, format: true }).partial().shape
const lenient = Object.fromEntries(
  Object.entries<z.ZodType>(shape).map(([name, schema]) => [
    name,
    schema.optional().catch(undefined),
  ]),
)
const searchSchema = z.object({ ...lenient, lead: z.string().max(64).optional().catch(undefined) })

type Query = Omit<LeadListQuery, 'per_page' | 'format'>
/** The list's filters, and the lead that is open beside it. */
export type LeadSearch = { [K in keyof Query]?: Query[K] | undefined } & {
  lead?: string | undefined
}

/** The list's filters in the address; what is no filter is left out of it. */
export const readLeadSearch = (search: Record<string, unknown>): LeadSearch => {
  const given = searchSchema.parse(search)
  const set = Object.entries(given).filter(
    ([name, value]) => value !== undefined && search[name] !== undefined,
  )
  // each value was read by its own schema
  return Object.fromEntries(set) as LeadSearch
}

/** Filters that narrow a view down, in the order they are shown. */
export const filterNames = [
  'status',
  'why',
  'assignee',
  'due',
  'tier',
  'min_score',
  'state',
  'line',
  'from_date',
  'to_date',
] as const
export type FilterName = (typeof filterNames)[number]

/** Views everybody has. */
export const views = {
  hot: { status: 'new,assigned,contacted' },
  mine: { assignee: 'me', status: 'new,assigned,contacted', state: 'all' },
  due: {
    due: 'any',
    status: 'new,assigned,contacted',
    state: 'all',
    sort_by: 'due_at',
    sort_order: 'asc',
  },
  done: { status: 'converted,dismissed', state: 'all', sort_by: 'last_call_at' },
  everything: { state: 'all' },
} as const satisfies Record<string, LeadSearch>
export type ViewName = keyof typeof views
export const viewNames = ['hot', 'mine', 'due', 'done', 'everything'] as const satisfies ViewName[]

const without = ({ page: _page, lead: _lead, ...search }: LeadSearch): LeadSearch => search

/** What the list shows when the address says nothing. */
export const withUsual = (search: LeadSearch): LeadSearch =>
  Object.keys(without(search)).length === 0 ? { ...views.hot, ...search } : search

/** Whether the list shows exactly these filters. */
export function isView(search: LeadSearch, view: LeadSearch): boolean {
  const parts = (some: LeadSearch) =>
    JSON.stringify(Object.entries(without(some)).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return parts(withUsual(search)) === parts(view)
}

/** The query of the list, as texts. */
export function queryOf(search: LeadSearch): Record<string, string> {
  const { lead: _lead, ...query } = withUsual(search)
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  )
}
