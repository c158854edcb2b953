import type { Deliverer } from './deliver.ts'
import { bodyKeptInLog, signatureOf } from './deliver.ts'
import type { World } from './world.ts'

/** Which sent webhook to send again: the newest that fits. */
export interface SentWebhook {
  callId?: string
  /** `connect`, `terminate`, `message:text` …, as in the log. */
  subject?: string
  seq?: number
}

/** Posts a logged webhook again. Throws RangeError if the log has none that fits, or not the whole of it. */
export async function redeliver(
  world: World,
  deliverer: Deliverer,
  options: { which: SentWebhook; copies?: number; spacingMs?: number },
): Promise<number[]> {
  const { which, copies = 1, spacingMs = 0 } = options
  const sent = world.log.events.findLast(
    (event) =>
      event.kind === 'webhook' &&
      (which.seq === undefined || event.seq === which.seq) &&
      (which.callId === undefined || event.callId === which.callId) &&
      (which.subject === undefined || event.subject === which.subject),
  )
  if (sent?.kind !== 'webhook') throw new RangeError('no such webhook in the log')
  if (sent.body.length >= bodyKeptInLog) throw new RangeError('the log has not the whole body')
  const raw = Buffer.from(sent.body)
  const headers = { 'x-hub-signature-256': signatureOf(raw, world.account.appSecret) }
  const { subject, callId } = sent
  return Promise.all(
    Array.from({ length: copies }, async (_, copy) => {
      await world.clock.sleep((copy * spacingMs * world.clock.timing.scale) / 1000)
      return deliverer.once({ raw, subject, callId }, headers)
    }),
  )
}

/** Posts any bytes once, signed as told. */
export async function deliverRaw(
  world: World,
  deliverer: Deliverer,
  options: {
    body: string | Uint8Array
    signature?: string | null
    secret?: string
    headers?: Record<string, string>
  },
): Promise<number> {
  const raw = Buffer.from(options.body)
  const own = signatureOf(raw, options.secret ?? world.account.appSecret)
  const signature = options.signature === undefined ? own : options.signature
  const headers = {
    ...(signature === null ? {} : { 'x-hub-signature-256': signature }),
    ...options.headers,
  }
  return deliverer.once({ raw, subject: 'raw' }, headers)
}
