import type { FactSpec, FactValue } from '../../schema/facts.ts'
import { factSpec } from '../../schema/facts.ts'
import type { Installation } from '../../schema/installation.ts'
import type { GateNode, Leaf, Operand, Policy } from '../../schema/policy.ts'
import { isGate } from '../../schema/policy.ts'
import { operatorFor } from '../operators.ts'
import { leavesOf } from './conditions.ts'
import { factsOfGate } from './gate-facts.ts'
import { switchValue } from './nodes.ts'
import { isOperator, referenceOf } from './operand-types.ts'

/** The values to try for a fact: one at least for every way in which the policy can tell its values apart. */
export interface BoundaryValues {
  readonly values: readonly FactValue[]
  /** False when there were too many ways: nothing may then be claimed from these values. */
  readonly complete: boolean
}

type Scalar = string | number | boolean

/** Subsets of this many list entries are tried, and this many facts that are compared with each other. */
const most = { subset: 6, linked: 4, literals: 200 } as const

/** The name that stands for all facts that are compared with each other, this one among them. */
function groupOf(parents: ReadonlyMap<string, string>, name: string): string {
  let root = name
  for (let up = parents.get(root); up !== undefined; up = parents.get(root)) root = up
  return root
}

function scalars(operand: Operand): Scalar[] {
  if (Array.isArray(operand)) return operand
  return typeof operand === 'object' ? [] : [operand]
}

/** The comparisons a gate comes down to, as the engine makes them. */
function comparisonsOf(gate: GateNode, installation: Installation): Leaf[] {
  const [fact = '', second = ''] = factsOfGate(gate)
  switch (gate.kind) {
    case 'condition':
      return leavesOf(gate.when, []).map(({ leaf }) => leaf)
    case 'vip': {
      const { minPriority: value, tags = [] } = gate
      const priority = { fact, operator: 'greaterThanInclusive' }
      return [
        ...(value === undefined ? [] : [{ ...priority, value }]),
        ...tags.map((tag) => ({ fact: second, operator: 'contains', value: tag })),
      ]
    }
    case 'velocity':
      return [{ fact, operator: 'greaterThan', value: gate.limit }]
    case 'switch': {
      const type = factSpec(fact, installation)?.type
      return Object.keys(gate.exits)
        .filter((exit) => exit !== 'default' && exit !== 'unknown')
        .map((exit) => ({ fact, operator: 'equal', value: switchValue(exit, type) }))
    }
    default:
      return []
  }
}

/** A value between two others, or beyond one; whole where only whole numbers occur. */
function numbersAround(literals: readonly number[], count: number, spec: FactSpec): number[] {
  const whole = spec.type === 'instant' || ['velocity', 'agents', 'history'].includes(spec.source)
  const least = spec.source === 'velocity' ? 1 : 0
  const sorted = [...new Set(literals)].sort((a, b) => a - b)
  const steps = Array.from({ length: count }, (_, index) => index + 1)
  const [first = 1, last = 1] = [sorted[0], sorted.at(-1)]
  const between = sorted.flatMap((low, index) => {
    const high = sorted[index + 1]
    if (high === undefined) return []
    const gap = (high - low) / (count + 1)
    return steps.map((step) => (whole ? Math.min(low + step, high) : low + gap * step))
  })
  const all = [
    ...steps.map((step) => first - step),
    ...sorted,
    ...between,
    ...steps.map((step) => last + step),
  ]
  const bounded = spec.type === 'number' && whole ? all.filter((value) => value >= least) : all
  const possible = whole ? bounded.map((value) => Math.ceil(value)) : bounded
  return [...new Set(possible.length > 0 ? possible : [least])]
}

function freshTexts(literals: readonly Scalar[], count: number): string[] {
  const taken = new Set(literals.map(String))
  const fresh: string[] = []
  for (let index = 1; fresh.length < count; index++) {
    const text = index === 1 ? 'something else' : `something else ${index}`
    if (!taken.has(text)) fresh.push(text)
  }
  return fresh
}

function subsetsOf(entries: readonly string[]): string[][] {
  return entries.reduce<string[][]>(
    (sets, entry) => [...sets, ...sets.map((set) => [...set, entry])],
    [[]],
  )
}

interface Group {
  readonly literals: Iterable<Scalar>
  /** How many facts it joins. */
  readonly size: number
}

function instantOf(value: Scalar): number[] {
  const instant = typeof value === 'number' ? value : Date.parse(String(value))
  return Number.isNaN(instant) ? [] : [instant]
}

