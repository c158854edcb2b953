import { createRoute, z } from '@hono/zod-openapi'
import { lineScope } from '../access/scope.ts'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Reader } from '../db/reader.ts'
import type { InstallationStore } from '../installation.ts'
import type { Releases } from '../releases/releases.ts'
import type { TrafficSpan } from '../schema/traffic.ts'
import { trafficSchema, trafficSpans } from '../schema/traffic.ts'
import { errorResponses } from './errors.ts'
import { idParams } from './policy-schemas.ts'
import { createRoutes, json } from './route-parts.ts'

export interface TrafficDeps {
  readonly clock: Clock
  readonly reader: Reader
  readonly releases: Pick<Releases, 'get'>
  readonly installation: Pick<InstallationStore, 'current'>
}

/** More calls are not counted; reading so many takes about half a second. */
const mostCalls = 20_000
const hourMs = 60 * 60_000
const spanMs: Readonly<Record<TrafficSpan, number>> = {
  hour: hourMs,
  day: 24 * hourMs,
  week: 7 * 24 * hourMs,
}

const route = createRoute({
  method: 'get',
  path: '/api/policies/{id}/traffic',
  operationId: 'getTraffic',
  tags: ['Policies'],
  summary: 'How many calls went which way',
  description:
    'Of the calls that any release of this policy decided in the last hour, day or week, the newest 20,000 at ' +
    'most: how many left each step by each exit.',
  request: {
    params: idParams,
    query: z.strictObject({ span: z.enum(trafficSpans).default('day') }),
  },
  responses: { 200: json(trafficSchema, 'The ways, most used first'), ...errorResponses(400, 404) },
})

/** What becomes of calls, as widths of the ways on the drawing. */
export function trafficRoutes({ clock, reader, releases, installation }: TrafficDeps) {
  return createRoutes().openapi(route, async (context) => {
    const { id } = context.req.valid('param')
    const { span } = context.req.valid('query')
    releases.get(id)
    const since = toIso(clock.now() - spanMs[span])
    const scope = lineScope(context.get('actor'), installation.current().lines)
    const found = await reader.ask('policyTraffic', { policy: id, since, limit: mostCalls, scope })
    return context.json(found, 200)
  })
}
