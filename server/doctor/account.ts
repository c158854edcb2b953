import { z } from 'zod'
import type { WhatsappChannel } from '../channels/whatsapp/client.ts'
import type { Check } from './check.ts'
import { findings, isPassing, refusalOf, unanswered } from './check.ts'

/** What the token tells about itself and the account it opens. */
export interface Access {
  readonly appId: string
  readonly wabaIds: readonly string[]
  /** May read numbers, settings and subscriptions. */
  readonly mayManage: boolean
}

/** Ids that are not asked of Meta because they are configured. */
export interface KnownIds {
  readonly appId?: string | undefined
  readonly wabaId?: string | undefined
}

const tokenSchema = z.object({
  data: z.object({
    app_id: z.coerce.string().optional(),
    is_valid: z.boolean(),
    /** Unix seconds; 0 for never. */
    expires_at: z.number().optional(),
    scopes: z.array(z.string()).default([]),
    granular_scopes: z
      .array(z.object({ scope: z.string(), target_ids: z.array(z.coerce.string()).optional() }))
      .default([]),
  }),
})

const needed = ['whatsapp_business_messaging', 'whatsapp_business_management'] as const
const daySeconds = 86_400
const newToken =
  'business.facebook.com → Settings → System users → your user → Generate token; set it as ' +
  'META_ACCESS_TOKEN and start the server again.'

const { ok, problem, warning } = findings('token')

function expiry(expiresAt: number, now: number): Check[] {
  const days = Math.floor((expiresAt - now / 1000) / daySeconds)
  if (expiresAt === 0 || days >= 7) return []
  return [
    warning('token_expiry', {
      message: `The access token expires in ${days < 1 ? 'less than a day' : `${days} days`}.`,
      mend: newToken.replace('Generate token', 'Generate token, expiration “Never”'),
    }),
  ]
}

function permissions(scopes: readonly string[]): Check {
  const missing = needed.filter((scope) => !scopes.includes(scope))
  if (missing.length === 0)
    return ok('permissions', 'The access token has the permissions it needs.')
  return problem('permissions', {
    message: `The access token lacks the permission ${missing.join(' and ')}.`,
    mend:
      'business.facebook.com → Settings → System users → your user → Generate token, and tick ' +
      `${missing.join(' and ')}.`,
  })
}

/**
 * Is the token valid, and may it do what we need?
 * @returns no `access` when nothing more can be asked with it
 */
export async function checkToken(
  channel: WhatsappChannel,
  token: string,
  known: KnownIds,
): Promise<{ checks: Check[]; access?: Access }> {
  const answer = await channel.get(`/debug_token?input_token=${encodeURIComponent(token)}`)
  if (!answer.ok && answer.status === undefined)
    return {
      checks: [
        problem('graph', {
          message: `Meta's Graph API cannot be reached (${answer.details}).`,
          mend: 'Check META_GRAPH_URL and whether this machine may open connections to it.',
        }),
      ],
    }
  if (!answer.ok && isPassing(answer))
    return { checks: [unanswered(findings('token'), 'token', { ...what, answer })] }
  if (!answer.ok) return { checks: [invalid(refusalOf(answer))] }
  const told = tokenSchema.safeParse(answer.body).data?.data
  if (!told) return { checks: [invalid('the answer was not understood')] }
  if (!told.is_valid) return { checks: [invalid('it has expired or was taken back')] }
  const targets = told.granular_scopes
    .filter(({ scope }) => needed.some((one) => one === scope))
    .flatMap(({ target_ids: ids = [] }) => ids)
  const checks = [
    ok('token', 'Meta accepts the access token.'),
    ...expiry(told.expires_at ?? 0, Date.now()),
    permissions(told.scopes),
  ]
  return {
    checks,
    access: {
      appId: known.appId ?? told.app_id ?? '',
      wabaIds: known.wabaId === undefined ? [...new Set(targets)] : [known.wabaId],
      mayManage: told.scopes.includes('whatsapp_business_management'),
    },
  }
}

const what = { question: 'whether the access token is valid', mend: newToken }

function invalid(why: string): Check {
  return problem('token', { message: `Meta refuses the access token (${why}).`, mend: newToken })
}

const appsSchema = z.object({
  data: z.array(
    z.object({
      whatsapp_business_api_data: z.object({ id: z.coerce.string() }).optional(),
      override_callback_uri: z.string().optional(),
    }),
  ),
})
const numbersSchema = z.object({ data: z.array(z.object({ id: z.coerce.string() })) })

/** Of several accounts, those that have one of our lines. */
async function accountsOf(
  channel: WhatsappChannel,
  { wabaIds }: Access,
  lines: readonly string[],
): Promise<string[]> {
  if (wabaIds.length < 2) return [...wabaIds]
  const found: string[] = []
  for (const id of wabaIds) {
    const answer = await channel.get(`/${encodeURIComponent(id)}/phone_numbers?fields=id&limit=200`)
    const numbers = answer.ok ? numbersSchema.safeParse(answer.body).data?.data : undefined
    if (numbers?.some((number) => lines.includes(number.id))) found.push(id)
  }
  return found.length === 0 ? [...wabaIds] : found
}

async function checkAccount(
  channel: WhatsappChannel,
  { appId }: Access,
  account: { id: string; callback: string | undefined },
): Promise<Check> {
  const { id, callback } = account
  const about = findings(`account ${id}`)
  const subscribe =
    `Subscribe it: POST /${id}/subscribed_apps with the access token, or ` +
    'developers.facebook.com → your app → WhatsApp → API Setup, and add the number again.'
  const answer = await channel.get(`/${encodeURIComponent(id)}/subscribed_apps`)
  if (!answer.ok)
    return unanswered(about, 'app_subscribed', {
      question: `which apps are subscribed to the account ${id}`,
      answer,
      mend: 'Give the system user access to this WhatsApp account: business.facebook.com → Settings → WhatsApp accounts.',
    })
  const apps = appsSchema.safeParse(answer.body).data?.data ?? []
  const ours = apps.find((app) => app.whatsapp_business_api_data?.id === appId)
  if (!ours)
    return about.problem('app_subscribed', {
      message: `The app is not subscribed to the WhatsApp account ${id}, so no webhook comes.`,
      mend: subscribe,
    })
  const other = ours.override_callback_uri
  if (other !== undefined && callback !== undefined && other !== callback)
    return about.problem('webhook_override', {
      message: 'The WhatsApp account sends its webhooks to another address than this server.',
      mend: `POST /${id}/subscribed_apps without override_callback_uri takes the override back.`,
    })
  return about.ok('app_subscribed', `The app is subscribed to the WhatsApp account ${id}.`)
}

/** Is the app subscribed to each WhatsApp account that has our lines? */
export async function checkAccounts(
  channel: WhatsappChannel,
  access: Access,
  { lines, callback }: { lines: readonly string[]; callback: string | undefined },
): Promise<Check[]> {
  const ids = await accountsOf(channel, access, lines)
  if (ids.length === 0)
    return [
      findings('account').warning('app_subscribed', {
        message: 'It is not known which WhatsApp account to look at: the token names none.',
        mend: 'Set META_WABA_ID to the id in WhatsApp Manager → Account tools → Overview.',
      }),
    ]
  return Promise.all(ids.map((id) => checkAccount(channel, access, { id, callback })))
}
