import type { Channel } from '../channel.ts'
import { engineChannel } from './engine.ts'

export interface WahaOptions {
  /** Trusted, e.g. `http://waha:3000`. */
  readonly url: string
  /** WAHA may run without one; then no header is sent. */
  readonly apiKey?: string | undefined
  /** For one request; without it 5 s for call actions and 15 s for messages. */
  readonly timeoutMs?: number
}

/**
 * WAHA, the WhatsApp HTTP API. Lines are sessions. Calls are declined through
 * `POST /api/{session}/calls/reject`, messages sent through `POST /api/sendText`.
 * Sources: WAHA, "Calls", "Send messages" and "Security" (2026).
 */
export function wahaChannel({ url, apiKey, timeoutMs }: WahaOptions): Channel {
  const base = url.replace(/\/+$/, '')
  const headers: Record<string, string> = apiKey ? { 'x-api-key': apiKey } : {}
  return engineChannel(
    {
      name: 'waha',
      names: { provider: 'WAHA', credential: 'WAHA_API_KEY', url: 'WAHA_URL' },
      secrets: apiKey ? [apiKey] : [],
      missing: undefined,
      reject: (session, { id, from }) => ({
        url: `${base}/api/${encodeURIComponent(session)}/calls/reject`,
        headers,
        body: { from, id },
      }),
      sendText: (session, { chatId, text }) => ({
        url: `${base}/api/sendText`,
        headers,
        body: { session, chatId, text },
      }),
    },
    timeoutMs,
  )
}
