import { createRoute } from '@hono/zod-openapi'
import type { Clock } from '../../clock.ts'
import { toIso } from '../../clock.ts'
import type { Config } from '../../config.ts'
import type { Writer } from '../../db/writer.ts'
import { GatekeeperError } from '../../errors.ts'
import { tryCrm } from '../../facts/crm-try.ts'
import type { CrmConnector } from '../../facts/crm.ts'
import type { Outgoing } from '../../facts/outgoing.ts'
import type { InstallationStore } from '../../installation.ts'
import { declarationKey } from '../../installation.ts'
import {
  crmSettingsSchema,
  crmTriedSchema,
  crmTrySchema,
  crmViewSchema,
} from '../../schema/crm-settings.ts'
import { auditorOf } from '../auditor.ts'
import { errorResponses } from '../errors.ts'
import { body, createRoutes, json } from '../route-parts.ts'

export interface CrmDeps {
  readonly config: Pick<Config, 'crm'>
  readonly clock: Clock
  readonly writer: Writer
  readonly installation: InstallationStore
  readonly crm: CrmConnector
  readonly outgoing: Outgoing
}

const tags = ['Settings']
const get = createRoute({
  method: 'get',
  path: '/api/settings/crm',
  operationId: 'getCrmSettings',
  tags,
  summary: 'How answers of the CRM become facts',
  responses: { 200: json(crmViewSchema, 'As it is set'), ...errorResponses() },
})
const put = createRoute({
  method: 'put',
  path: '/api/settings/crm',
  operationId: 'putCrmSettings',
  tags,
  summary: 'Set where the CRM keeps each field',
  description:
    'From the name after `crm.` to a dotted path in the answer. A field that is left out is read by its own name.',
  request: { body: body(crmSettingsSchema) },
  responses: { 200: json(crmViewSchema, 'As it is now'), ...errorResponses(400) },
})
const attempt = createRoute({
  method: 'post',
  path: '/api/settings/crm/try',
  operationId: 'tryCrm',
  tags,
  summary: 'Ask the CRM about somebody now',
  description: 'With the mapping that is set, or the one sent along. Nothing is stored.',
  request: { body: body(crmTrySchema) },
  responses: { 200: json(crmTriedSchema, 'What came of it'), ...errorResponses(400, 409) },
})

/** The connection to the CRM. */
export function crmRoutes(deps: CrmDeps) {
  const { config, clock, writer, installation, crm, outgoing } = deps
  const view = () => {
    const { declared } = installation.current()
    const { breaker, requests, failures } = crm.stats()
    // a field that leads to its own name is not mapped
    const mapped = Object.entries(declared.mapping).filter(([name, path]) => name !== path)
    return {
      configured: crm.configured,
      origin: config.crm.url === undefined ? null : new URL(config.crm.url).origin,
      mapping: Object.fromEntries(mapped),
      fields: declared.crm,
      breaker,
      requests,
      failures,
    }
  }
  return createRoutes()
    .openapi(get, (context) => context.json(view(), 200))
    .openapi(put, async (context) => {
      const { mapping } = context.req.valid('json')
      const gone = Object.keys(view().mapping).filter((name) => !Object.hasOwn(mapping, name))
      const all = { ...Object.fromEntries(gone.map((name) => [name, name])), ...mapping }
      const keyed = Object.entries(all).map(([name, path]) => [declarationKey.mapping(name), path])
      await writer.run('putRecords', {
        kind: 'attributes',
        records: Object.fromEntries(keyed),
        at: toIso(clock.now()),
        by: auditorOf(context),
        operation: 'putCrmSettings',
        subject: 'mapping',
      })
      await installation.reload()
      return context.json(view(), 200)
    })
    .openapi(attempt, async (context) => {
      const { phone, userId, mapping } = context.req.valid('json')
      if (phone === undefined && userId === undefined)
        throw new GatekeeperError('bad_request', 'send phone or userId')
      const { url, token } = config.crm
      if (url === undefined) throw new GatekeeperError('conflict', 'no CRM is connected (CRM_URL)')
      const current = installation.current()
      const declared = mapping ? { ...current.declared, mapping } : current.declared
      const tried = await tryCrm(
        { url, token, outgoing, clock, installation: { ...current, declared } },
        { phone, userId },
      )
      return context.json(tried, 200)
    })
}
