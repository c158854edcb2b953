import { createHash } from 'node:crypto'
import { z } from 'zod'
import { prototypeKeys } from '../../schema/primitives.ts'
import type { SignalOf } from '../../schema/signal.ts'
import { instantOf, lenientAny } from '../fields.ts'
import { ignore, lenientId } from './fields.ts'
import type { Reading } from './fields.ts'

const updateSchema = z.looseObject({ event: z.string().min(1), phone_number: lenientId })

const settingsSchema = z.looseObject({
  type: z.string(),
  timestamp: lenientAny,
  phone_number_settings: z.looseObject({ phone_number_id: lenientId.pipe(z.string()) }),
})

/** What of an entry the account fields need beside `value`. */
export interface Entry {
  readonly id?: string | undefined
  readonly time?: unknown
}

/**
 * `value` of field `account_update`: violations, restrictions, everything else about the account.
 * It names no phone-number id: the line is the number in digits, or the account id where there is none.
 * Source: WhatsApp Cloud API, "Configure call settings", webhooks (2026-06).
 */
export function readAccountUpdate(value: unknown, entry: Entry, reading: Reading): void {
  const update = updateSchema.safeParse(value).data
  if (update === undefined) return ignore(reading, 'update does not fit')
  const line = update.phone_number?.replace(/\D/g, '') ?? entry.id ?? ''
  const at = instantOf(entry.time)
  const { event, ...details } = update
  reading.signals.push(lineChanged({ line, at, event: event.slice(0, 80), details }))
}

/** `value` of field `account_settings_update`: somebody changed the call settings of a line. */
export function readSettingsUpdate(value: unknown, reading: Reading): void {
  const update = settingsSchema.safeParse(value).data
  if (update?.type.toLowerCase() !== 'phone_number_settings') {
    return ignore(reading, 'update does not fit')
  }
  const { phone_number_id: line, ...details } = update.phone_number_settings
  const at = instantOf(update.timestamp)
  reading.signals.push(lineChanged({ line, at, event: 'account_settings_update', details }))
}

interface Change {
  readonly line: string
  readonly at: string | undefined
  readonly event: string
  readonly details: Record<string, unknown>
}

/** Meta gives these no id, so their content is their identity. */
function lineChanged(change: Change): SignalOf<'line_changed'> {
  const { line, at, event } = change
  const hash = createHash('sha256').update(JSON.stringify(change)).digest('hex').slice(0, 32)
  const details = withoutPrototypeKeys(change.details)
  const key = `whatsapp:${hash}:${event}`
  return { channel: 'whatsapp', kind: 'line_changed', key, line, ...(at && { at }), event, details }
}

function withoutPrototypeKeys(object: object): Record<string, unknown> {
  const safe = Object.entries(object).filter(([key]) => !prototypeKeys.has(key))
  return Object.fromEntries(safe.map(([key, value]) => [key, inert(value)]))
}

function inert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inert)
  return typeof value === 'object' && value !== null ? withoutPrototypeKeys(value) : value
}
