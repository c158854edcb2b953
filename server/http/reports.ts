import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { accepts } from 'hono/accepts'
import { lineScope } from '../access/scope.ts'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Config } from '../config.ts'
import type { LeadFilter } from '../db/queries/leads.ts'
import type { Reader } from '../db/reader.ts'
import type { InstallationStore } from '../installation.ts'
import { endOfToday, startOfDay } from '../report-zone.ts'
import type { Actor } from '../schema/access.ts'
import type { LeadListQuery } from '../schema/lead.ts'
import { leadListQuerySchema, leadListSchema } from '../schema/lead.ts'
import type { AppEnv } from './env.ts'
import { badRequest, errorResponses } from './errors.ts'
import { leadCsv } from './lead-csv.ts'
import { maskLead } from './masking.ts'

export interface ReportDeps {
  readonly config: Pick<Config, 'reportZone'>
  /** Lists and exports run on its thread. */
  readonly reader: Reader
  readonly installation: Pick<InstallationStore, 'current'>
  readonly clock: Clock
}

const silentLeads = createRoute({
  method: 'get',
  path: '/api/reports/silent-leads',
  operationId: 'listSilentLeads',
  tags: ['Reports'],
  summary: 'People who called, were not connected and left no word',
  description:
    'One item a person. It opens with a call that was not connected (rejected ones included, but not those of ' +
    'blocked callers and silent rejects), closes with the first message, voicemail, connected call or callback ' +
    'since, and opens again with the next missed call. `score` is kept with the lead and changes with its calls ' +
    'and its contact, not with the passing of time. `why` is about the last call. At most the newest 200 calls of a ' +
    'person are counted. Days are days in REPORT_ZONE, both included, of the last call.\n\n' +
    'With `Accept: text/csv` or `format=csv` the whole filtered list comes as CSV (RFC 4180) with a header line, ' +
    'whatever the page; texts a spreadsheet would take for a formula begin with an apostrophe.',
  request: { query: leadListQuerySchema },
  responses: {
    200: {
      description: 'One page; or, as CSV, all of it',
      content: {
        'application/json': { schema: leadListSchema },
        'text/csv': { schema: z.string() },
      },
    },
    ...errorResponses(400),
  },
})

interface Asking {
  readonly actor: Actor
  readonly zone: string
  /** Epoch ms. */
  readonly now: number
}

function assigneeOf(asked: string | undefined, actor: Actor): string | null | undefined {
  if (asked === 'none') return null
  // a program has no leads of its own
  return asked === 'me' ? (actor.id ?? '') : asked
}

/** Until when what is asked for is due. */
function dueUntil(due: LeadListQuery['due'], { zone, now }: Asking): string | undefined {
  if (due === 'overdue') return toIso(now)
  return due === 'today' ? endOfToday(zone, now) : due
}

function toFilter(query: LeadListQuery, asking: Asking): LeadFilter {
  const { state, line, min_score, sort_by, sort_order, from_date, to_date, tier } = query
  const { zone } = asking
  return {
    state,
    line,
    min_score,
    sort_by,
    sort_order,
    tier,
    status: query.status?.split(','),
    why: query.why?.split(','),
    assignee: assigneeOf(query.assignee, asking.actor),
    due: dueUntil(query.due, asking),
    ...(from_date === undefined ? {} : { from: startOfDay(from_date, zone) }),
    ...(to_date === undefined ? {} : { until: startOfDay(to_date, zone, 1) }),
  }
}

/** Reports over the journal. */
export function reportRoutes({ config, reader, installation, clock }: ReportDeps) {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw badRequest(result.error, result.target)
    },
  })
  return app.openapi(silentLeads, async (context) => {
    const query = context.req.valid('query')
    const scope = lineScope(context.get('actor'), installation.current().lines)
    const asking = { actor: context.get('actor'), zone: config.reportZone, now: clock.now() }
    const filter = { ...toFilter(query, asking), scope }
    const supports = ['application/json', 'text/csv']
    const accepted = accepts(context, { header: 'Accept', supports, default: 'application/json' })
    context.header('Vary', 'Accept', { append: true })
    if (query.format === 'csv' || (query.format === undefined && accepted === 'text/csv'))
      return context.body(await leadCsv(reader, filter, context.get('actor')), 200, {
        'Content-Type': 'text/csv; charset=utf-8; header=present',
        'Content-Disposition': 'attachment; filename="silent-leads.csv"',
      })
    const { page, per_page } = query
    const { data: leads, total } = await reader.ask('listLeads', { ...filter, page, per_page })
    const data = leads.map((lead) => maskLead(lead, context.get('actor')))
    const last_page = Math.max(1, Math.ceil(total / per_page))
    return context.json(
      { data, pagination: { current_page: page, last_page, per_page, total } },
      200,
    )
  })
}
