import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { lineScope } from '../access/scope.ts'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Reader } from '../db/reader.ts'
import { GatekeeperError } from '../errors.ts'
import type { InstallationStore } from '../installation.ts'
import type { Releases } from '../releases/releases.ts'
import { hasErrors } from '../releases/read-document.ts'
import { replayCallsSchema, replaySummarySchema } from '../schema/replay.ts'
import type { AppEnv } from './env.ts'
import { errorResponses } from './errors.ts'
import { documentSchema, idParams } from './policy-schemas.ts'
import { body, createRoutes, json } from './route-parts.ts'

export interface ReplayDeps {
  readonly clock: Clock
  readonly reader: Reader
  readonly releases: Pick<Releases, 'get' | 'assess'>
  readonly installation: Pick<InstallationStore, 'current'>
}

/** More calls are not decided again at once. */
const mostCalls = 10_000
const dayMs = 24 * 60 * 60_000

const days = z.number().int().min(1).max(90)
const limit = z.number().int().min(1).max(mostCalls)
const inQuery = z.strictObject({
  days: z.coerce.number().pipe(days).default(7),
  limit: z.coerce.number().pipe(limit).default(mostCalls),
})
const inBody = z.strictObject({
  days: days.default(7),
  limit: limit.default(mostCalls),
  document: documentSchema.optional(),
})

const tags = ['Policies']
const list = createRoute({
  method: 'get',
  path: '/api/policies/{id}/replay-calls',
  operationId: 'listReplayCalls',
  tags,
  summary: 'Past calls with the facts they were decided by',
  description:
    'The calls that this policy decided in the last days, the newest 10,000 at most, packed: what many ' +
    'calls have in common stands once. Facts that the role does not see are left out and named.',
  request: { params: idParams, query: inQuery },
  responses: { 200: json(replayCallsSchema, 'The calls'), ...errorResponses(400, 404) },
})
const replay = createRoute({
  method: 'post',
  path: '/api/policies/{id}/replay',
  operationId: 'replayPolicy',
  tags,
  summary: 'Which past calls the draft, or a document, would decide otherwise',
  description:
    'With the facts that were seen then. A call of which the document asks what the journal does not hold ' +
    'is `undecidable`, and the facts are named under `missing`: nothing is guessed. Nothing is stored.',
  request: {
    params: idParams,
    body: body(inBody),
  },
  responses: {
    200: json(replaySummarySchema, 'What would change'),
    ...errorResponses(400, 404, 422),
  },
})

/** Past calls decided again. */
export function replayRoutes({ clock, reader, releases, installation }: ReplayDeps) {
  const rangeOf = (
    context: Context<AppEnv>,
    { id, days: count, limit: most }: { id: string; days: number; limit: number },
  ) => {
    const now = installation.current()
    const actor = context.get('actor')
    return {
      policy: id,
      since: toIso(clock.now() - count * dayMs),
      limit: most,
      scope: lineScope(actor, now.lines),
      actor: { role: actor.role },
      installation: now,
    }
  }
  return createRoutes()
    .openapi(list, async (context) => {
      const { id } = context.req.valid('param')
      releases.get(id)
      const range = rangeOf(context, { id, ...context.req.valid('query') })
      const found = await reader.ask('replayable', range)
      return context.json({ since: range.since, ...found }, 200)
    })
    .openapi(replay, async (context) => {
      const { id } = context.req.valid('param')
      const { document, ...rest } = context.req.valid('json')
      releases.get(id)
      const { policy, problems } = await releases.assess(id, document)
      const own = problems.filter(({ code }) => code !== 'number_claimed')
      if (!policy || hasErrors(own))
        throw new GatekeeperError('invalid_policy', 'a policy with errors cannot decide anything', {
          details: { problems },
        })
      const range = rangeOf(context, { id, ...rest })
      const found = await reader.ask('replayDocument', { ...range, document: policy })
      return context.json({ since: range.since, ...found }, 200)
    })
}
