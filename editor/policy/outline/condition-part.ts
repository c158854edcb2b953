import type { Field } from '../../../server/policy/say/words.ts'
import type { Condition } from '../../../server/schema/policy.ts'

/** The part of a condition at a place, e.g. `["any", 0]`; undefined where there is none. */
export function partOf(condition: Condition, place: Field): Condition | undefined {
  const [step, index, ...rest] = place
  if (step === undefined) return condition
  if (step === 'not') return 'not' in condition ? partOf(condition.not, place.slice(1)) : undefined
  const inner =
    step === 'all' && 'all' in condition
      ? condition.all
      : step === 'any' && 'any' in condition
        ? condition.any
        : []
  const part = typeof index === 'number' ? inner[index] : undefined
  return part && partOf(part, rest)
}

/** The condition with another part at a place that it has. */
export function withPart(condition: Condition, place: Field, part: Condition): Condition {
  const [step, index, ...rest] = place
  if (step === undefined) return part
  if (step === 'not' && 'not' in condition)
    return { not: withPart(condition.not, place.slice(1), part) }
  const at = (inner: readonly Condition[]) =>
    inner.map((one, own) => (own === index ? withPart(one, rest, part) : one))
  if (step === 'all' && 'all' in condition) return { all: at(condition.all) }
  if (step === 'any' && 'any' in condition) return { any: at(condition.any) }
  return condition
}
