import { randomBytes } from 'node:crypto'
import { request } from 'undici'
import { z } from 'zod'
import type { WhatsappChannel } from '../channels/whatsapp/client.ts'
import { whatsappChannel } from '../channels/whatsapp/client.ts'
import type { Config } from '../config.ts'
import { oneLine } from '../one-line.ts'
import type { Check } from './check.ts'
import { findings, isPassing, unanswered } from './check.ts'

const configuration = 'developers.facebook.com → your app → WhatsApp → Configuration → Webhook'
const app = findings('app')
const server = findings('server')
const timeoutMs = 10_000

/** Where Meta is to send webhooks. */
export function callbackOf({ publicUrl }: Config): string | undefined {
  return publicUrl === undefined ? undefined : `${publicUrl}/webhooks/whatsapp`
}

const subscriptionsSchema = z.object({
  data: z.array(
    z.object({
      object: z.string(),
      callback_url: z.string().optional(),
      active: z.boolean().optional(),
      fields: z
        .array(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]))
        .default([]),
    }),
  ),
})
type Subscription = z.infer<typeof subscriptionsSchema>['data'][number]

function checkFields({ fields }: Subscription): Check {
  const missing = ['calls', 'messages'].filter((field) => !fields.includes(field))
  if (missing.length > 0)
    return app.problem('webhook_fields', {
      message: `The app is not subscribed to the webhook field ${missing.join(' and ')}.`,
      mend: `${configuration} → Webhook fields: subscribe to ${missing.join(' and ')}.`,
    })
  const useful = ['account_update', 'account_settings_update']
  const unseen = useful.filter((field) => !fields.includes(field))
  if (unseen.length > 0)
    return app.warning('webhook_fields', {
      message: `Restrictions or changed settings stay unnoticed without ${unseen.join(' and ')}.`,
      mend: `${configuration} → Webhook fields: subscribe to ${unseen.join(' and ')}.`,
    })
  return app.ok('webhook_fields', 'The app is subscribed to calls and messages.')
}

const plainUrl = (url: string): string =>
  URL.canParse(url) ? new URL(url).href.replace(/\/+$/, '') : url

function checkUrl({ callback_url: url = '' }: Subscription, callback: string): Check {
  if (plainUrl(url) === plainUrl(callback))
    return app.ok('webhook_url', 'Meta sends webhooks to this server.')
  return app.problem('webhook_url', {
    message: `Meta sends webhooks to ${url || 'no address'}, not to ${callback}.`,
    mend: `${configuration} → Edit → Callback URL: ${callback} (or correct PUBLIC_URL).`,
  })
}

function checkSubscription(all: readonly Subscription[], callback: string | undefined): Check[] {
  const found = all.find(({ object }) => object === 'whatsapp_business_account')
  if (!found || found.active === false)
    return [
      app.problem('webhook_subscription', {
        message: found
          ? 'Meta has switched the webhook of the app off.'
          : 'The app has no webhook for WhatsApp accounts.',
        mend: `${configuration} → Edit → Callback URL ${callback ?? '(PUBLIC_URL)'} and your verify token.`,
      }),
    ]
  return [checkFields(found), ...(callback === undefined ? [] : [checkUrl(found, callback)])]
}

/** Graph tells an app's subscriptions only to the app itself: to its id and secret. */
async function asApp(config: Config, appId: string): Promise<Awaited<ReturnType<Ask>>> {
  const { graphUrl, graphVersion: version, appSecrets } = config.meta
  let answer: Awaited<ReturnType<Ask>> = { ok: false, details: 'no app secret' }
  for (const secret of appSecrets) {
    const channel = whatsappChannel({
      graphUrl,
      version,
      accessToken: `${appId}|${secret}`,
      timeoutMs,
    })
    answer = await channel.get(`/${encodeURIComponent(appId)}/subscriptions`)
    await channel.close()
    if (answer.ok || isPassing(answer)) break
  }
  return answer
}
type Ask = WhatsappChannel['get']

/** Does Meta send what we need, and to us? */
export async function checkSubscriptions(config: Config, appId: string): Promise<Check[]> {
  if (config.meta.appSecrets.length === 0)
    return [app.skipped('webhook_fields', 'Not asked: META_APP_SECRET is not set.')]
  if (appId === '')
    return [
      app.warning('webhook_fields', {
        message: 'It is not known which app this is: the token does not tell.',
        mend: 'Set META_APP_ID to the id at the top of your app’s dashboard.',
      }),
    ]
  const answer = await asApp(config, appId)
  if (answer.ok)
    return checkSubscription(
      subscriptionsSchema.safeParse(answer.body).data?.data ?? [],
      callbackOf(config),
    )
  if (answer.code === 190 || answer.code === 1)
    return [
      app.problem('app_secret', {
        message: 'META_APP_SECRET is not the secret of this app, so every webhook is refused.',
        mend: 'Copy it from developers.facebook.com → your app → App settings → Basic → App secret.',
      }),
    ]
  return [
    unanswered(app, 'webhook_fields', {
      question: 'what the app is subscribed to',
      answer,
      mend: 'Check META_APP_SECRET and META_APP_ID.',
    }),
  ]
}

async function handshake(callback: string, token: string) {
  const challenge = randomBytes(6).toString('hex')
  const url = new URL(callback)
  url.searchParams.set('hub.mode', 'subscribe')
  url.searchParams.set('hub.challenge', challenge)
  url.searchParams.set('hub.verify_token', token)
  const answer = await request(url, { signal: AbortSignal.timeout(timeoutMs), reset: true })
  const body = await answer.body.text()
  return { status: answer.statusCode, isEchoed: body === challenge }
}

const serverMend =
  'Start the server (callgate serve), and check PUBLIC_URL and what stands before it (proxy, tunnel).'

/** Does our own address answer Meta's handshake? */
export async function checkCallback(config: Config): Promise<Check> {
  const callback = callbackOf(config)
  const { verifyToken } = config.meta
  if (callback === undefined || verifyToken === undefined)
    return server.skipped('callback', 'Not asked: PUBLIC_URL or META_VERIFY_TOKEN is not set.')
  try {
    const { status, isEchoed } = await handshake(callback, verifyToken)
    if (status === 200 && isEchoed)
      return server.ok('callback', 'The webhook address answers as Meta expects.')
    if (status === 403)
      return server.problem('verify_token', {
        message: 'The running server refuses the verify token.',
        mend: 'Start the server again with the META_VERIFY_TOKEN that is set here.',
      })
    return server.problem('callback', {
      message: `${callback} answers HTTP ${status}${status === 200 ? ' with something else' : ''}, not the challenge.`,
      mend: serverMend,
    })
  } catch (error) {
    return server.problem('callback', {
      message: `${callback} cannot be reached (${oneLine(error)}).`,
      mend: serverMend,
    })
  }
}
