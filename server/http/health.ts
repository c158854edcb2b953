import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { Registry } from 'prom-client'
import type { Access } from '../access/access.ts'
import { requireLoopbackOrToken } from './auth.ts'
import type { AppEnv } from './env.ts'

/** Whether a part is ready; one that throws is not. */
export type Check = () => boolean | Promise<boolean>

export interface HealthDeps {
  readonly access: Access
  /** By what they are called when they are missing: database, policies, listening. */
  readonly checks: Readonly<Record<string, Check>>
  readonly metrics: { readonly registry: Registry }
  /** Brings up to date what is read rather than counted. */
  refreshMetrics(): Promise<void>
}

const health = createRoute({
  method: 'get',
  path: '/healthz',
  operationId: 'getHealth',
  tags: ['Health'],
  summary: 'Whether the process is alive',
  security: [],
  responses: {
    200: {
      description: 'It is',
      content: { 'application/json': { schema: z.object({ status: z.literal('ok') }) } },
    },
  },
})

const readiness = z.object({
  status: z.enum(['ready', 'not_ready']),
  missing: z.array(z.string()).openapi({ example: ['policies'] }),
})

const ready = createRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'getReadiness',
  tags: ['Health'],
  summary: 'Whether calls can be decided',
  description: 'Ready when the database is open, the policies are read and the server listens.',
  security: [],
  responses: {
    200: { description: 'Ready', content: { 'application/json': { schema: readiness } } },
    503: {
      description: 'Not ready; what is missing is named',
      content: { 'application/json': { schema: readiness } },
    },
  },
})

const metrics = createRoute({
  method: 'get',
  path: '/metrics',
  operationId: 'getMetrics',
  tags: ['Health'],
  summary: 'Figures for Prometheus',
  description: 'For this machine without a credential, for others with the token.',
  responses: {
    200: { description: 'Metrics', content: { 'text/plain': { schema: z.string() } } },
  },
})

async function isReady(check: Check): Promise<boolean> {
  try {
    return await check()
  } catch {
    return false
  }
}

export function healthRoutes(deps: HealthDeps) {
  return new OpenAPIHono<AppEnv>()
    .openapi(health, (context) => context.json({ status: 'ok' as const }, 200))
    .openapi(ready, async (context) => {
      const results = await Promise.all(
        Object.entries(deps.checks).map(async ([name, check]) =>
          (await isReady(check)) ? [] : name,
        ),
      )
      const missing = results.flat()
      return missing.length === 0
        ? context.json({ status: 'ready' as const, missing }, 200)
        : context.json({ status: 'not_ready' as const, missing }, 503)
    })
    .openapi({ ...metrics, middleware: [requireLoopbackOrToken(deps.access)] }, async (context) => {
      await deps.refreshMetrics()
      const { registry } = deps.metrics
      return context.text(await registry.metrics(), 200, { 'Content-Type': registry.contentType })
    })
}
