import { createRoute } from '@hono/zod-openapi'
import { lineScope } from '../access/scope.ts'
import type { Reader } from '../db/reader.ts'
import type { InstallationStore } from '../installation.ts'
import type { Rescore } from '../reports/rescore.ts'
import { leadWeightsSchema, leadWeightsViewSchema, usualLeadWeights } from '../schema/lead-score.ts'
import { previewQuerySchema, scorePreviewSchema } from '../schema/lead-work.ts'
import type { Settings } from '../settings.ts'
import { auditorOf } from './auditor.ts'
import { errorResponses } from './errors.ts'
import { maskLead } from './masking.ts'
import { body, createRoutes, json } from './route-parts.ts'

export interface WeightDeps {
  readonly reader: Reader
  readonly installation: Pick<InstallationStore, 'current'>
  readonly settings: Pick<Settings, 'leadWeights'>
  readonly rescore: Rescore
}

const tags = ['Reports']
const path = '/api/reports/lead-weights'
/** Leads a preview shows. */
const top = 20

const get = createRoute({
  method: 'get',
  path,
  operationId: 'getLeadWeights',
  tags,
  summary: 'What leads are scored by',
  responses: { 200: json(leadWeightsViewSchema, 'As it is set'), ...errorResponses() },
})
const put = createRoute({
  method: 'put',
  path,
  operationId: 'putLeadWeights',
  tags,
  summary: 'Set what leads are scored by',
  description:
    'What is left out takes its default. Calls from now on count by it at once; leads there are, are scored anew ' +
    'beside the calls that come in, and `underWay` says whether that goes on.',
  request: { body: body(leadWeightsSchema) },
  responses: { 200: json(leadWeightsViewSchema, 'As it is now'), ...errorResponses(400) },
})
const preview = createRoute({
  method: 'post',
  path: `${path}/preview`,
  operationId: 'previewLeadWeights',
  tags,
  summary: 'The top of the list under other weights, beside the one there is',
  description: 'Changes nothing.',
  request: { body: body(previewQuerySchema) },
  responses: { 200: json(scorePreviewSchema, 'Both lists'), ...errorResponses(400) },
})

/** What the score of a lead is made of. */
export function weightRoutes({ reader, installation, settings, rescore }: WeightDeps) {
  const view = () => ({
    weights: settings.leadWeights.current(),
    default: usualLeadWeights,
    updatedAt: settings.leadWeights.updatedAt,
    underWay: rescore.underWay,
  })
  return createRoutes()
    .openapi(get, (context) => context.json(view(), 200))
    .openapi(put, async (context) => {
      const by = auditorOf(context)
      await settings.leadWeights.set(context.req.valid('json'), { by, operation: 'putLeadWeights' })
      await rescore.begin()
      return context.json(view(), 200)
    })
    .openapi(preview, async (context) => {
      const actor = context.get('actor')
      const scope = lineScope(actor, installation.current().lines)
      const { weights } = context.req.valid('json')
      const { now, then, ...counts } = await reader.ask('previewScores', { weights, top, scope })
      return context.json(
        {
          ...counts,
          now: now.map((lead) => maskLead(lead, actor)),
          then: then.map((lead) => ({ ...maskLead(lead, actor), was: lead.was })),
        },
        200,
      )
    })
}
