import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { decisionSchema } from '../schema/decision.ts'
import { renderedMessageSchema } from '../schema/message.ts'
import { outcomeKinds } from '../schema/policy.ts'
import type { AppEnv } from './env.ts'
import { errorResponses } from './errors.ts'
import type { PolicyDeps } from './policies.ts'
import { idParams, simulateBody } from './policy-schemas.ts'

const { node, path, facts, unknown, fallback, trace } = decisionSchema.shape

const simulatedSchema = z
  .object({
    at: z.iso.datetime({ offset: true }),
    policy: z.string(),
    outcome: z.enum(outcomeKinds),
    node,
    path,
    facts,
    unknown,
    fallback,
    effects: z.array(z.looseObject({ node: z.string() })).openapi({
      description: 'Effects passed on the way, none of which were carried out',
    }),
    trace,
    message: renderedMessageSchema.nullable(),
  })
  .openapi('Simulated')

const route = createRoute({
  method: 'post',
  path: '/api/policies/{id}/simulate',
  operationId: 'simulatePolicy',
  tags: ['Policies'],
  summary: 'Try the draft, or a document, on a call',
  description:
    'Decides a case (as in the cases file; without `at`, now) or a set of facts. A `caller` who is in the ' +
    'address book is found there. Nothing is stored, nothing is sent.',
  request: {
    params: idParams,
    body: { required: true, content: { 'application/json': { schema: simulateBody } } },
  },
  responses: {
    200: {
      description: 'The decision, with its trace',
      content: { 'application/json': { schema: simulatedSchema } },
    },
    ...errorResponses(400, 404, 413, 415, 422),
  },
})

export function simulateRoutes({ releases }: PolicyDeps) {
  return new OpenAPIHono<AppEnv>().openapi(route, async (context) => {
    const { id } = context.req.valid('param')
    const { case: given, facts, document } = context.req.valid('json')
    const theCase = { ...given, facts: { ...given?.facts, ...facts } }
    const simulated = await releases.simulate(id, theCase, document)
    return context.json(simulated, 200)
  })
}
