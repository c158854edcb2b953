import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { newId } from '../access/secrets.ts'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { Writer } from '../db/writer.ts'
import { GatekeeperError } from '../errors.ts'
import type { SavedView } from '../schema/lead-work.ts'
import { leadSearchSchema, newLeadViewSchema, savedViewSchema } from '../schema/lead-work.ts'
import { auditorOf } from './auditor.ts'
import type { AppEnv } from './env.ts'
import { errorResponses } from './errors.ts'
import { body, createRoutes, done, json } from './route-parts.ts'

export interface LeadViewDeps {
  readonly db: Db
  readonly writer: Writer
  readonly clock: Clock
}

const tags = ['Reports']
const viewsSchema = z.object({ data: z.array(savedViewSchema) })

const list = createRoute({
  method: 'get',
  path: '/api/reports/lead-views',
  operationId: 'listLeadViews',
  tags,
  summary: 'One’s own saved views of leads',
  responses: { 200: json(viewsSchema, 'By name'), ...errorResponses() },
})
const save = createRoute({
  method: 'post',
  path: '/api/reports/lead-views',
  operationId: 'saveLeadView',
  tags,
  summary: 'Keep filters under a name',
  description:
    'The same name again replaces what it was. Views belong to an account; a token has none.',
  request: { body: body(newLeadViewSchema) },
  responses: { 200: json(viewsSchema, 'All of them, by name'), ...errorResponses(400, 409) },
})
const remove = createRoute({
  method: 'delete',
  path: '/api/reports/lead-views/{id}',
  operationId: 'deleteLeadView',
  tags,
  summary: 'Forget a saved view',
  request: { params: z.object({ id: z.string().min(1).max(64) }) },
  responses: { 200: json(done, 'Forgotten'), ...errorResponses(400, 404) },
})

/** Whose views they are; programs keep none. */
function accountOf(context: Context<AppEnv>): string | undefined {
  const { kind, id } = context.get('actor')
  return kind === 'account' ? (id ?? undefined) : undefined
}

function ownAccount(context: Context<AppEnv>): string {
  const account = accountOf(context)
  if (account === undefined)
    throw new GatekeeperError('forbidden', 'views belong to an account: sign in to keep one')
  return account
}

/** Filters of the list of leads that accounts keep under names. */
export function leadViewRoutes({ db, writer, clock }: LeadViewDeps) {
  async function viewsOf(account: string | undefined): Promise<SavedView[]> {
    if (account === undefined) return []
    const rows = await db
      .selectFrom('lead_views')
      .selectAll()
      .where('account_id', '=', account)
      .orderBy('name')
      .execute()
    return rows.map(({ id, name, search, created_at }) => ({
      id,
      name,
      search: leadSearchSchema.catch({}).parse(JSON.parse(search)),
      createdAt: created_at,
    }))
  }
  return createRoutes()
    .openapi(list, async (context) =>
      context.json({ data: await viewsOf(accountOf(context)) }, 200),
    )
    .openapi(save, async (context) => {
      const accountId = ownAccount(context)
      const change = { accountId, at: toIso(clock.now()), by: auditorOf(context) }
      const saved = { ...change, id: newId(), ...context.req.valid('json') }
      if (!(await writer.run('saveLeadView', saved)))
        throw new GatekeeperError('conflict', 'there are 50 views already: forget one first')
      return context.json({ data: await viewsOf(accountId) }, 200)
    })
    .openapi(remove, async (context) => {
      const { id } = context.req.valid('param')
      const change = { accountId: accountOf(context) ?? '', at: toIso(clock.now()) }
      if (!(await writer.run('deleteLeadView', { ...change, id, by: auditorOf(context) })))
        throw new GatekeeperError('not_found', 'you have no such view')
      return context.json({ success: true as const }, 200)
    })
}
