import { compile, type CompiledPolicy } from '../../server/policy/compile.ts'
import { walk } from '../../server/policy/evaluate.ts'
import type { FactReader } from '../../server/policy/evaluate.ts'
import type { Alternative } from '../../server/schema/why-not.ts'
import type { FactSeen, FactValue } from '../../server/schema/facts.ts'
import type { Condition, Policy } from '../../server/schema/policy.ts'
import { installation, policyOf, type Nodes } from './engine-support.ts'

/** A value, `null` for unknown, `undefined` where nobody asked. */
export type Given = FactValue | null | undefined
export type Facts = Readonly<Record<string, Given>>

const numbers = Array.from({ length: 27 }, (_, index) => index / 2 - 1)
const whole = Array.from({ length: 12 }, (_, index) => index + 1)
const statuses = ['available', 'busy', 'dnd', 'offline']

/** Facts with every value that any of the policies below can tell from another. */
export const domains: Readonly<Record<string, readonly Exclude<Given, undefined>[]>> = {
  'caller.known': [true, false],
  'caller.priority': numbers,
  'caller.tags': [[], ['a'], ['b'], ['a', 'b'], ['z'], ['z', 'a'], ['z', 'b'], ['z', 'a', 'b']],
  'caller.tier': ['gold', 'silver', 'none', 'something else'],
  'velocity.caller.10m': whole,
  'crm.found': [true, false, null],
  'crm.score': [...numbers, null],
  'agents.support.status': statuses,
}

export type Random = () => number

export function picker(random: Random) {
  const pick = <T>(all: readonly T[]): T => {
    const one = all[Math.floor(random() * all.length)]
    if (one === undefined) throw new Error('nothing to pick from')
    return one
  }
  return pick
}

function leafOn(fact: string, random: Random): Condition {
  const pick = picker(random)
  switch (fact) {
    case 'caller.known':
    case 'crm.found':
      return { fact, operator: pick(['equal', 'notEqual']), value: random() < 0.5 }
    case 'caller.tags':
      return { fact, operator: pick(['contains', 'doesNotContain']), value: pick(['a', 'b']) }
    case 'caller.tier':
    case 'agents.support.status': {
      const words = fact === 'caller.tier' ? ['gold', 'silver', 'none'] : statuses
      return random() < 0.5
        ? { fact, operator: pick(['equal', 'notEqual']), value: pick(words) }
        : { fact, operator: pick(['in', 'notIn']), value: [pick(words), pick(words)] }
    }
    default: {
      const operators = ['equal', 'notEqual', 'lessThan', 'greaterThanInclusive', 'greaterThan']
      return { fact, operator: pick(operators), value: 1 + Math.floor(random() * 10) }
    }
  }
}

function conditionOn(facts: readonly string[], random: Random, depth = 2): Condition {
  const pick = picker(random)
  const kind = depth === 0 ? 0 : random()
  if (kind < 0.4) return leafOn(pick(facts), random)
  const parts = () => [conditionOn(facts, random, depth - 1), conditionOn(facts, random, depth - 1)]
  if (kind < 0.65) return { all: parts() }
  if (kind < 0.9) return { any: parts() }
  return { not: conditionOn(facts, random, depth - 1) }
}

/** A policy of conditions and named gates over these facts, with several outcomes and no cycle. */
export function randomPolicy(facts: readonly string[], gates: number, random: Random): Policy {
  const pick = picker(random)
  const ends = ['o1', 'o2', 'o3', 'o4']
  const nodes: Nodes = {}
  const later = (index: number) =>
    random() < 0.35 || index === gates - 1
      ? pick(ends)
      : `g${index + 1 + Math.floor(random() * (gates - index - 1))}`
  for (let index = 0; index < gates; index += 1) {
    const way = () => later(index)
    const unknown = random() < 0.7 ? { unknown: way() } : {}
    const fact = pick(facts)
    const isTable = fact === 'agents.support.status' && random() < 0.6
    nodes[`g${index}`] = isTable
      ? {
          kind: 'agents',
          team: 'support',
          exits: { available: way(), busy: way(), dnd: way(), offline: way(), ...unknown },
        }
      : {
          kind: 'condition',
          when: { all: [conditionOn(facts, random)] },
          exits: { yes: way(), no: way(), ...unknown },
        }
  }
  for (const end of ends) nodes[end] = { kind: 'reject', message: { text: end } }
  return policyOf(nodes)
}

/** The facts of a call, some of them never asked for. */
export function randomFacts(names: readonly string[], random: Random, missing = 0.15): Facts {
  const pick = picker(random)
  return Object.fromEntries(
    names.map((name) => [name, random() < missing ? undefined : pick(domains[name] ?? [])]),
  )
}

export const readerOf =
  (facts: Facts): FactReader =>
  (name): FactSeen | undefined => {
    const value = Object.hasOwn(facts, name) ? facts[name] : undefined
    if (value === undefined) return undefined
    return value === null
      ? { unknown: 'error', source: 'test', ms: 0 }
      : { value, source: 'test', ms: 0 }
  }

/** Where a call ends, by the walk that decides live calls; undefined while it waits for a fact. */
export function endOf(compiled: CompiledPolicy, facts: Facts): string | undefined {
  const result = walk(compiled, readerOf(facts))
  return result.kind === 'walked' ? result.node : undefined
}

export const compiled = (policy: Policy): CompiledPolicy => compile(policy, installation)

/** The facts of a call with the changes made. */
export const promised = (facts: Facts, { facts: changes }: Alternative): Facts => ({
  ...facts,
  ...changes,
})

/** The fewest facts to change for each end, by trying everything. */
export function bruteForce(policy: CompiledPolicy, facts: Facts): Map<string, number> {
  const fewest = new Map<string, number>()
  const names = Object.keys(facts)
  const same = (one: Given, other: Given) => JSON.stringify(one) === JSON.stringify(other)
  const go = (index: number, tried: Facts, changes: number): void => {
    const name = names[index]
    if (name === undefined) {
      const end = endOf(policy, tried)
      if (end !== undefined && changes < (fewest.get(end) ?? Infinity)) fewest.set(end, changes)
      return
    }
    go(index + 1, tried, changes)
    for (const value of domains[name] ?? [])
      if (!same(value, facts[name])) go(index + 1, { ...tried, [name]: value }, changes + 1)
  }
  go(0, facts, 0)
  return fewest
}
