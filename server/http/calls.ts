import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { LineScope } from '../access/scope.ts'
import { lineScope } from '../access/scope.ts'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Config } from '../config.ts'
import { isReported } from '../db/queries/call-filter.ts'
import type { Reader } from '../db/reader.ts'
import type { Writer } from '../db/writer.ts'
import { GatekeeperError } from '../errors.ts'
import { builtInReject } from '../gatekeeper/built-in.ts'
import type { InstallationStore } from '../installation.ts'
import type { ReportKeeper } from '../reports/keeper.ts'
import { startOfPeriod } from '../report-zone.ts'
import type { CallView } from '../schema/call.ts'
import {
  callListQuerySchema,
  callListSchema,
  callPeriods,
  callStatisticsSchema,
  callViewSchema,
} from '../schema/call.ts'
import { decisionViewSchema } from '../schema/decision.ts'
import { viewDecision } from './decision-view.ts'
import type { Auditor } from '../db/commands/audit.ts'
import { auditorOf } from './auditor.ts'
import type { AppEnv } from './env.ts'
import { badRequest, errorResponses } from './errors.ts'
import { callExample, pageExample, statisticsExample } from './call-examples.ts'
import { patienceMs } from './call-log.ts'
import { callFilter } from './call-query.ts'
import { maskCall, maskDecision } from './masking.ts'
import { json } from './route-parts.ts'

export interface CallDeps {
  readonly config: Pick<Config, 'reportZone'>
  readonly clock: Clock
  readonly reader: Reader
  readonly writer: Writer
  readonly installation: Pick<InstallationStore, 'current'>
  readonly reports: Pick<ReportKeeper, 'catchUp'>
  /** Actions were added to the outbox. */
  readonly wake: (actionIds: readonly number[]) => void
}

const tags = ['Calls']
const dayMs = 24 * 60 * 60_000

const idParams = z.object({
  id: z.string().min(1).max(300).openapi({
    description: "The call's reference, or the provider's id",
    example: '7k2m9q4r8t1v5w3x',
  }),
})
const success = z.literal(true)
const ok = { success: true } as const
const done = z.object({
  success,
  message: z.string(),
  /** State of the action at the provider: `pending`, `claimed`, `done` … */
  state: z.string(),
})

const listed = z.object({ success, data: z.array(callViewSchema) })

const list = createRoute({
  method: 'get',
  path: '/api/calls',
  operationId: 'listCalls',
  tags,
  summary: 'The call log',
  description:
    'Days are days in REPORT_ZONE, both included. `contact_id` is the id of a person. Filters from `standing` on ask ' +
    'for what reports count; a figure of a report and the list behind it are the same calls.',
  request: { query: callListQuerySchema },
  responses: { 200: json(callListSchema, 'One page', pageExample), ...errorResponses(400) },
})
const active = createRoute({
  method: 'get',
  path: '/api/calls/active',
  operationId: 'listActiveCalls',
  tags,
  summary: 'Calls that ring or are being talked on',
  responses: {
    200: json(listed, 'Newest first', { ...ok, data: [callExample] }),
    ...errorResponses(),
  },
})
const statistics = createRoute({
  method: 'get',
  path: '/api/calls/statistics',
  operationId: 'callStatistics',
  tags,
  summary: 'Counts and durations',
  description: 'Of today, or of the last 7, 30 or 365 days, today included.',
  request: { query: z.strictObject({ period: z.enum(callPeriods).default('month') }) },
  responses: {
    200: json(z.object({ success, data: callStatisticsSchema }), 'The figures', {
      ...ok,
      data: statisticsExample,
    }),
    ...errorResponses(400),
  },
})
const get = createRoute({
  method: 'get',
  path: '/api/calls/{id}',
  operationId: 'getCall',
  tags,
  summary: 'One call',
  request: { params: idParams },
  responses: {
    200: json(z.object({ success, data: callViewSchema }), 'The call', {
      ...ok,
      data: callExample,
    }),
    ...errorResponses(404),
  },
})
const history = createRoute({
  method: 'get',
  path: '/api/calls/contacts/{contactId}/history',
  operationId: 'contactHistory',
  tags,
  summary: 'The calls of one person',
  request: {
    params: z.object({ contactId: z.coerce.number().int().min(1) }),
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(50) }),
  },
  responses: {
    200: json(listed, 'Newest first', { ...ok, data: [callExample] }),
    ...errorResponses(400, 404),
  },
})
const decision = createRoute({
  method: 'get',
  path: '/api/calls/{id}/decision',
  operationId: 'getDecision',
  tags,
  summary: 'Why a call went the way it went',
  description:
    'One sentence, path, facts with their milliseconds, unknowns, release, what followed by `otherwise`, and the actions ' +
    "with the provider's answers. 404 for a call that was never decided (it was stale, or its end came first).",
  request: { params: idParams },
  responses: { 200: json(decisionViewSchema, 'The decision'), ...errorResponses(404) },
})
const act = (name: 'reject' | 'end' | 'answer', summary: string, description: string) =>
  createRoute({
    method: 'post',
    path: `/api/calls/{id}/${name}`,
    operationId: `${name}Call`,
    tags,
    summary,
    description,
    request: { params: idParams },
    responses: {
      200: json(done, 'It is under way', { ...ok, message: 'It is under way', state: 'pending' }),
      ...errorResponses(404, 409),
    },
  })
