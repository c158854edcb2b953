import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { ReportFilter } from '../db/queries/reports/selection.ts'
import type { Reader } from '../db/reader.ts'
import type { InstallationStore } from '../installation.ts'
import type { ReportKeeper } from '../reports/keeper.ts'
import type { ReportTable } from '../reports/tables.ts'
import * as tables from '../reports/tables.ts'
import type { Coverage, ReportName, ReportQuery } from '../schema/reports.ts'
import * as schema from '../schema/reports.ts'
import type { AppEnv } from './env.ts'
import { errorResponses } from './errors.ts'
import type { ReportPeriods } from './report-period.ts'
import { reportPeriods, scopesOf } from './report-period.ts'
import { createRoutes, json } from './route-parts.ts'
import { sheetBody, sheetHeaders } from './sheet.ts'

export interface ReportFigureDeps {
  readonly config: Pick<Config, 'reportZone'>
  readonly clock: Clock
  readonly reader: Reader
  readonly installation: Pick<InstallationStore, 'current'>
  readonly reports: Pick<ReportKeeper, 'catchUp'>
}

/** A report waits so long for calls that are not counted yet, and then tells how many there are. */
const patienceMs = 250

function route<N extends ReportName, S extends z.ZodType>(
  name: N,
  told: { readonly operationId: string; readonly figures: S; readonly summary: string },
) {
  const { operationId, figures, summary } = told
  return createRoute({
    method: 'get',
    path: `/api/reports/${name}`,
    operationId,
    tags: ['Reports'],
    summary,
    description:
      'Inbound calls of a period (`now`) beside those of the period of the same length before it (`then`). Days ' +
      'and hours are those of the call itself in REPORT_ZONE. Figures of leads are those of the leads that opened ' +
      'in the period, with what has become of them since. `format=csv` or `format=xlsx` gives a table as a file.',
    request: { query: schema.reportQuerySchema },
    responses: {
      200: {
        description: 'The report; or its table as a file',
        content: {
          'application/json': { schema: schema.reportSchema(figures) },
          'text/csv': { schema: z.string() },
          'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': {
            schema: z.string().openapi({ format: 'binary' }),
          },
        },
      },
      ...errorResponses(400),
    },
  })
}

const overview = route('overview', {
  operationId: 'reportOverview',
  figures: schema.overviewSchema,
  summary: 'The main figures',
})
const missed = route('missed', {
  operationId: 'reportMissed',
  figures: schema.missedSchema,
  summary: 'Missed calls by reason',
})
const outcomes = route('outcomes', {
  operationId: 'reportOutcomes',
  figures: schema.outcomesSchema,
  summary: 'Outcomes over time',
})
const heatMap = route('heat-map', {
  operationId: 'reportHeatMap',
  figures: schema.heatMapSchema,
  summary: 'Calls by the hour of the week',
})
const callbacks = route('callbacks', {
  operationId: 'reportCallbacks',
  figures: schema.callbacksSchema,
  summary: 'How soon missed callers were called back',
})
const reContact = route('re-contact', {
  operationId: 'reportReContact',
  figures: schema.reContactSchema,
  summary: 'What missed callers did next',
})
const followUps = route('follow-ups', {
  operationId: 'reportFollowUps',
  figures: schema.followUpsSchema,
  summary: 'Messages after calls: delivered, read, answered, converted',
})
const decisions = route('decisions', {
  operationId: 'reportDecisions',
  figures: schema.decisionsSchema,
  summary: 'Decision times, and callers who hung up before we had acted',
})
const conversion = route('conversion', {
  operationId: 'reportConversion',
  figures: schema.conversionSchema,
  summary: 'Leads that were converted, and what they were worth',
})
const regret = route('regret', {
  operationId: 'reportRegret',
  figures: schema.regretSchema,
  summary: 'Which step of a policy loses the most leads',
})
const coverage = route('coverage', {
  operationId: 'reportCoverage',
  figures: schema.coverageSchema,
  summary: 'Hours in which Meta hides the call button',
})

const choices = createRoute({
  method: 'get',
  path: '/api/reports/choices',
  operationId: 'reportChoices',
  tags: ['Reports'],
  summary: 'What the calls of a period can be narrowed to',
  request: { query: schema.reportQuerySchema.pick({ from_date: true, to_date: true }) },
  responses: { 200: json(schema.choicesSchema, 'The choices'), ...errorResponses(400) },
})

type Asked = Context<AppEnv, string, { in: { query: object }; out: { query: ReportQuery } }>

/** One report: how its figures are read, and how they stand in a file. */
interface Kind<F> {
  readonly name: ReportName
  readonly read: (deps: ReportFigureDeps, filter: ReportFilter) => Promise<F>
  readonly table: (now: F, then: F) => ReportTable
}

function periodsOf(context: Asked, deps: ReportFigureDeps): ReportPeriods {
  const query = context.req.valid('query')
  const installation = deps.installation.current()
  return reportPeriods(query, {
    now: deps.clock.now(),
    zone: deps.config.reportZone,
    scopes: scopesOf(context.get('actor'), installation, query.team),
  })
}

