import { Hono } from 'hono'
import type { Context as AnyContext } from 'hono'
import type { Webhook } from '../channels/fields.ts'
import { parseWaha, verifyWaha } from '../channels/waha/webhook.ts'
import { parseWawp, verifyWawp } from '../channels/wawp/webhook.ts'
import { verifySignature, verifySubscription } from '../channels/whatsapp/signature.ts'
import { parseWebhook } from '../channels/whatsapp/webhook.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { crashPoint, crashPointSoon } from '../crash-point.ts'
import { GatekeeperError } from '../errors.ts'
import type { Gatekeeper } from '../gatekeeper/gatekeeper.ts'
import type { Metrics } from '../metrics.ts'
import type { ChannelName } from '../schema/primitives.ts'
import { turns } from '../turns.ts'
import { readBody } from './body.ts'
import type { AppEnv } from './env.ts'

type Context = AnyContext<AppEnv>

/** Meta sends up to 3 MB; anything over 4 MB is refused. */
export const webhookLimit = 4 * 1024 * 1024

export interface WebhookDeps {
  readonly config: Pick<Config, 'meta' | 'waha' | 'wawp'>
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

/** How deliveries of one provider are proven to be its own, and read. */
interface Provider {
  readonly channel: ChannelName
  /** What can be said before the body is read. @throws GatekeeperError */
  admit(context: Context): void
  /** @throws GatekeeperError `invalid_signature` */
  prove(context: Context, raw: Uint8Array): void
  parse(raw: Uint8Array): Webhook
}

function needs(variable: string, values: readonly string[]): void {
  if (values.length === 0)
    throw new GatekeeperError('server_misconfigured', `${variable} is not set`)
}

function refuseUnless(isProven: boolean, message: string): void {
  if (!isProven) throw new GatekeeperError('invalid_signature', message)
}

/** Meta signs the raw body with the app secret. */
const whatsapp = ({ meta }: WebhookDeps['config']): Provider => ({
  channel: 'whatsapp',
  admit: () => needs('META_APP_SECRET', meta.appSecrets),
  prove: (context, raw) =>
    refuseUnless(
      verifySignature(raw, context.req.header('x-hub-signature-256'), meta.appSecrets),
      'X-Hub-Signature-256 does not match the body',
    ),
  parse: parseWebhook,
})

/** WAHA signs the raw body with the key of the session's webhook. */
const waha = ({ waha: { hmacKeys } }: WebhookDeps['config']): Provider => ({
  channel: 'waha',
  admit: () => needs('WAHA_HMAC_KEY', hmacKeys),
  prove: (context, raw) => {
    const hmac = context.req.header('x-webhook-hmac')
    const algorithm = context.req.header('x-webhook-hmac-algorithm')
    refuseUnless(
      verifyWaha(raw, { hmac, algorithm }, hmacKeys),
      'X-Webhook-Hmac does not match the body',
    )
  },
  parse: parseWaha,
})

/** Wawp signs nothing; the last part of the address is the secret. */
const wawp = ({ wawp: { webhookTokens } }: WebhookDeps['config']): Provider => ({
  channel: 'wawp',
  admit: (context) => {
    needs('WAWP_WEBHOOK_TOKEN', webhookTokens)
    const token = context.req.param('token') ?? ''
    refuseUnless(verifyWawp(token, webhookTokens), 'the last part of the address is wrong')
  },
  prove: () => undefined,
  parse: parseWawp,
})

/**
 * A provider's signals, answered 200 when everything in them is decided and durable. 401 not proven
 * to be the provider's, 400 malformed, 413 over 4 MB, 503 not configured or to be sent again.
 */
async function deliver(context: Context, deps: WebhookDeps, provider: Provider): Promise<Response> {
  const arrivedMono = deps.clock.monotonic()
  const arrivedAt = deps.clock.now()
  const { channel } = provider
  provider.admit(context)
  const raw = await readBody(context, webhookLimit)
  await turns.next()
  provider.prove(context, raw)
  const parsed = provider.parse(raw)
  if (!parsed.ok) throw new GatekeeperError('bad_request', parsed.message)
  for (const { field } of parsed.ignored)
    deps.metrics.ignored.inc({ channel, field: field.slice(0, 64) })
  if (parsed.signals.length > 0)
    await deps.gatekeeper.receive({
      channel,
      body: new TextDecoder().decode(raw),
      signals: parsed.signals,
      arrivedAt,
      arrivedMono,
    })
  deps.metrics.ackMs.observe({ channel }, deps.clock.monotonic() - arrivedMono)
  crashPoint('before-answer')
  return context.text('ok', 200)
}

/** The addresses that providers call. They carry their own proof of origin and need no account. */
export function webhookRoutes(deps: WebhookDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  app.use('/webhooks/*', async (context, next) => {
    await next()
    const channel = context.req.path.split('/')[2] ?? ''
    answered(
      deps,
      ['whatsapp', 'waha', 'wawp'].includes(channel) ? channel : 'other',
      context.res.status,
    )
    crashPointSoon('after-answer')
  })
  app.get('/webhooks/whatsapp', (context) => challenge(context, deps))
  app.post('/webhooks/whatsapp', (context) => deliver(context, deps, whatsapp(deps.config)))
  app.post('/webhooks/waha', (context) => deliver(context, deps, waha(deps.config)))
  app.post('/webhooks/wawp/:token', (context) => deliver(context, deps, wawp(deps.config)))
  return app
}
