import { z } from 'zod'
import type { Signal } from '../schema/signal.ts'

/** Something in a well-formed envelope that no signal is made of; counted, never stored. */
export interface Ignored {
  readonly field: string
  readonly why: string
}

/** What a delivery came to; `ok: false` only for what is no envelope at all. */
export type Webhook =
  | { readonly ok: true; readonly signals: Signal[]; readonly ignored: Ignored[] }
  | { readonly ok: false; readonly message: string }

const longestText = 8192
const latestEpochMs = 253_402_300_799_999

/** A text, cut to a sane length; anything else is as if it were absent. */
export const lenientText = z
  .string()
  .transform((text) => text.slice(0, longestText))
  .optional()
  .catch(undefined)

/** The id of a call or a message, which what carries it cannot do without. */
export const requiredId = z.string().min(1).max(512)

/** What a function of its own makes sense of, e.g. `instantOf`. */
export const lenientAny = z.unknown().optional()

/** Whole or fractional Unix seconds, as text or number (milliseconds are recognised), to ISO. */
export function instantOf(value: unknown): string | undefined {
  const told = numberOf(value)
  if (told === undefined || told <= 0) return undefined
  const epochMs = Math.trunc(told > 1e11 ? told : told * 1000)
  return epochMs <= latestEpochMs ? new Date(epochMs).toISOString() : undefined
}

/** A finite number, also as text of digits. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value === 'string' && /^\d{1,16}(\.\d{1,9})?$/.test(value)) return Number(value)
  return undefined
}

/** A name that may become a label of a metric. */
export function plainName(name: string): string {
  return /^[a-z0-9_.]{1,60}$/.test(name) ? name : 'other'
}
