import { createRoute, z } from '@hono/zod-openapi'
import type { Reader } from '../db/reader.ts'
import { callerChoiceSchema, callersQuerySchema } from '../schema/callers.ts'
import { errorResponses } from './errors.ts'
import { createRoutes, json } from './route-parts.ts'

export interface CallerDeps {
  readonly reader: Reader
}

const find = createRoute({
  method: 'get',
  path: '/api/callers',
  operationId: 'findCallers',
  tags: ['Policies'],
  summary: 'Contacts to try a policy with',
  description:
    'By a part of their name or number, or by user id; at most 30, the highest priority first. `caller` names ' +
    'one of them in a case.',
  request: { query: callersQuerySchema },
  responses: {
    200: json(z.object({ data: z.array(callerChoiceSchema) }), 'Contacts'),
    ...errorResponses(400),
  },
})

/** Who may be thought of as calling. */
export function callerRoutes({ reader }: CallerDeps) {
  return createRoutes().openapi(find, async (context) =>
    context.json({ data: await reader.ask('findCallers', context.req.valid('query')) }, 200),
  )
}
