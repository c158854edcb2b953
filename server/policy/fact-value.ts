import type { FactType, FactValue, UnknownReason } from '../schema/facts.ts'
import { instantSchema } from '../schema/primitives.ts'
import type { Declaration } from '../schema/seeds.ts'

/** What a fact came to, before it is noted where from and when. */
export type Settled = { readonly value: FactValue } | { readonly unknown: UnknownReason }

export const known = (value: FactValue): Settled => ({ value })
export const unknown = (reason: UnknownReason): Settled => ({ unknown: reason })

const isText = (one: unknown): one is string => typeof one === 'string'

/**
 * A raw value as a fact of a type; a value of another type is unknown (`type`).
 * Instants are ISO text with an offset and become epoch milliseconds.
 */
export function typedValue(type: FactType, raw: unknown): Settled {
  switch (type) {
    case 'string':
      return isText(raw) ? known(raw) : unknown('type')
    case 'number':
      return typeof raw === 'number' && Number.isFinite(raw) ? known(raw) : unknown('type')
    case 'boolean':
      return typeof raw === 'boolean' ? known(raw) : unknown('type')
    case 'list':
      return Array.isArray(raw) && raw.every(isText) ? known(raw) : unknown('type')
    case 'instant': {
      const parsed = instantSchema.safeParse(raw)
      return parsed.success ? known(Date.parse(parsed.data)) : unknown('type')
    }
  }
}

const typesOfUndeclared = ['string', 'number', 'boolean', 'list'] as const

/**
 * The value of an attribute or a CRM field: absent (undefined, null) it is the declared default, or
 * unknown (`not_found`) where none is declared; an undeclared one keeps the type it has.
 */
export function declaredValue(declaration: Declaration | undefined, raw: unknown): Settled {
  const present = raw ?? declaration?.default
  if (present === undefined) return unknown('not_found')
  if (declaration) return typedValue(declaration.type, present)
  const fits = typesOfUndeclared.map((type) => typedValue(type, present))
  return fits.find((settled) => 'value' in settled) ?? unknown('type')
}

/** The own property of an object, and nothing that its prototype has. */
export function ownValue(object: unknown, key: string): unknown {
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, key)) return undefined
  // an own property of a JSON value; what it holds stays unknown
  return (object as Record<string, unknown>)[key]
}