const answering =
  (deps: ReportFigureDeps) =>
  async <F>(context: Asked, { name, read, table }: Kind<F>) => {
    const { now: filter, then: earlier, period, before } = periodsOf(context, deps)
    const pending = await deps.reports.catchUp(patienceMs)
    const now = await read(deps, filter)
    const then = await read(deps, earlier)
    const { format = 'json' } = context.req.valid('query')
    if (format !== 'json') {
      const sheet = { name: `${name}-${period.from_date}-${period.to_date}`, ...table(now, then) }
      return context.body(await sheetBody(sheet, format), 200, sheetHeaders(sheet.name, format))
    }
    const { reportZone: zone } = deps.config
    return context.json({ period, before, zone, pending, now, then }, 200)
  }

/** Lines by their names, and the teams among one's own that have one. */
function linesOf(
  { installation }: ReportFigureDeps,
  { ids, teams }: { readonly ids: readonly string[]; readonly teams: readonly string[] | null },
) {
  const { lines } = installation.current()
  const known = new Map(lines.map((line) => [line.id, line]))
  const all = new Set(['main', ...lines.map(({ team }) => team ?? 'main')])
  return {
    lines: ids.map((id) => ({ id, name: known.get(id)?.name ?? known.get(id)?.display ?? id })),
    teams: [...all].filter((team) => teams === null || teams.includes(team)).sort(),
  }
}

async function readCoverage(deps: ReportFigureDeps, filter: ReportFilter): Promise<Coverage> {
  const { until, scopes, line } = filter
  const zone = deps.config.reportZone
  const found = await deps.reader.ask('reportCoverage', { until, scopes, line, zone })
  const names = new Map(deps.installation.current().lines.map(({ id, name }) => [id, name]))
  return {
    ...found,
    lines: found.lines.map((one) => ({ ...one, name: names.get(one.line) ?? null })),
  }
}

/** Reports over what calls count as. */
export function reportFigureRoutes(deps: ReportFigureDeps) {
  const { reader } = deps
  const answer = answering(deps)
  return createRoutes()
    .openapi(overview, (context) =>
      answer(context, {
        name: 'overview',
        read: (_, filter) => reader.ask('reportOverview', { filter }),
        table: tables.overviewTable,
      }),
    )
    .openapi(missed, (context) =>
      answer(context, {
        name: 'missed',
        read: (_, filter) => reader.ask('reportMissed', { filter }),
        table: tables.missedTable,
      }),
    )
    .openapi(outcomes, (context) =>
      answer(context, {
        name: 'outcomes',
        read: (_, filter) => reader.ask('reportOutcomes', { filter }),
        table: tables.outcomesTable,
      }),
    )
    .openapi(heatMap, (context) =>
      answer(context, {
        name: 'heat-map',
        read: (_, filter) => reader.ask('reportHeatMap', { filter }),
        table: tables.heatMapTable,
      }),
    )
    .openapi(callbacks, (context) =>
      answer(context, {
        name: 'callbacks',
        read: (_, filter) => reader.ask('reportCallbacks', { filter }),
        table: tables.callbacksTable,
      }),
    )
    .openapi(reContact, (context) =>
      answer(context, {
        name: 're-contact',
        read: (_, filter) => reader.ask('reportReContact', { filter }),
        table: tables.reContactTable,
      }),
    )
    .openapi(followUps, (context) =>
      answer(context, {
        name: 'follow-ups',
        read: (_, filter) => reader.ask('reportFollowUps', { filter }),
        table: tables.followUpsTable,
      }),
    )
    .openapi(decisions, (context) =>
      answer(context, {
        name: 'decisions',
        read: (_, filter) => reader.ask('reportDecisions', { filter }),
        table: tables.decisionsTable,
      }),
    )
    .openapi(conversion, (context) =>
      answer(context, {
        name: 'conversion',
        read: (_, filter) => reader.ask('reportConversion', { filter }),
        table: tables.conversionTable,
      }),
    )
    .openapi(regret, (context) =>
      answer(context, {
        name: 'regret',
        read: (_, filter) => reader.ask('reportRegret', { filter }),
        table: tables.regretTable,
      }),
    )
    .openapi(coverage, (context) =>
      answer(context, { name: 'coverage', read: readCoverage, table: tables.coverageTable }),
    )
    .openapi(choices, async (context) => {
      const { teams } = context.get('actor')
      const scopes = scopesOf({ teams }, deps.installation.current(), undefined)
      const asked = { now: deps.clock.now(), zone: deps.config.reportZone, scopes }
      const { now: filter } = reportPeriods(context.req.valid('query'), asked)
      const found = await reader.ask('reportChoices', { filter })
      return context.json({ ...found, ...linesOf(deps, { ids: found.lines, teams }) }, 200)
    })
}