const reject = act(
  'reject',
  'Reject a ringing call',
  'The caller also gets a message. 409 `call_over`.',
)
const end = act('end', 'End a call', '409 `call_over` when it is not being talked on.')
const answer = act('answer', 'Answer a call', 'There is no media path: 409 `no_media`.')

async function mustFind(deps: CallDeps, id: string): Promise<CallView> {
  const call = await deps.reader.ask('findCall', { id })
  if (!call) throw new GatekeeperError('not_found', 'there is no such call')
  return call
}

async function readStatistics(
  deps: CallDeps,
  period: (typeof callPeriods)[number],
  scope: LineScope | undefined,
) {
  const from = startOfPeriod(period, deps.config.reportZone, deps.clock.now())
  const { groups, outcomes } = await deps.reader.ask('callStatistics', { from, scope })
  const sum = (matches: (group: (typeof groups)[number]) => boolean, what: 'count' | 'seconds') =>
    groups.filter(matches).reduce((total, group) => total + Number(group[what]), 0)
  const withStatus = (status: string) => sum((group) => group.status === status, 'count')
  const completed = withStatus('completed')
  const over = completed + withStatus('rejected') + withStatus('missed') + withStatus('failed')
  const seconds = sum(() => true, 'seconds')
  const rounded = (value: number) => Math.round(value * 100) / 100
  return {
    period,
    from,
    total_calls: sum(() => true, 'count'),
    inbound_calls: sum((group) => group.direction === 'inbound', 'count'),
    outbound_calls: sum((group) => group.direction === 'outbound', 'count'),
    completed_calls: completed,
    rejected_calls: withStatus('rejected'),
    missed_calls: withStatus('missed'),
    failed_calls: withStatus('failed'),
    total_duration_seconds: seconds,
    total_duration_minutes: rounded(seconds / 60),
    average_duration_seconds: completed === 0 ? 0 : rounded(seconds / completed),
    success_rate: over === 0 ? 0 : rounded((100 * completed) / over),
    outcomes: Object.fromEntries(
      outcomes.map(({ final_outcome, count }) => [final_outcome ?? '', Number(count)]),
    ),
  }
}

