import { factSpec } from '../../schema/facts.ts'
import type { Installation } from '../../schema/installation.ts'
import type { SlotValue } from '../conditions/truth.ts'

type Proof = Record<string, unknown>

/** ISO text of epoch milliseconds, where it has one. */
function isoText(at: number): string | undefined {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : undefined
}

/** A call that shows a problem, as the values of its facts by their names; `unknown` for one that is not known. */
export function proofOf(
  names: readonly string[],
  values: readonly SlotValue[],
  installation: Installation,
): Proof {
  const known = names.flatMap((name, slot) => {
    const value = values[slot]
    if (value === undefined) return []
    if (value === null) return [[name, 'unknown'] as const]
    const isInstant = factSpec(name, installation)?.type === 'instant'
    const at = isInstant && typeof value === 'number' ? isoText(value) : undefined
    return [[name, at ?? value] as const]
  })
  return Object.fromEntries(known)
}
