import { Hono } from 'hono'
import type { Context } from 'hono'
import { verifySignature, verifySubscription } from '../channels/whatsapp/signature.ts'

import { parseWebhook } from '../channels/whatsapp/webhook.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { GatekeeperError } from '../errors.ts'
import type { Gatekeeper } from '../gatekeeper/gatekeeper.ts'
import type { Metrics } from '../metrics.ts'
import { readBody } from './body.ts'

/** Meta sends up to 3 MB; anything over 4 MB is refused. */
export const webhookLimit = 4 * 1024 * 1024

export interface WebhookDeps {
  readonly config: Pick<Config, 'meta'>
  readonly clock: Clock
  readonly metrics: Metrics
  readonly gatekeeper: Gatekeeper
}

function answered(deps: WebhookDeps, channel: string, status: number): void {
  deps.metrics.webhooks.inc({ channel, status: String(status) })
}

/**
 * `GET /webhooks/whatsapp`: Meta's check when the callback address is saved. 200 with the challenge
 * as plain text, 403 for a wrong token, 503 when no verify token is configured.
 */
function challenge(context: Context, deps: WebhookDeps): Response {
  const { verifyToken } = deps.config.meta
  if (verifyToken === undefined)
    throw new GatekeeperError('server_misconfigured', 'META_VERIFY_TOKEN is not set')
  const result = verifySubscription(context.req.query(), verifyToken)
  if (result.status === 403) throw new GatekeeperError('forbidden', 'the verify token is wrong')
  return context.text(result.challenge, 200)
}

/**
 * `POST /webhooks/whatsapp`: Meta's signals, answered 200 when everything in them is decided and
 * durable. 401 bad signature, 400 malformed, 413 over 4 MB, 503 when it must be sent again.
 */
async function deliver(context: Context, deps: WebhookDeps): Promise<Response> {
  const arrivedMono = deps.clock.monotonic()
  const arrivedAt = deps.clock.now()
  const { appSecrets } = deps.config.meta
  if (appSecrets.length === 0)
    throw new GatekeeperError('server_misconfigured', 'META_APP_SECRET is not set')
  const raw = await readBody(context.req.raw, webhookLimit)
  if (!verifySignature(raw, context.req.header('x-hub-signature-256'), appSecrets))
    throw new GatekeeperError('invalid_signature', 'X-Hub-Signature-256 does not match the body')
  const parsed = parseWebhook(raw)
  if (!parsed.ok) throw new GatekeeperError('bad_request', parsed.message)
  for (const { field } of parsed.ignored)
    deps.metrics.ignored.inc({ channel: 'whatsapp', field: field.slice(0, 64) })
  if (parsed.signals.length > 0)
    await deps.gatekeeper.receive({
      channel: 'whatsapp',
      body: new TextDecoder().decode(raw),
      signals: parsed.signals,
      arrivedAt,
      arrivedMono,
    })
  deps.metrics.ackMs.observe({ channel: 'whatsapp' }, deps.clock.monotonic() - arrivedMono)
  return context.text('ok', 200)
}

/** The addresses that providers call. They carry their own proof of origin and need no account. */
export function webhookRoutes(deps: WebhookDeps): Hono {
  const app = new Hono()
  app.use('/webhooks/*', async (context, next) => {
    await next()
    const channel = context.req.path.split('/')[2] ?? ''
    answered(
      deps,
      ['whatsapp', 'waha', 'wawp'].includes(channel) ? channel : 'other',
      context.res.status,
    )
  })
  app.get('/webhooks/whatsapp', (context) => challenge(context, deps))
  app.post('/webhooks/whatsapp', (context) => deliver(context, deps))
  return app
}
