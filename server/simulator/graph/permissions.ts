import { connectedCallLimit, connectedCalls, currentPermission } from '../outbound.ts'
import type { Person } from '../people.ts'
import type { Line, World } from '../world.ts'
import { standing } from '../world.ts'
import { GraphError } from './errors.ts'
import type { LineHandler } from './request.ts'
import { ok, recipientOf } from './request.ts'

const dayMs = 24 * 3_600_000

/** Permission requests in the last so many days, and how many are allowed (5.4). */
export function requestUsage(
  world: World,
  line: Line,
  person: Person,
): { period: 'PT24H' | 'P7D'; used: number; allowed: number; freeAtMs?: number }[] {
  const own = standing(world, line, person)
  const now = world.clock.now()
  own.requests = own.requests.filter((at) => at > now - 7 * dayMs)
  const { sandbox } = world.switches
  const usage = (period: 'PT24H' | 'P7D', days: number, allowed: number) => {
    const within = own.requests.filter((at) => at > now - days * dayMs)
    const oldest = within[0]
    const freeAtMs =
      within.length >= allowed && oldest !== undefined ? oldest + days * dayMs : undefined
    return { period, used: within.length, allowed, freeAtMs }
  }
  return [usage('PT24H', 1, sandbox ? 25 : 1), usage('P7D', 7, sandbox ? 100 : 2)]
}

const limitOf = (usage: {
  period: string
  used: number
  allowed: number
  freeAtMs?: number
}): Record<string, unknown> => ({
  time_period: usage.period,
  max_allowed: usage.allowed,
  current_usage: usage.used,
  ...(usage.freeAtMs === undefined
    ? {}
    : { limit_expiration_time: Math.floor(usage.freeAtMs / 1000) }),
})

/** `GET /{phone-number-id}/call_permissions?user_wa_id=|recipient=` (whatsapp-calling.md 5.1). */
export const getPermissions: LineHandler = (world, line, request) => {
  const to = request.query.get('user_wa_id') ?? undefined
  const recipient = request.query.get('recipient') ?? undefined
  if (to === undefined && recipient === undefined) {
    throw new GraphError(131008, 'user_wa_id or recipient is missing')
  }
  const { person } = recipientOf(world, { to, recipient })
  const { status, expiresAt } = currentPermission(world, line, person)
  const requests = requestUsage(world, line, person)
  const calls = connectedCalls(world, line, person)
  const allowed = connectedCallLimit(world)
  const freeAtMs = calls.length >= allowed ? (calls[0] ?? 0) + dayMs : undefined
  return ok({
    messaging_product: 'whatsapp',
    permission: {
      status,
      ...(expiresAt === undefined ? {} : { [world.switches.permissionExpiryKey]: expiresAt }),
    },
    actions: [
      {
        action_name: 'send_call_permission_request',
        can_perform_action:
          status !== 'permanent' && requests.every(({ used, allowed: most }) => used < most),
        limits: requests.map(limitOf),
      },
      {
        action_name: 'start_call',
        can_perform_action: status !== 'no_permission' && calls.length < allowed,
        limits: [limitOf({ period: 'PT24H', used: calls.length, allowed, freeAtMs })],
      },
    ],
  })
}
