import type { ActionResult } from '../../schema/action.ts'
import type { Channel } from '../channel.ts'
import { engineChannel } from '../waha/engine.ts'

export interface WawpOptions {
  /** Trusted, without version, e.g. `https://api.wawp.net`. */
  readonly url: string
  readonly instanceId: string | undefined
  readonly accessToken: string | undefined
  /** For one request; without it 5 s for call actions and 15 s for messages. */
  readonly timeoutMs?: number
}

/**
 * Wawp. An instance is a session; which one is told by its id, so lines do not show in requests. Calls
 * are declined through `POST /v2/calls/reject`, messages sent through `POST /v2/send/text`.
 * Source: Wawp, "Reject call", and its SDK's `send/text` (2026).
 */
export function wawpChannel({ url, instanceId, accessToken, timeoutMs }: WawpOptions): Channel {
  const base = url.replace(/\/+$/, '')
  const credentials = { instance_id: instanceId ?? '', access_token: accessToken ?? '' }
  return engineChannel(
    {
      name: 'wawp',
      names: { provider: 'Wawp', credential: 'WAWP_ACCESS_TOKEN', url: 'WAWP_URL' },
      secrets: Object.values(credentials),
      missing: missing(instanceId, accessToken),
      reject: (_session, { id, from }) => ({
        url: `${base}/v2/calls/reject?${new URLSearchParams(credentials).toString()}`,
        headers: {},
        body: { callId: id, from },
      }),
      sendText: (_session, { chatId, text }) => ({
        url: `${base}/v2/send/text`,
        headers: {},
        body: { ...credentials, chatId, message: text },
      }),
    },
    timeoutMs,
  )
}

function missing(instanceId?: string, accessToken?: string): ActionResult | undefined {
  const variable = !accessToken ? 'WAWP_ACCESS_TOKEN' : !instanceId ? 'WAWP_INSTANCE_ID' : undefined
  if (variable === undefined) return undefined
  const alarm = `${variable} is missing: without it nothing can be done through Wawp`
  return { outcome: 'failed', details: 'not configured', alarm }
}
