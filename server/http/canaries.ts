import { createRoute, z } from '@hono/zod-openapi'
import { judge } from '../canary/judge.ts'
import type { Reader } from '../db/reader.ts'
import { GatekeeperError } from '../errors.ts'
import type { Releases } from '../releases/releases.ts'
import type { CanaryView } from '../schema/canary.ts'
import { canarySchema, guardsSchema, startCanarySchema } from '../schema/canary.ts'
import { auditorOf } from './auditor.ts'
import { errorResponses } from './errors.ts'
import { idParams } from './policy-schemas.ts'
import { body, createRoutes, json } from './route-parts.ts'

export interface CanaryDeps {
  readonly releases: Releases
  readonly reader: Reader
}

const tags = ['Policies']
const answer = json(z.object({ data: canarySchema }), 'The canary as it stands')

const get = createRoute({
  method: 'get',
  path: '/api/policies/{id}/canary',
  operationId: 'getCanary',
  tags,
  summary: 'The canary that runs, or the last one',
  description:
    'With the figures of both sides (callers, by their first call) and what each guard makes of them. ' +
    'Null where there was none.',
  request: { params: idParams },
  responses: {
    200: json(z.object({ data: canarySchema.nullable() }), 'The canary'),
    ...errorResponses(404),
  },
})
const start = createRoute({
  method: 'post',
  path: '/api/policies/{id}/canary',
  operationId: 'startCanary',
  tags,
  summary: 'Let the draft answer some callers',
  description:
    'Makes a release of the draft that answers `percent` of callers of the lines of what is live; the others ' +
    'are its control. A caller stays on its side. When a guard finds the canary worse than allowed it ends by ' +
    'itself. A release that becomes live meanwhile, by whatever way, ends it too. 409 `conflict` while one ' +
    'runs, when nothing is live or the draft says what is live; 409 `outdated` as for publish.',
  request: { params: idParams, body: body(startCanarySchema) },
  responses: { 200: answer, ...errorResponses(400, 404, 409, 422) },
})
const promote = createRoute({
  method: 'post',
  path: '/api/policies/{id}/canary/promote',
  operationId: 'promoteCanary',
  tags,
  summary: 'Make the canary live for everybody',
  description: 'The release stays the same one; the file is written. 409 when none runs.',
  request: { params: idParams },
  responses: { 200: answer, ...errorResponses(404, 409) },
})
const stop = createRoute({
  method: 'post',
  path: '/api/policies/{id}/canary/stop',
  operationId: 'stopCanary',
  tags,
  summary: 'End the canary',
  description: 'What is live answers everybody again. 409 when none runs.',
  request: { params: idParams },
  responses: { 200: answer, ...errorResponses(404, 409) },
})

async function readCanary(reader: Reader, policyId: string): Promise<CanaryView | null> {
  const found = await reader.ask('lastCanary', { policyId })
  if (!found) return null
  const { row, figures } = found
  const guards = guardsSchema.parse(JSON.parse(row.guards))
  return {
    ...{ id: row.id, policy: row.policy_id, release: row.release, control: row.control },
    ...{ percent: row.percent, guards, state: row.state },
    ...{ startedAt: row.started_at, startedBy: row.started_by, endsAt: row.ends_at },
    ...{ endedAt: row.ended_at, endedBy: row.ended_by, why: row.why },
    figures,
    verdicts: judge(guards, figures),
  }
}

/** Releases that answer a percentage of callers. */
export function canaryRoutes({ releases, reader }: CanaryDeps) {
  const mustRead = async (id: string): Promise<CanaryView> => {
    const canary = await readCanary(reader, id)
    if (!canary) throw new GatekeeperError('not_found', 'there is no canary of this policy')
    return canary
  }
  return createRoutes()
    .openapi(get, async (context) => {
      const { id } = context.req.valid('param')
      releases.get(id)
      return context.json({ data: await readCanary(reader, id) }, 200)
    })
    .openapi(start, async (context) => {
      const { id } = context.req.valid('param')
      await releases.startCanary(id, { ...context.req.valid('json'), by: auditorOf(context) })
      return context.json({ data: await mustRead(id) }, 200)
    })
    .openapi(promote, async (context) => {
      const { id } = context.req.valid('param')
      await releases.promoteCanary(id, auditorOf(context))
      return context.json({ data: await mustRead(id) }, 200)
    })
    .openapi(stop, async (context) => {
      const { id } = context.req.valid('param')
      releases.get(id)
      const by = auditorOf(context)
      const ended = await releases.endCanary(id, {
        ...{ state: 'stopped', why: `${by.name} stopped it.`, by },
      })
      if (!ended) throw new GatekeeperError('conflict', 'no canary of this policy is running')
      return context.json({ data: await mustRead(id) }, 200)
    })
}
