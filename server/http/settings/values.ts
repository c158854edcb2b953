import { createRoute } from '@hono/zod-openapi'
import type { Config } from '../../config.ts'
import type { Db } from '../../db/open.ts'
import type { RetentionJob } from '../../retention.ts'
import { lastRunSetting } from '../../retention.ts'
import {
  courtesySchema,
  courtesyViewSchema,
  retentionSchema,
  retentionViewSchema,
} from '../../schema/settings.ts'
import type { Settings } from '../../settings.ts'
import { auditorOf } from '../auditor.ts'
import { errorResponses } from '../errors.ts'
import { body, createRoutes, json } from '../route-parts.ts'

export interface ValueDeps {
  readonly config: Pick<Config, 'followUp'>
  readonly db: Db
  readonly settings: Settings
  readonly retention: RetentionJob
}

const tags = ['Settings']
const getCourtesy = createRoute({
  method: 'get',
  path: '/api/settings/courtesy',
  operationId: 'getCourtesy',
  tags,
  summary: 'How often one person is written to after calls',
  responses: { 200: json(courtesyViewSchema, 'As it is set'), ...errorResponses() },
})
const putCourtesy = createRoute({
  method: 'put',
  path: '/api/settings/courtesy',
  operationId: 'putCourtesy',
  tags,
  summary: 'Set how often one person is written to after calls',
  description: 'Holds from the next call on, whatever the environment says.',
  request: { body: body(courtesySchema) },
  responses: { 200: json(courtesyViewSchema, 'As it is now'), ...errorResponses(400) },
})
const getRetention = createRoute({
  method: 'get',
  path: '/api/settings/retention',
  operationId: 'getRetention',
  tags,
  summary: 'After how many days data is deleted',
  responses: { 200: json(retentionViewSchema, 'As it is set'), ...errorResponses() },
})
const putRetention = createRoute({
  method: 'put',
  path: '/api/settings/retention',
  operationId: 'putRetention',
  tags,
  summary: 'Set after how many days data is deleted',
  description: 'What is left out takes its default. Counts of calls stay in reports when calls go.',
  request: { body: body(retentionSchema) },
  responses: { 200: json(retentionViewSchema, 'As it is now'), ...errorResponses(400) },
})

/** Courtesy and retention. */
export function valueRoutes({ config, db, settings, retention }: ValueDeps) {
  const viewCourtesy = () => ({
    courtesy: settings.courtesy.current(),
    default: config.followUp,
    updatedAt: settings.courtesy.updatedAt,
  })
  const viewRetention = async () => {
    const row = await db
      .selectFrom('settings')
      .select('value')
      .where('key', '=', lastRunSetting)
      .executeTakeFirst()
    return {
      retention: settings.retention.current(),
      updatedAt: settings.retention.updatedAt,
      lastRun: retentionViewSchema.shape.lastRun.parse(row ? JSON.parse(row.value) : null),
    }
  }
  return createRoutes()
    .openapi(getCourtesy, (context) => context.json(viewCourtesy(), 200))
    .openapi(putCourtesy, async (context) => {
      const by = auditorOf(context)
      await settings.courtesy.set(context.req.valid('json'), { by, operation: 'putCourtesy' })
      return context.json(viewCourtesy(), 200)
    })
    .openapi(getRetention, async (context) => context.json(await viewRetention(), 200))
    .openapi(putRetention, async (context) => {
      const by = auditorOf(context)
      await settings.retention.set(context.req.valid('json'), { by, operation: 'putRetention' })
      retention.soon()
      return context.json(await viewRetention(), 200)
    })
}
