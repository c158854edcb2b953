import type { CompiledCondition } from './condition.ts'
import { FALSE, PENDING, TRUE, UNKNOWN, type SlotValues } from './truth.ts'

const results = [FALSE, TRUE, UNKNOWN]
const bit = (result: number): number => 1 << result
const anything = bit(FALSE) | bit(TRUE) | bit(UNKNOWN)

const evaluateNow = (condition: CompiledCondition, values: SlotValues): number =>
  condition.evaluate(values, [])

function possibleBits(condition: CompiledCondition, values: SlotValues): number {
  const now = evaluateNow(condition, values)
  if (now !== PENDING) return bit(now)
  if (condition.combine === 'leaf') return anything
  const parts = condition.parts.map((part) => possibleBits(part, values))
  if (condition.combine === 'not') return parts.map(negateBits).reduce((all, one) => all | one, 0)
  return condition.combine === 'all'
    ? possibleOfAll(parts)
    : negateBits(possibleOfAll(parts.map(negateBits)))
}

function negateBits(bits: number): number {
  const swapped = (bits & bit(FALSE) ? bit(TRUE) : 0) | (bits & bit(TRUE) ? bit(FALSE) : 0)
  return swapped | (bits & bit(UNKNOWN))
}

function possibleOfAll(parts: readonly number[]): number {
  const some = (result: number): boolean => parts.some((bits) => (bits & bit(result)) !== 0)
  const everyOne = (bits: number): boolean => parts.every((part) => (part & bits) !== 0)
  const mayBeUnknown = some(UNKNOWN) && everyOne(bit(TRUE) | bit(UNKNOWN))
  return (
    (some(FALSE) ? bit(FALSE) : 0) |
    (everyOne(bit(TRUE)) ? bit(TRUE) : 0) |
    (mayBeUnknown ? bit(UNKNOWN) : 0)
  )
}

/** What the condition may still come to once its pending facts are settled, each of them freely. */
export function possibleResults(condition: CompiledCondition, values: SlotValues): number[] {
  const bits = possibleBits(condition, values)
  return results.filter((result) => bits & bit(result))
}

/** Slots of the pending facts that can still change what a pending condition comes to. */
export function pendingSlots(condition: CompiledCondition, values: SlotValues): number[] {
  if (evaluateNow(condition, values) !== PENDING) return []
  if (condition.combine === 'leaf')
    return condition.leaf.slots.filter((slot) => values[slot] === undefined)
  return condition.parts.flatMap((part) => pendingSlots(part, values))
}
