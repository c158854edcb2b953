import type { Decision, LeafTrace } from '../schema/decision.ts'
import type { FactSeen, FactValue } from '../schema/facts.ts'

export interface Hiding {
  /** Facts whose values are not to be seen. */
  readonly isHidden: (name: string, seen?: FactSeen) => boolean
  /** Stands for a value. */
  readonly mask: (value: FactValue) => string
  /** Stands for a name of an exit, and for what a fact was compared with. */
  readonly placeholder: string
}

/**
 * A decision without the values of some facts. What was compared with such a fact goes too, since it
 * would tell what the fact was, and so does the exit of a switch that is named like it.
 */
export function hideFacts<D extends Decision>(decision: D, hiding: Hiding): D {
  const { isHidden, mask, placeholder } = hiding
  const entries = Object.entries(decision.facts)
  const hiddenNames = new Set(
    entries.filter(([name, seen]) => isHidden(name, seen)).map(([name]) => name),
  )
  const secrets = new Set(
    entries.flatMap(([name, seen]) =>
      hiddenNames.has(name) && 'value' in seen && typeof seen.value !== 'boolean'
        ? [JSON.stringify(seen.value)]
        : [],
    ),
  )
  const isSecret = (value: unknown): boolean =>
    value !== undefined && secrets.has(JSON.stringify(value))
  const fact = (name: string, seen: FactSeen): FactSeen =>
    hiddenNames.has(name) && 'value' in seen ? { ...seen, value: mask(seen.value) } : seen
  const leaf = (one: LeafTrace): LeafTrace => {
    const isOwn = hiddenNames.has(one.fact) || isHidden(one.fact)
    const hides = (value: unknown) => value !== undefined && (isOwn || isSecret(value))
    return {
      ...one,
      ...(hides(one.operand) ? { operand: placeholder } : {}),
      ...(hides(one.value) ? { value: placeholder } : {}),
    }
  }
  const exits = <T extends { exit: string | null }>(steps: readonly T[]): T[] =>
    steps.map((step) => (isSecret(step.exit) ? { ...step, exit: placeholder } : step))
  return {
    ...decision,
    facts: Object.fromEntries(entries.map(([name, seen]) => [name, fact(name, seen)])),
    path: exits(decision.path),
    trace: exits(decision.trace).map((node) => ({ ...node, leaves: node.leaves.map(leaf) })),
    steps: decision.steps.map((step) => (step.path ? { ...step, path: exits(step.path) } : step)),
  }
}
