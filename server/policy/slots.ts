import {
  factSpec,
  type FactSeen,
  type FactSpec,
  type FactType,
  type FactValue,
} from '../schema/facts.ts'
import type { Installation } from '../schema/installation.ts'
import type { SlotValue } from './conditions/truth.ts'

/** A fact the policy may read, and its index among the values of a walk. */
export interface FactSlot {
  readonly index: number
  readonly name: string
  readonly spec: FactSpec
}

/** Hands out slots to facts as the compiler comes to them. */
export interface FactSlots {
  readonly all: readonly FactSlot[]
  /** @throws Error when the installation has no such fact */
  of(name: string): FactSlot
}

export function factSlots(installation: Installation): FactSlots {
  const all: FactSlot[] = []
  const byName = new Map<string, FactSlot>()
  return {
    all,
    of(name) {
      const known = byName.get(name)
      if (known) return known
      const spec = factSpec(name, installation)
      if (!spec) throw new Error(`there is no fact "${name}"`)
      const slot = { index: all.length, name, spec }
      all.push(slot)
      byName.set(name, slot)
      return slot
    },
  }
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isFiniteNumber = (value: FactValue): boolean =>
  typeof value === 'number' && Number.isFinite(value)
const fits: Readonly<Record<FactType, (value: FactValue) => boolean>> = {
  string: isText,
  number: isFiniteNumber,
  instant: isFiniteNumber,
  boolean: (value) => typeof value === 'boolean',
  list: (value) => Array.isArray(value) && value.every(isText),
}

/** A fact nobody declared has no type to differ from: anything that can be compared fits. */
function fitsAny(value: FactValue): boolean {
  return Object.values(fits).some((fit) => fit(value))
}

/** A fact as it was read, unknown (`type`) when its value is not of the fact's type. */
export function typedFact(spec: FactSpec, seen: FactSeen): FactSeen {
  if ('unknown' in seen) return seen
  const fit = spec.undeclared ? fitsAny : fits[spec.type]
  return fit(seen.value) ? seen : { unknown: 'type', source: seen.source, ms: seen.ms }
}

export function slotValue(seen: FactSeen | undefined): SlotValue {
  if (seen === undefined) return undefined
  return 'unknown' in seen ? null : seen.value
}
