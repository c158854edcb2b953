import { z } from 'zod'
import type { Signal } from '../../schema/signal.ts'
import { lenientAny, plainName } from '../fields.ts'
import type { Ignored, Webhook } from '../fields.ts'
import { decodeJson } from '../json.ts'
import { readAccountUpdate, readSettingsUpdate } from './account.ts'
import type { Entry } from './account.ts'
import { readCalls } from './calls.ts'
import { ignore, lenientId, lenientList } from './fields.ts'
import type { Reading } from './fields.ts'
import { readMessages } from './messages.ts'

const envelopeSchema = z.object({ object: z.string(), entry: z.array(z.unknown()) })
const envelopesSchema = z.array(envelopeSchema).min(1)
const entrySchema = z.object({ id: lenientId, time: lenientAny, changes: lenientList })
const changeSchema = z.object({ field: z.string(), value: z.record(z.string(), z.unknown()) })

const account = 'whatsapp_business_account'

/**
 * A delivery of Meta's to signals, in the order told. Every entry, change and item of a batch is read
 * by itself: one that does not fit, an unknown field or event, is counted in `ignored` and the others
 * stand. Only what is no envelope at all is `ok: false`; an extra array around envelopes is tolerated.
 * Call `verifySignature` on the same bytes first.
 * Source: WhatsApp Cloud API, "Webhooks", payload reference.
 */
export function parseWebhook(rawBody: Uint8Array): Webhook {
  const decoded = decodeJson(rawBody)
  if (!decoded.ok) return decoded
  const bodies = Array.isArray(decoded.value) ? decoded.value : [decoded.value]
  const envelopes = envelopesSchema.safeParse(bodies)
  if (!envelopes.success) return { ok: false, message: 'not a webhook envelope' }
  const signals: Signal[] = []
  const ignored: Ignored[] = []
  for (const { object, entry } of envelopes.data) {
    if (object !== account) ignored.push({ field: 'object', why: 'unknown object' })
    else for (const item of entry) readEntry(item, signals, ignored)
  }
  return { ok: true, signals, ignored }
}

function readEntry(item: unknown, signals: Signal[], ignored: Ignored[]): void {
  const entry = entrySchema.safeParse(item).data
  if (entry?.changes === undefined) {
    ignored.push({ field: 'entry', why: 'entry does not fit' })
    return
  }
  for (const item of entry.changes) {
    const change = changeSchema.safeParse(item).data
    if (change === undefined) ignored.push({ field: 'changes', why: 'change does not fit' })
    else readChange(change, entry, { field: change.field, signals, ignored })
  }
}

function readChange(change: z.infer<typeof changeSchema>, entry: Entry, reading: Reading): void {
  switch (change.field) {
    case 'calls':
      return readCalls(change.value, reading)
    case 'messages':
      return readMessages(change.value, reading)
    case 'account_update':
      return readAccountUpdate(change.value, entry, reading)
    case 'account_settings_update':
      return readSettingsUpdate(change.value, reading)
    default:
      // Counted under a plain name, for it becomes a label of a metric.
      return ignore({ ...reading, field: plainName(change.field) }, 'unknown field')
  }
}
