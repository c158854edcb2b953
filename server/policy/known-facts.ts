import { velocityFactName } from '../schema/facts.ts'
import type { Condition, Policy, PolicyNode } from '../schema/policy.ts'
import { edgesOf } from '../schema/policy.ts'

type Names = ReadonlySet<string>
const none: Names = new Set()

const union = (all: readonly Names[]): Names => new Set(all.flatMap((one) => [...one]))
function common(all: readonly Names[]): Names {
  const [first = none, ...rest] = all
  return new Set([...first].filter((name) => rest.every((one) => one.has(name))))
}

/** The facts that are known for certain once a condition came out as `result`. */
function knownBy(condition: Condition, result: boolean): Names {
  if ('not' in condition) return knownBy(condition.not, !result)
  if ('all' in condition || 'any' in condition) {
    const isAll = 'all' in condition
    const parts = (isAll ? condition.all : condition.any).map((one) => knownBy(one, result))
    // all true, or none of any true: each part came out; otherwise at least one, and nobody knows which
    return isAll === result ? union(parts) : common(parts)
  }
  const { fact, value } = condition
  const isFact = typeof value === 'object' && !Array.isArray(value) && 'fact' in value
  return new Set([fact, ...(isFact ? [value.fact] : [])])
}

/** What leaving a gate by an exit other than `unknown` says is known. */
function given(node: PolicyNode, exit: string): Names {
  if (exit === 'unknown') return none
  switch (node.kind) {
    case 'condition':
      return knownBy(node.when, exit === 'yes')
    case 'switch':
      return new Set([node.fact])
    case 'hours':
      return new Set([`hours.${node.calendar}`])
    case 'crm':
      return new Set(['crm.found'])
    case 'velocity': {
      const own = velocityFactName(node.scope, node.windowMinutes, node.digits)
      // calls from a prefix are counted for those whose number is known
      return new Set(node.scope === 'prefix' ? [own, 'caller.phone'] : [own])
    }
    default:
      return none
  }
}

/**
 * The facts that are known on every way by which calls can come to a step; what nothing leads to has none.
 * A fact can be known on all of them without being told here: this is what the gates before it say.
 */
export function knownFactsAt(policy: Policy, id: string): ReadonlySet<string> {
  const into = new Map<string, { from: string; node: PolicyNode; exit: string }[]>()
  for (const [from, node] of Object.entries(policy.nodes))
    for (const { exit, to } of edgesOf(node))
      into.set(to, [...(into.get(to) ?? []), { from, node, exit }])
  const done = new Map<string, Names>()
  const at = (one: string): Names => {
    const before = done.get(one)
    if (before) return before
    // in a circle, which calls cannot walk, nothing is known
    done.set(one, none)
    const ways = (into.get(one) ?? []).map(({ from, node, exit }) =>
      union([at(from), given(node, exit)]),
    )
    const known = one === policy.start ? none : common(ways)
    done.set(one, known)
    return known
  }
  return at(id)
}
