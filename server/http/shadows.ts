import { createRoute, z } from '@hono/zod-openapi'
import { lineScope } from '../access/scope.ts'
import type { Reader } from '../db/reader.ts'
import { GatekeeperError } from '../errors.ts'
import type { InstallationStore } from '../installation.ts'
import { contentHash, tidy } from '../releases/document.ts'
import type { Releases } from '../releases/releases.ts'
import { paginationSchema } from '../schema/call.ts'
import { shadowDifferenceSchema, shadowSchema } from '../schema/shadow.ts'
import type { Shadows } from '../shadow/shadows.ts'
import { auditorOf } from './auditor.ts'
import { errorResponses } from './errors.ts'
import { documentSchema, idParams } from './policy-schemas.ts'
import { body, createRoutes, json } from './route-parts.ts'

export interface ShadowDeps {
  readonly releases: Releases
  readonly shadows: Shadows
  readonly reader: Reader
  readonly installation: Pick<InstallationStore, 'current'>
}

const tags = ['Policies']
const answer = json(z.object({ data: shadowSchema.nullable() }), 'The shadow, or null without any')

const get = createRoute({
  method: 'get',
  path: '/api/policies/{id}/shadow',
  operationId: 'getShadow',
  tags,
  summary: 'The shadow that runs, or the last one',
  request: { params: idParams },
  responses: { 200: answer, ...errorResponses(404) },
})
const start = createRoute({
  method: 'post',
  path: '/api/policies/{id}/shadow',
  operationId: 'startShadow',
  tags,
  summary: 'Let a draft decide silently beside live',
  description:
    'Takes the draft as it stands now, or the document given. Every call that the policy decides is then ' +
    'decided by it again, after the answer to the provider; nothing is done, only differences are kept. ' +
    'Begins anew where one runs. 409 `conflict` when nothing is live.',
  request: {
    params: idParams,
    body: body(z.strictObject({ draft: documentSchema.optional() }), {}),
  },
  responses: { 200: answer, ...errorResponses(400, 404, 409, 422) },
})
const stop = createRoute({
  method: 'delete',
  path: '/api/policies/{id}/shadow',
  operationId: 'stopShadow',
  tags,
  summary: 'End the shadow',
  description: 'Its differences stay. 409 `conflict` when none runs.',
  request: { params: idParams },
  responses: { 200: answer, ...errorResponses(404, 409) },
})
const list = createRoute({
  method: 'get',
  path: '/api/policies/{id}/shadow/differences',
  operationId: 'listShadowDifferences',
  tags,
  summary: 'Calls that the draft would have decided otherwise',
  description:
    'Of the shadow that runs, or of the last one; newest first, of lines of your teams only. New ones also ' +
    'come as `shadow.difference` on the live feed.',
  request: {
    params: idParams,
    query: z.strictObject({
      page: z.coerce.number().int().min(1).max(1_000_000).default(1),
      per_page: z.coerce.number().int().min(1).max(100).default(25),
    }),
  },
  responses: {
    200: json(
      z.object({ data: z.array(shadowDifferenceSchema), pagination: paginationSchema }),
      'One page',
    ),
    ...errorResponses(400, 404),
  },
})

/** Drafts that decide beside what is live, and what they would have done otherwise. */
export function shadowRoutes({ releases, shadows, reader, installation }: ShadowDeps) {
  const read = async (policyId: string) => (await reader.ask('lastShadow', { policyId })) ?? null
  return createRoutes()
    .openapi(get, async (context) => {
      const { id } = context.req.valid('param')
      releases.get(id)
      return context.json({ data: await read(id) }, 200)
    })
    .openapi(start, async (context) => {
      const { id } = context.req.valid('param')
      const { draft } = context.req.valid('json')
      if (!releases.get(id).live)
        throw new GatekeeperError('conflict', 'nothing is live that a draft could stand beside')
      const { document, policy, problems } = await releases.assess(id, draft)
      const errors = problems.filter(
        ({ severity, code }) => severity === 'error' && code !== 'number_claimed',
      )
      if (!document || !policy || errors.length > 0)
        throw new GatekeeperError('invalid_policy', 'a draft with errors cannot decide', {
          details: { problems },
        })
      const tidied = tidy(document, policy)
      const hash = contentHash(tidied)
      await shadows.start(id, { document: tidied, policy, hash, by: auditorOf(context) })
      return context.json({ data: await read(id) }, 200)
    })
    .openapi(stop, async (context) => {
      const { id } = context.req.valid('param')
      releases.get(id)
      await shadows.stop(id, auditorOf(context))
      return context.json({ data: await read(id) }, 200)
    })
    .openapi(list, async (context) => {
      const { id } = context.req.valid('param')
      const { page, per_page } = context.req.valid('query')
      releases.get(id)
      const scope = lineScope(context.get('actor'), installation.current().lines)
      const { data, total } = await reader.ask('shadowDifferences', {
        ...{ policyId: id, scope, page, perPage: per_page },
      })
      const last_page = Math.max(1, Math.ceil(total / per_page))
      return context.json(
        { data, pagination: { current_page: page, last_page, per_page, total } },
        200,
      )
    })
}