/** Asks for a call action by hand; a call that is over, or one that is not there, is refused. */
async function request(
  deps: CallDeps,
  id: string,
  { type, by }: { type: 'reject' | 'terminate'; by: Auditor },
) {
  const call = await mustFind(deps, id)
  const result = await deps.writer.run('requestAction', {
    callId: call.id,
    type,
    by,
    now: deps.clock.now(),
    message: type === 'reject' ? { text: builtInReject.message?.text ?? '' } : null,
  })
  switch (result.kind) {
    case 'not_found':
      throw new GatekeeperError('not_found', 'there is no such call')
    case 'over':
      throw new GatekeeperError('call_over', 'the call is over')
    case 'under_way':
      return result.state
    case 'requested':
      deps.wake(result.actionIds)
      return 'pending'
  }
}

/** The lines that whoever asks may see. */
function scopeOf(context: Context<AppEnv>, { installation }: CallDeps): LineScope | undefined {
  return lineScope(context.get('actor'), installation.current().lines)
}

/** Calls and decisions, for people and programs. */
export function callRoutes(deps: CallDeps) {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw badRequest(result.error, result.target)
    },
  })
  return app
    .openapi(list, async (context) => {
      const query = context.req.valid('query')
      const input = callFilter(query, {
        actor: context.get('actor'),
        installation: deps.installation.current(),
        zone: deps.config.reportZone,
      })
      if (isReported(input)) await deps.reports.catchUp(patienceMs)
      const { data, total } = await deps.reader.ask('listCalls', input)
      const { page, per_page } = query
      const last_page = Math.max(1, Math.ceil(total / per_page))
      const shown = data.map((call) => maskCall(call, context.get('actor')))
      return context.json(
        { ...ok, data: shown, pagination: { current_page: page, last_page, per_page, total } },
        200,
      )
    })
    .openapi(active, async (context) => {
      const since = toIso(deps.clock.now() - dayMs)
      const calls = await deps.reader.ask('activeCalls', { since, scope: scopeOf(context, deps) })
      const data = calls.map((call) => maskCall(call, context.get('actor')))
      return context.json({ ...ok, data }, 200)
    })
    .openapi(statistics, async (context) =>
      context.json(
        {
          ...ok,
          data: await readStatistics(
            deps,
            context.req.valid('query').period,
            scopeOf(context, deps),
          ),
        },
        200,
      ),
    )
    .openapi(history, async (context) => {
      const { contactId } = context.req.valid('param')
      const { limit } = context.req.valid('query')
      const calls = await deps.reader.ask('personCalls', {
        personId: contactId,
        limit,
        scope: scopeOf(context, deps),
      })
      if (!calls) throw new GatekeeperError('not_found', 'there is no such person')
      const data = calls.map((call) => maskCall(call, context.get('actor')))
      return context.json({ ...ok, data }, 200)
    })
    .openapi(get, async (context) => {
      const call = await mustFind(deps, context.req.valid('param').id)
      return context.json({ ...ok, data: maskCall(call, context.get('actor')) }, 200)
    })
    .openapi(decision, async (context) => {
      const call = await mustFind(deps, context.req.valid('param').id)
      const stored = await deps.reader.ask('decisionOf', { callId: call.id })
      if (stored.doc === undefined)
        throw new GatekeeperError('not_found', 'this call was never decided', {
          details: { why: call.undecided ?? 'outbound', status: call.status },
        })
      const view = viewDecision(call, stored.doc, stored.actions)
      const installation = deps.installation.current()
      return context.json(maskDecision(view, context.get('actor'), installation), 200)
    })
    .openapi(reject, async (context) => {
      const state = await request(deps, context.req.valid('param').id, {
        type: 'reject',
        by: auditorOf(context),
      })
      return context.json({ ...ok, message: 'The call is being rejected', state }, 200)
    })
    .openapi(end, async (context) => {
      const state = await request(deps, context.req.valid('param').id, {
        type: 'terminate',
        by: auditorOf(context),
      })
      return context.json({ ...ok, message: 'The call is being ended', state }, 200)
    })
    .openapi(answer, async (context) => {
      await mustFind(deps, context.req.valid('param').id)
      throw new GatekeeperError('no_media', 'there is no media path that could answer a call')
    })
}
