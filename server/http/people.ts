import { createRoute, z } from '@hono/zod-openapi'
import { toIso } from '../clock.ts'
import type { Reader } from '../db/reader.ts'
import type { ErasureDeps } from '../erasure.ts'
import { eraseEverywhere } from '../erasure.ts'
import { GatekeeperError } from '../errors.ts'
import {
  eraseBodySchema,
  erasedSchema,
  peopleQuerySchema,
  personFileSchema,
  personViewSchema,
} from '../schema/person.ts'
import { auditorOf } from './auditor.ts'
import { errorResponses } from './errors.ts'
import { body, createRoutes, json } from './route-parts.ts'

export interface PeopleDeps extends ErasureDeps {
  readonly reader: Reader
}

const tags = ['People']
const params = z.object({ ref: z.string().min(1).max(64) })
const find = createRoute({
  method: 'get',
  path: '/api/people',
  operationId: 'findPeople',
  tags,
  summary: 'Find people who called or wrote',
  description: 'By a part of their number or name, by user id or by reference; at most 50.',
  request: { query: peopleQuerySchema },
  responses: {
    200: json(z.object({ data: z.array(personViewSchema) }), 'Who called last comes first'),
    ...errorResponses(400),
  },
})
const exportOne = createRoute({
  method: 'get',
  path: '/api/people/{ref}/export',
  operationId: 'exportPerson',
  tags,
  summary: 'Everything that is held on one person',
  request: { params },
  responses: { 200: json(personFileSchema, 'A file to give to them'), ...errorResponses(404) },
})
const erase = createRoute({
  method: 'post',
  path: '/api/people/{ref}/erase',
  operationId: 'erasePerson',
  tags,
  summary: 'Erase one person',
  description:
    'Number, user id, names, texts, provider ids and payloads are replaced in place, leads and contacts deleted; ' +
    'counts in reports stay. `stillIn` names what people wrote themselves and only they can change: seed files ' +
    'would bring a contact back at the next start. 409 `conflict` while a call or message is under way.',
  request: { params, body: body(eraseBodySchema) },
  responses: { 200: json(erasedSchema, 'What was erased'), ...errorResponses(400, 404, 409) },
})

const missing = () => new GatekeeperError('not_found', 'there is no such person')

/** The data of people who call: found, given to them, erased. */
export function peopleRoutes(deps: PeopleDeps) {
  const { reader, clock, writer, crm } = deps
  return createRoutes()
    .openapi(find, async (context) => {
      const data = await reader.ask('findPeople', context.req.valid('query'))
      return context.json({ data }, 200)
    })
    .openapi(exportOne, async (context) => {
      const { ref } = context.req.valid('param')
      const at = toIso(clock.now())
      const file = await reader.ask('personFile', { ref, at })
      if (!file) throw missing()
      const { user_id: userId, phone } = file.person
      const keys = [userId, phone].filter((key) => typeof key === 'string')
      const answers = keys.flatMap((key) => crm.peek({ key }) ?? [])
      const operation = 'exportPerson'
      await writer.run('recordAudit', { at, by: auditorOf(context), operation, subject: ref })
      context.header('Content-Disposition', `attachment; filename="person-${ref}.json"`)
      context.header('Cache-Control', 'no-store')
      return context.json({ ...file, crm: answers[0] ?? null }, 200)
    })
    .openapi(erase, async (context) => {
      const { ref } = context.req.valid('param')
      if (context.req.valid('json').confirm !== ref)
        throw new GatekeeperError('bad_request', 'confirm with the reference of the person')
      return context.json(await eraseEverywhere(deps, { ref, by: auditorOf(context) }), 200)
    })
}
