import { readFileSync } from 'node:fs'
import type { Webhook } from '../../server/channels/fields.ts'
import { parseWaha } from '../../server/channels/waha/webhook.ts'
import { parseWawp } from '../../server/channels/wawp/webhook.ts'
import { bytes } from './fixtures.ts'

const folder = new URL('../../seeds/webhooks/', import.meta.url)

/** A payload of the seeds by its whole name, e.g. `waha-call-received`. */
export function engineFixture(name: string): string {
  return readFileSync(new URL(`${name}.json`, folder), 'utf8')
}

/** Reads a delivery of the provider that a name begins with. */
export function parseEngine(name: string, body: string): Webhook {
  return name.startsWith('waha') ? parseWaha(bytes(body)) : parseWawp(bytes(body))
}

/** Reads a delivery that must be an envelope. */
export function readEngine(name: string, body = engineFixture(name)) {
  const webhook = parseEngine(name, body)
  if (!webhook.ok) throw new Error(webhook.message)
  return webhook
}

/** A payload of the seeds with other values in its envelope or, below `payload`, in its payload. */
export function varied(name: string, { payload, ...rest }: Record<string, unknown>): string {
  const envelope: unknown = JSON.parse(engineFixture(name))
  const { payload: told } = { payload: undefined, ...Object(envelope) }
  const inner = typeof payload === 'object' ? { ...told, ...payload } : told
  return JSON.stringify({ ...Object(envelope), ...rest, payload: inner })
}
