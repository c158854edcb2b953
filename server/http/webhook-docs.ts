import { z } from '@hono/zod-openapi'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { webhookDataSchemas, webhookEventTypes } from '../schema/webhook-out.ts'
import type { AppEnv } from './env.ts'

/** Registers what other systems are sent, by type; once for an application. */
export function describeWebhooks(app: OpenAPIHono<AppEnv>): void {
  for (const type of webhookEventTypes) {
    const schema = z.object({
      type: z.literal(type),
      timestamp: z.string(),
      sequence: z.int(),
      data: webhookDataSchemas[type],
    })
    app.openAPIRegistry.registerWebhook({
      method: 'post',
      path: type,
      tags: ['Webhooks'],
      summary: `Sent to endpoints that are told of ${type}`,
      description: 'Signed after Standard Webhooks 1.0.0; see docs/webhooks-out.md.',
      security: [],
      request: { body: { required: true, content: { 'application/json': { schema } } } },
      responses: { 200: { description: 'Any 2xx: it arrived' } },
    })
  }
}