function valuesFor(spec: FactSpec, group: Group): BoundaryValues {
  const { size } = group
  const literals = [...group.literals]
  const isUntypedLink = spec.undeclared && size > 1
  const complete = size <= most.linked && literals.length <= most.literals && !isUntypedLink
  const count = Math.min(size, most.linked)
  const known = literals.slice(0, most.literals)
  if (spec.values) return { values: spec.values, complete: true }
  switch (spec.type) {
    case 'boolean':
      return { values: [true, false], complete: true }
    case 'number': {
      const numbers = known.filter((value) => typeof value === 'number')
      return { values: numbersAround(numbers, count, spec), complete }
    }
    case 'instant':
      return { values: numbersAround(known.flatMap(instantOf), count, spec), complete }
    case 'list': {
      const entries = known.map(String)
      const linked = size > 1 ? freshTexts(known, 1) : []
      const tried = [...entries, ...linked].slice(0, most.subset)
      return {
        values: subsetsOf(tried),
        complete: complete && size <= 2 && entries.length + linked.length <= most.subset,
      }
    }
    case 'string': {
      const own = spec.undeclared ? known : known.filter((value) => typeof value === 'string')
      return { values: [...own, ...freshTexts(known, count)], complete }
    }
  }
}

/** Whether a comparison with a literal holds for a value; one with another fact never does here. */
export function comparisonHolds(leaf: Leaf, spec: FactSpec, value: FactValue): boolean {
  if (!isOperator(leaf.operator) || referenceOf(leaf) !== undefined) return false
  const toInstant = (one: Scalar): Scalar => instantOf(one)[0] ?? one
  const isInstant = spec.type === 'instant' && !spec.undeclared
  const operand = Array.isArray(leaf.value) ? leaf.value : scalars(leaf.value)[0]
  const ready = !isInstant
    ? operand
    : Array.isArray(operand)
      ? operand.map(toInstant)
      : operand !== undefined && toInstant(operand)
  return operatorFor(leaf.operator, spec.type)(value, ready)
}

/** Keeps one value of those that no comparison of the policy tells apart. */
function distinct(spec: FactSpec, found: BoundaryValues, leaves: readonly Leaf[]): BoundaryValues {
  const byResults = new Map<string, FactValue>()
  for (const value of found.values) {
    const results = leaves.map((leaf) => (comparisonHolds(leaf, spec, value) ? '1' : '0')).join('')
    if (!byResults.has(results)) byResults.set(results, value)
  }
  return { ...found, values: [...byResults.values()] }
}

const usable = (leaf: Leaf): boolean =>
  isOperator(leaf.operator) &&
  (referenceOf(leaf) !== undefined ||
    Array.isArray(leaf.value) === (leaf.operator === 'in' || leaf.operator === 'notIn'))

/** What a policy compares its facts with. */
export interface Comparisons {
  readonly facts: ReadonlySet<string>
  readonly byFact: ReadonlyMap<string, readonly Leaf[]>
  readonly groups: ReadonlyMap<string, Group>
  groupOf(name: string): string
}

/** The comparisons that the gates of a policy come down to, by fact, and the facts compared with each other. */
export function comparisonsIn(policy: Policy, installation: Installation): Comparisons {
  const gates = Object.values(policy.nodes).filter(isGate)
  const facts = new Set(gates.flatMap(factsOfGate))
  const leaves = gates.flatMap((gate) => comparisonsOf(gate, installation)).filter(usable)
  const parents = new Map<string, string>()
  const byFact = new Map<string, Leaf[]>()
  for (const leaf of leaves) {
    const known = byFact.get(leaf.fact)
    if (known) known.push(leaf)
    else byFact.set(leaf.fact, [leaf])
    const [from, to] = [
      groupOf(parents, leaf.fact),
      groupOf(parents, referenceOf(leaf) ?? leaf.fact),
    ]
    if (from !== to) parents.set(from, to)
  }
  const groups = new Map<string, { literals: Set<Scalar>; size: number }>()
  for (const name of facts) {
    const root = groupOf(parents, name)
    const group = groups.get(root) ?? { literals: new Set(), size: 0 }
    for (const value of factSpec(name, installation)?.values ?? []) group.literals.add(value)
    for (const leaf of byFact.get(name) ?? [])
      for (const value of scalars(leaf.value)) group.literals.add(value)
    groups.set(root, { ...group, size: group.size + 1 })
  }
  return { facts, byFact, groups, groupOf: (name) => groupOf(parents, name) }
}

/** Boundary values of every fact that a gate of the policy asks for and the installation knows. */
export function boundaryValues(
  policy: Policy,
  installation: Installation,
): ReadonlyMap<string, BoundaryValues> {
  const { facts, byFact, groups, groupOf } = comparisonsIn(policy, installation)
  const found = new Map<string, BoundaryValues>()
  for (const name of facts) {
    const spec = factSpec(name, installation)
    const group = groups.get(groupOf(name))
    if (!spec || !group) continue
    const values = valuesFor(spec, group)
    const isAlone = group.size === 1 && !spec.values && spec.type !== 'boolean'
    const leaves = byFact.get(name) ?? []
    found.set(name, isAlone && values.complete ? distinct(spec, values, leaves) : values)
  }
  return found
}
