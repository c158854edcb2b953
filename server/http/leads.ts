import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { LineScope } from '../access/scope.ts'
import { lineScope } from '../access/scope.ts'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { FeedEvent } from '../db/commands/feed.ts'
import type { ChangeLeadsInput } from '../db/commands/lead-work.ts'
import type { Db } from '../db/open.ts'
import type { Reader } from '../db/reader.ts'
import type { Writer } from '../db/writer.ts'
import { GatekeeperError } from '../errors.ts'
import type { InstallationStore } from '../installation.ts'
import { teamsSchema } from '../schema/access.ts'
import type { LeadChange, LeadChanged } from '../schema/lead-work.ts'
import {
  assigneesSchema,
  bulkChangedSchema,
  bulkChangeSchema,
  leadChangeSchema,
} from '../schema/lead-work.ts'
import { leadDetailSchema } from '../schema/lead.ts'
import { auditorOf } from './auditor.ts'
import type { AppEnv } from './env.ts'
import { errorResponses } from './errors.ts'
import { maskLeadDetail } from './masking.ts'
import { expectedRevision, ifMatchHeader } from './policy-schemas.ts'
import { body, createRoutes, json } from './route-parts.ts'

export interface LeadDeps {
  readonly db: Db
  readonly reader: Reader
  readonly writer: Writer
  readonly clock: Clock
  readonly installation: Pick<InstallationStore, 'current'>
  readonly live: { publish(events: readonly FeedEvent[]): void }
}

const tags = ['Reports']
const params = z.object({ ref: z.string().min(1).max(64) })

const getLead = createRoute({
  method: 'get',
  path: '/api/reports/silent-leads/{ref}',
  operationId: 'getSilentLead',
  tags,
  summary: 'One lead with all that happened',
  description:
    'Every call with why it was missed, what the person was told and what became of that (delivered, read, link ' +
    'opened, the time it named kept or broken), what they wrote, and what people here did. The ETag is the revision.',
  request: { params },
  responses: { 200: json(leadDetailSchema, 'The lead'), ...errorResponses(400, 404) },
})

const changeLead = createRoute({
  method: 'patch',
  path: '/api/reports/silent-leads/{ref}',
  operationId: 'changeLead',
  tags,
  summary: 'Work on a lead',
  description:
    'Assign it, set its clock, note something, say what came of it. `If-Match` is the revision you saw. A new missed ' +
    'call makes a lead new again (assigned, where it is somebody’s), whatever came of it before.',
  request: { params, headers: ifMatchHeader, body: body(leadChangeSchema) },
  responses: {
    200: json(leadDetailSchema, 'The lead as it is now'),
    ...errorResponses(400, 404, 412, 428),
  },
})

const changeMany = createRoute({
  method: 'post',
  path: '/api/reports/silent-leads/bulk',
  operationId: 'changeLeads',
  tags,
  summary: 'Do the same about several leads',
  description:
    'Each is changed if it still has the revision you saw; the answer says what came of each.',
  request: { body: body(bulkChangeSchema) },
  responses: { 200: json(bulkChangedSchema, 'What came of each'), ...errorResponses(400) },
})

const assignees = createRoute({
  method: 'get',
  path: '/api/reports/lead-assignees',
  operationId: 'listLeadAssignees',
  tags,
  summary: 'Who leads can be given to',
  responses: { 200: json(assigneesSchema, 'By name'), ...errorResponses() },
})

const refusals: Readonly<Partial<Record<LeadChanged['result'], string>>> = {
  not_theirs: 'whom it is for does not see this line: give it to somebody of its team',
  needs_assignee: 'an assigned lead is somebody’s: send whose with it',
}

/** What is done about leads, one or many. */
export function leadRoutes({ db, reader, writer, clock, installation, live }: LeadDeps) {
  const scopeOf = (context: Context<AppEnv>) =>
    lineScope(context.get('actor'), installation.current().lines)

  async function accountsFor(context: Context<AppEnv>) {
    const rows = await db
      .selectFrom('accounts')
      .select(['id', 'name', 'teams'])
      .where('disabled_at', 'is', null)
      .where('role', '!=', 'viewer')
      .orderBy('name')
      .execute()
    const { teams } = context.get('actor')
    return rows
      .map((row) => ({ ...row, teams: teamsSchema.parse(row.teams && JSON.parse(row.teams)) }))
      .filter((row) => !teams || !row.teams || row.teams.some((team) => teams.includes(team)))
  }

  /** The lines of whom leads are given to. */
  async function assigneeScope(
    context: Context<AppEnv>,
    { assignee }: LeadChange,
  ): Promise<LineScope | undefined> {
    if (assignee === undefined || assignee === null) return undefined
    const account = (await accountsFor(context)).find(({ id }) => id === assignee)
    if (!account) throw new GatekeeperError('bad_request', 'assignee: there is nobody with this id')
    return lineScope(account, installation.current().lines)
  }

  async function change(
    context: Context<AppEnv>,
    input: Pick<ChangeLeadsInput, 'leads' | 'change' | 'operation'>,
  ): Promise<LeadChanged[]> {
    const { lines } = installation.current()
    const { results, events } = await writer.run('changeLeads', {
      ...input,
      at: toIso(clock.now()),
      by: auditorOf(context),
      scope: scopeOf(context),
      assigneeScope: await assigneeScope(context, input.change),
      teams: Object.fromEntries(lines.map(({ id, team }) => [id, team ?? 'main'])),
    })
    live.publish(events)
    return results
  }

  async function show(context: Context<AppEnv>, ref: string) {
    const lead = await reader.ask('leadDetail', { ref, now: toIso(clock.now()) })
    if (!lead) throw new GatekeeperError('not_found', 'there is no such lead')
    context.header('ETag', `"${lead.revision}"`)
    return maskLeadDetail(lead, context.get('actor'))
  }

  return createRoutes()
    .openapi(getLead, async (context) =>
      context.json(await show(context, context.req.valid('param').ref), 200),
    )
    .openapi(changeLead, async (context) => {
      const { ref } = context.req.valid('param')
      const revision = expectedRevision(context.req.valid('header')['if-match'])
      if (revision === undefined)
        throw new GatekeeperError('precondition_required', 'send If-Match: the revision you saw')
      const leads = [{ ref, revision }]
      const wanted = context.req.valid('json')
      const [done] = await change(context, { leads, change: wanted, operation: 'changeLead' })
      if (!done || done.result === 'not_found')
        throw new GatekeeperError('not_found', 'there is no such lead')
      if (done.result === 'outdated')
        throw new GatekeeperError('precondition_failed', 'somebody changed this lead since', {
          details: { revision: done.revision },
        })
      const refusal = refusals[done.result]
      if (refusal !== undefined) throw new GatekeeperError('bad_request', refusal)
      return context.json(await show(context, ref), 200)
    })
    .openapi(changeMany, async (context) => {
      const { leads, change: wanted } = context.req.valid('json')
      const data = await change(context, { leads, change: wanted, operation: 'changeLeads' })
      return context.json({ data }, 200)
    })
    .openapi(assignees, async (context) => {
      const data = (await accountsFor(context)).map(({ id, name }) => ({ id, name }))
      return context.json({ data }, 200)
    })
}
