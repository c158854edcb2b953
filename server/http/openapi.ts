import { z } from '@hono/zod-openapi'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { policySchema } from '../schema/policy.ts'
import { sessionCookie } from './cookie.ts'
import type { AppEnv } from './env.ts'
import { refusals } from './errors.ts'
import { describeWebhooks } from './webhook-docs.ts'

export type ApiDocument = ReturnType<OpenAPIHono<AppEnv>['getOpenAPI31Document']>

const description = `Callgate decides who or what answers a call, and tells you why.

Every address under \`/api\` needs \`Authorization: Bearer <token>\` or the cookie of a session, but for this
description and signing in. Bodies are JSON, at
most 1 MB. Errors are \`{ "error": { "code", "message", "details"?, "requestId" } }\` with a code from a closed
list. Each answer has an \`X-Request-Id\`; one you send is kept.`

/** The exact shape of a policy, from the schema that reads it. References stay within the component. */
function policyComponent(): Record<string, unknown> {
  const schema = z.toJSONSchema(policySchema, { io: 'input', unrepresentable: 'any' })
  delete schema.$schema
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/Policy/$defs/')
  // the text was an object a line ago
  return JSON.parse(text) as Record<string, unknown>
}

/** Registers what routes refer to by name; once for an application. */
export function describeApi(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'ADMIN_TOKEN, or a token made under `/api/tokens`',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: sessionCookie,
    description: 'Set by signing in. What changes something must come from our own pages (Origin).',
  })
  app.openAPIRegistry.registerComponent('schemas', 'Policy', policyComponent())
  describeWebhooks(app)
}

/** What every route refuses that takes parameters or a body, whether or not it says so itself. */
function withRefusals(document: ApiDocument): ApiDocument {
  for (const [path, item] of Object.entries(document.paths ?? {}))
    for (const method of ['get', 'put', 'post', 'patch', 'delete'] as const) {
      const operation = path.startsWith('/api/') ? item[method] : undefined
      if (!operation) continue
      const hasBody = operation.requestBody !== undefined
      const takes = hasBody || (operation.parameters ?? []).length > 0
      const statuses = [...(takes ? [400] : []), ...(hasBody ? [413, 415] : [])]
      operation.responses = { ...refusals(...statuses), ...operation.responses }
    }
  return document
}

/**
 * Patterns as JSON Schema has them: read as Unicode, without flags. The generator writes what follows the
 * last slash of a regular expression into the pattern.
 */
function withoutFlags(document: ApiDocument): ApiDocument {
  const unflag = (key: string, value: unknown) =>
    key === 'pattern' && typeof value === 'string' ? value.replace(/\/u$/, '') : value
  // nothing but the patterns is another
  return JSON.parse(JSON.stringify(document), unflag) as ApiDocument
}

/** OpenAPI 3.1 of all routes the application has at this moment; paths are absolute. */
export function apiDocument(app: OpenAPIHono<AppEnv>): ApiDocument {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Callgate', version: '1', description },
    security: [{ bearer: [] }, { session: [] }],
  })
  return withoutFlags(withRefusals(document))
}
