import { readFileSync } from 'node:fs'
import { parseWebhook } from '../../server/channels/whatsapp/webhook.ts'
import type { Signal } from '../../server/schema/signal.ts'

const folder = new URL('../../seeds/webhooks/', import.meta.url)

export const line = '106540352242922'
export const user = '16505550123'
export const userId = 'US.13491208655302741918'

/** The raw bytes of a provider payload of the seeds. */
export function rawFixture(name: string): Uint8Array {
  return readFileSync(new URL(`whatsapp-${name}.json`, folder))
}

/** A payload of the seeds, to be varied. */
export function fixture(name: string): string {
  return Buffer.from(rawFixture(name)).toString('utf8')
}

export function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8')
}

/** Parses a body that must be an envelope. */
export function read(body: Uint8Array | string): { signals: Signal[]; ignored: { why: string }[] } {
  const webhook = parseWebhook(typeof body === 'string' ? bytes(body) : body)
  if (!webhook.ok) throw new Error(webhook.message)
  return webhook
}

/** The envelope around one change. */
export function envelope(field: string, value: unknown): string {
  const entry = [{ id: '102290129340398', changes: [{ field, value }] }]
  return JSON.stringify({ object: 'whatsapp_business_account', entry })
}

export const metadata = { display_phone_number: '+1 555-010-0199', phone_number_id: line }
