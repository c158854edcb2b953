import { createRoute, z } from '@hono/zod-openapi'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { CallCursor } from '../db/queries/call-log.ts'
import type { CallFilter } from '../db/queries/call-filter.ts'
import { isReported } from '../db/queries/call-filter.ts'
import type { Reader } from '../db/reader.ts'
import { GatekeeperError } from '../errors.ts'
import type { InstallationStore } from '../installation.ts'
import type { CsvCell } from '../reports/csv.ts'
import type { ReportKeeper } from '../reports/keeper.ts'
import { dateOf, localTime } from '../reports/local-time.ts'
import type { Actor } from '../schema/access.ts'
import type { CallView } from '../schema/call.ts'
import {
  callExportQuerySchema,
  exportProgressSchema,
  timelineEntrySchema,
} from '../schema/call-log.ts'
import { hidden, seesNumbers } from '../schema/privacy.ts'
import { timelineExample } from './call-examples.ts'
import { callFilter } from './call-query.ts'
import { errorResponses } from './errors.ts'
import type { Exports, Progress } from './exports.ts'
import { createExports } from './exports.ts'
import { maskCall } from './masking.ts'
import { createRoutes, json } from './route-parts.ts'
import { sheetBody, sheetHeaders } from './sheet.ts'

export interface CallLogDeps {
  readonly config: Pick<Config, 'reportZone'>
  readonly clock: Clock
  readonly reader: Reader
  readonly installation: Pick<InstallationStore, 'current'>
  readonly reports: Pick<ReportKeeper, 'catchUp'>
}

/** Calls an export holds in memory. */
const pieceSize = 500
/** Filters by what reports count wait so long for what is not counted yet. */
export const patienceMs = 250

const exportRoute = createRoute({
  method: 'get',
  path: '/api/calls/export',
  operationId: 'exportCalls',
  tags: ['Calls'],
  summary: 'The call log as a file',
  description:
    'All calls that match, newest first, read only as fast as they are taken. `X-Total-Count` tells how many there ' +
    'are. In CSV (RFC 4180) texts a spreadsheet would take for a formula begin with an apostrophe.',
  request: { query: callExportQuerySchema },
  responses: {
    200: {
      description: 'The file',
      content: {
        'text/csv': { schema: z.string() },
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': {
          schema: z.string().openapi({ format: 'binary' }),
        },
      },
    },
    ...errorResponses(400),
  },
})
const progressRoute = createRoute({
  method: 'get',
  path: '/api/exports/{id}',
  operationId: 'getExportProgress',
  tags: ['Calls'],
  summary: 'How far an export of one’s own is',
  request: { params: z.object({ id: z.string().min(1).max(64) }) },
  responses: { 200: json(exportProgressSchema, 'Rows written'), ...errorResponses(404) },
})
const timelineRoute = createRoute({
  method: 'get',
  path: '/api/calls/{id}/timeline',
  operationId: 'getCallTimeline',
  tags: ['Calls'],
  summary: 'Everything that happened to a call, in order',
  description:
    'What the provider told us, the decision, what we asked of the provider with its answers, and how far ' +
    'our messages got.',
  request: {
    params: z.object({
      id: z.string().min(1).max(300).openapi({
        description: "The call's reference, or the provider's id",
        example: '7k2m9q4r8t1v5w3x',
      }),
    }),
  },
  responses: {
    200: json(z.object({ data: z.array(timelineEntrySchema) }), 'Oldest first', timelineExample),
    ...errorResponses(404),
  },
})

const columns: Readonly<Record<string, (call: CallView) => CsvCell>> = {
  ref: (call) => call.ref,
  initiated_at: (call) => call.initiated_at,
  line: (call) => call.line,
  channel: (call) => call.channel,
  direction: (call) => call.direction,
  media: (call) => call.media,
  caller: (call) => call.contact?.name,
  from_number: (call) => call.from_number,
  to_number: (call) => call.to_number,
  user_id: (call) => call.user_id,
  status: (call) => call.status,
  undecided: (call) => call.undecided,
  policy: (call) => call.policy,
  release: (call) => call.release,
  outcome: (call) => call.outcome,
  node: (call) => call.node,
  final_outcome: (call) => call.final_outcome,
  final_node: (call) => call.final_node,
  decision_ms: (call) => call.decision_ms,
  answered_at: (call) => call.answered_at,
  ended_at: (call) => call.ended_at,
  duration_seconds: (call) => call.duration_seconds,
  failure_reason: (call) => call.failure_reason,
}

async function* rowsOf(
  { reader }: CallLogDeps,
  asked: { readonly filter: CallFilter; readonly actor: Actor; readonly progress: Progress },
): AsyncGenerator<CsvCell[]> {
  const { filter, actor, progress } = asked
  const read = Object.values(columns)
  try {
    for (let after: CallCursor | undefined, isFirst = true; isFirst || after; isFirst = false) {
      const piece = await reader.ask('callPiece', { filter, after, limit: pieceSize })
      for (const call of piece.calls) {
        const shown = maskCall(call, actor)
        yield read.map((value) => value(shown))
      }
      progress.add(piece.calls.length)
      after = piece.next
    }
  } finally {
    progress.end()
  }
}

const nameOf = (now: number, zone: string): string => `calls-${dateOf(localTime(now, zone).day)}`

const ownerOf = ({ kind, id }: Actor): string => `${kind}:${id ?? ''}`

/** The call log as files, and what happened to one call. */
export function callLogRoutes(deps: CallLogDeps, exports: Exports = createExports(deps.clock)) {
  const { config, clock, reader, reports } = deps
  return createRoutes()
    .openapi(exportRoute, async (context) => {
      const { format, export: id, ...query } = context.req.valid('query')
      const actor = context.get('actor')
      const installation = deps.installation.current()
      const filter = callFilter(query, { actor, installation, zone: config.reportZone })
      if (isReported(filter)) await reports.catchUp(patienceMs)
      const total = await reader.ask('countCalls', { filter })
      const progress = exports.begin({ owner: ownerOf(actor), id, total })
      const name = nameOf(clock.now(), config.reportZone)
      const rows = rowsOf(deps, { filter, actor, progress })
      const body = await sheetBody({ name, columns: Object.keys(columns), rows }, format)
      return context.body(body, 200, {
        ...sheetHeaders(name, format),
        'X-Total-Count': String(total),
      })
    })
    .openapi(progressRoute, (context) => {
      const { id } = context.req.valid('param')
      const progress = exports.find(ownerOf(context.get('actor')), id)
      if (!progress) throw new GatekeeperError('not_found', 'there is no such export')
      return context.json(progress, 200)
    })
    .openapi(timelineRoute, async (context) => {
      const call = await reader.ask('findCall', { id: context.req.valid('param').id })
      if (!call) throw new GatekeeperError('not_found', 'there is no such call')
      const entries = await reader.ask('callTimeline', { callId: call.id })
      const actor = context.get('actor')
      // a provider's words of refusal may hold what was sent
      const data = seesNumbers(actor)
        ? entries
        : entries.map((entry) =>
            entry.kind === 'answer' && entry.detail !== null ? { ...entry, detail: hidden } : entry,
          )
      return context.json({ data }, 200)
    })
}
