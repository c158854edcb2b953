import { z } from 'zod'
import type { CallingSettings } from '../settings.ts'
import { callingSettingsSchema, holidayProblem } from '../settings.ts'
import { settingsChange } from '../webhooks.ts'
import type { Line, World } from '../world.ts'
import { GraphError } from './errors.ts'
import type { LineHandler } from './request.ts'
import { ok, parseBody } from './request.ts'

const bodySchema = z.object({ calling: callingSettingsSchema })

/** `GET /{phone-number-id}/settings[?include_sip_credentials=true]` (whatsapp-calling.md 4.2). */
export const getSettings: LineHandler = (world, line, request) => {
  const { calling, restrictions } = line
  const unset = (usual: string): string => (world.switches.settingsNotSet ? 'NOT_SET' : usual)
  const isOn = calling.status === 'ENABLED'
  const withPassword = request.query.get('include_sip_credentials') === 'true'
  return ok({
    calling: {
      ...calling,
      status: calling.status ?? unset('DISABLED'),
      ...(isOn
        ? {
            call_icon_visibility: calling.call_icon_visibility ?? unset('DEFAULT'),
            callback_permission_status: calling.callback_permission_status ?? unset('DISABLED'),
          }
        : {}),
      ...(calling.sip ? { sip: sipOf(world, calling.sip, withPassword) } : {}),
      ...(restrictions.length > 0
        ? { restrictions: { restrictions_list: restrictions.map((entry) => ({ ...entry })) } }
        : {}),
    },
  })
}

function sipOf(
  world: World,
  sip: NonNullable<CallingSettings['sip']>,
  withPassword: boolean,
): Record<string, unknown> {
  const servers = sip.servers?.map((server) => ({
    app_id: world.account.appId,
    ...server,
    ...(withPassword ? { sip_user_password: 'simulated-sip-password' } : {}),
  }))
  return { ...sip, ...(servers ? { servers } : {}) }
}

/** `POST /{phone-number-id}/settings` (4.1, 4.3): what is named is replaced whole. Errors: 100, 138015, 138018. */
export const postSettings: LineHandler = (world, line, request) => {
  const { calling } = parseBody(bodySchema, request.body)
  check(world, line, calling)
  const before = observed(line.calling)
  const sip =
    calling.sip && !calling.sip.servers
      ? { ...calling.sip, servers: line.calling.sip?.servers }
      : calling.sip
  line.calling = { ...line.calling, ...calling, ...(sip ? { sip } : {}) }
  const after = observed(line.calling)
  if (JSON.stringify(before) !== JSON.stringify(after)) {
    world.emitter.emit(
      settingsChange(line, {
        type: world.switches.settingsUpdateType,
        atMs: world.clock.now(),
        calling: after,
      }),
    )
  }
  return ok({ success: true })
}

function check(world: World, line: Line, calling: CallingSettings): void {
  if (calling.call_hours) {
    const problem = holidayProblem(calling.call_hours, world.clock.now())
    if (problem) throw new GraphError(100, problem)
  }
  const announcement = calling.voicemail?.audio?.default.announcement_media_id
  if (announcement !== undefined && !world.media.get(String(announcement))?.isAnnouncement) {
    throw new GraphError(100, 'announcement_media_id is not a voicemail announcement')
  }
  if (calling.status !== 'ENABLED') return
  if (line.messagingLimit < 2000 && !line.isTestNumber) {
    throw new GraphError(138015, 'The messaging limit must be at least 2000')
  }
  const hasSip = (calling.sip ?? line.calling.sip)?.status === 'ENABLED'
  if (!hasSip && !world.account.subscription.fields.includes('calls')) {
    throw new GraphError(138018, 'Subscribe the app to calls, or enable SIP')
  }
}

/** The settings whose change Meta tells of (2.7). */
function observed(calling: CallingSettings): Record<string, unknown> {
  return {
    status: calling.status ?? 'NOT_SET',
    call_icon_visibility: calling.call_icon_visibility ?? 'DEFAULT',
    callback_permission_status: calling.callback_permission_status ?? 'DISABLED',
    ...(calling.sip ? { sip: { status: calling.sip.status } } : {}),
    ...(calling.srtp_key_exchange_protocol
      ? { srtp_key_exchange_protocol: calling.srtp_key_exchange_protocol }
      : {}),
  }
}
