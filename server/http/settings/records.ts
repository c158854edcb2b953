import { createRoute, z } from '@hono/zod-openapi'
import type { Clock } from '../../clock.ts'
import { toIso } from '../../clock.ts'
import type { Writer } from '../../db/writer.ts'
import { GatekeeperError } from '../../errors.ts'
import type { InstallationStore } from '../../installation.ts'
import { declarationKey } from '../../installation.ts'
import { agentBodySchema, attributesBodySchema } from '../../schema/address-book.ts'
import { nameSchema } from '../../schema/primitives.ts'
import { agentSchema } from '../../schema/seeds.ts'
import { auditorOf } from '../auditor.ts'
import { errorResponses } from '../errors.ts'
import { body, createRoutes, done, json } from '../route-parts.ts'

export interface RecordDeps {
  readonly clock: Clock
  readonly writer: Writer
  readonly installation: InstallationStore
}

const tags = ['Settings']
const params = z.object({ agent: nameSchema })
const path = '/api/settings/agents/{agent}'

const putAgent = createRoute({
  method: 'put',
  path,
  operationId: 'putAgent',
  tags,
  summary: 'Add or change an agent',
  description:
    'A team exists because an agent names it. agents.json does not set this agent any more.',
  request: { params, body: body(agentBodySchema) },
  responses: { 200: json(agentSchema, 'The agent now'), ...errorResponses(400) },
})
const deleteAgent = createRoute({
  method: 'delete',
  path,
  operationId: 'deleteAgent',
  tags,
  summary: 'Take an agent away',
  request: { params },
  responses: { 200: json(done, 'Gone'), ...errorResponses(400, 404) },
})
const getAttributes = createRoute({
  method: 'get',
  path: '/api/settings/attributes',
  operationId: 'getAttributes',
  tags,
  summary: 'Declared attributes of contacts and fields of the CRM',
  responses: { 200: json(attributesBodySchema, 'As attributes.json'), ...errorResponses() },
})
const putAttributes = createRoute({
  method: 'put',
  path: '/api/settings/attributes',
  operationId: 'putAttributes',
  tags,
  summary: 'Declare attributes of contacts and fields of the CRM',
  description: 'Replaces all declarations. attributes.json does not set them any more.',
  request: { body: body(attributesBodySchema) },
  responses: { 200: json(attributesBodySchema, 'As declared now'), ...errorResponses(400) },
})

/** Declarations by the keys of their records. */
function recordsOf({ attributes, crm, mapping }: z.output<typeof attributesBodySchema>) {
  return Object.fromEntries([
    ...attributes.map((one) => [declarationKey.attribute(one.name), one] as const),
    ...crm.map((one) => [declarationKey.crm(one.name), one] as const),
    ...Object.entries(mapping).map(([name, to]) => [declarationKey.mapping(name), to] as const),
  ])
}

/** Agents, and what is declared of contacts and the CRM. */
export function recordRoutes({ clock, writer, installation }: RecordDeps) {
  const declared = () => {
    const { attributes, crm, mapping } = installation.current().declared
    return { attributes: [...attributes], crm: [...crm], mapping: { ...mapping } }
  }
  return createRoutes()
    .openapi(putAgent, async (context) => {
      const { agent: id } = context.req.valid('param')
      const agent = agentSchema.parse({ ...context.req.valid('json'), id })
      await writer.run('putRecords', {
        kind: 'agent',
        records: { [id]: agent },
        at: toIso(clock.now()),
        by: auditorOf(context),
        operation: 'putAgent',
        subject: id,
      })
      await installation.reload()
      return context.json(agent, 200)
    })
    .openapi(deleteAgent, async (context) => {
      const { agent: id } = context.req.valid('param')
      const count = await writer.run('deleteRecords', {
        kind: 'agent',
        keys: [id],
        at: toIso(clock.now()),
        by: auditorOf(context),
        operation: 'deleteAgent',
        subject: id,
      })
      if (count === 0) throw new GatekeeperError('not_found', 'there is no such agent')
      await installation.reload()
      return context.json({ success: true as const }, 200)
    })
    .openapi(getAttributes, (context) => context.json(declared(), 200))
    .openapi(putAttributes, async (context) => {
      const records = recordsOf(context.req.valid('json'))
      const before = Object.keys(recordsOf(declared()))
      const common = {
        kind: 'attributes' as const,
        at: toIso(clock.now()),
        by: auditorOf(context),
        operation: 'putAttributes',
        subject: 'attributes',
      }
      const keys = before.filter((key) => !Object.hasOwn(records, key))
      await writer.run('deleteRecords', { ...common, keys })
      await writer.run('putRecords', { ...common, records })
      await installation.reload()
      return context.json(declared(), 200)
    })
}
