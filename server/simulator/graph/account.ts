import type { Line, World } from '../world.ts'
import type { GraphAnswer } from './errors.ts'
import { GraphError } from './errors.ts'
import type { GraphRequest, LineHandler } from './request.ts'
import { ok } from './request.ts'

type Fields = Record<string, unknown>

function phoneNumberOf(line: Line): Fields {
  return {
    id: line.id,
    display_phone_number: line.display,
    verified_name: line.verifiedName,
    quality_rating: line.qualityRating,
    code_verification_status: 'VERIFIED',
    platform_type: 'CLOUD_API',
    name_status: 'APPROVED',
    status: 'CONNECTED',
    account_mode: line.isTestNumber ? 'SANDBOX' : 'LIVE',
    messaging_limit_tier: `TIER_${line.messagingLimit >= 2000 ? '2K' : line.messagingLimit}`,
    whatsapp_business_manager_messaging_limit: `TIER_${line.messagingLimit >= 2000 ? '2K' : line.messagingLimit}`,
    throughput: { level: 'STANDARD' },
  }
}

/** Only the asked fields and the id, as Graph does. */
function pick(all: Fields, query: URLSearchParams): Fields {
  const wanted = query
    .get('fields')
    ?.split(',')
    .map((field) => field.trim())
  if (!wanted) return all
  return Object.fromEntries(
    Object.entries(all).filter(([key]) => key === 'id' || wanted.includes(key)),
  )
}

/** `GET /{phone-number-id}?fields=`. */
export const getPhoneNumber: LineHandler = (_world, line, request) =>
  ok(pick(phoneNumberOf(line), request.query))

/** `GET /{waba-id}/phone_numbers`. */
export function getPhoneNumbers(world: World, request: GraphRequest): GraphAnswer {
  const data = [...world.lines.values()].map((line) => pick(phoneNumberOf(line), request.query))
  return ok({ data, paging: { cursors: { before: 'MAZDZD', after: 'MAZDZD' } } })
}

/** `GET /{waba-id}/subscribed_apps`. */
export function getSubscribedApps(world: World): GraphAnswer {
  const { appId, displayName } = world.account
  const app = {
    id: appId,
    name: displayName,
    link: `https://www.facebook.com/games/?app_id=${appId}`,
  }
  return ok({ data: [{ whatsapp_business_api_data: app }] })
}

/** `GET /{app-id}/subscriptions`. */
export function getSubscriptions(world: World): GraphAnswer {
  const { url, fields } = world.account.subscription
  return ok({
    data: [
      {
        object: 'whatsapp_business_account',
        callback_url: url,
        active: true,
        fields: fields.map((name) => ({ name, version: 'v26.0' })),
      },
    ],
  })
}

/** `GET /debug_token?input_token=`. */
export function debugToken(world: World, request: GraphRequest): GraphAnswer {
  const input = request.query.get('input_token')
  if (input === null) throw new GraphError(100, 'input_token is missing')
  const { accessToken, appId, displayName, tokenExpiresAt, scopes, wabaId } = world.account
  if (input !== accessToken) {
    const error = { code: 190, message: 'Invalid OAuth access token' }
    return ok({ data: { error, is_valid: false, scopes: [] } })
  }
  const isExpired = tokenExpiresAt !== 0 && tokenExpiresAt <= world.clock.now() / 1000
  return ok({
    data: {
      app_id: appId,
      type: 'SYSTEM_USER',
      application: displayName,
      expires_at: tokenExpiresAt,
      data_access_expires_at: 0,
      is_valid: !isExpired,
      issued_at: 1_760_000_000,
      scopes,
      granular_scopes: scopes.map((scope) => ({ scope, target_ids: [wabaId] })),
      user_id: '122100000000000001',
    },
  })
}

/** `GET /me`. */
export function getMe(world: World): GraphAnswer {
  return ok({ id: '122100000000000001', name: world.account.displayName })
}
