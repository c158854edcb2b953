import type { Decision } from '../../schema/decision.ts'
import type { FactSeen, FactSpec, FactValue } from '../../schema/facts.ts'
import { factSpec } from '../../schema/facts.ts'
import type { Installation } from '../../schema/installation.ts'
import { hidden } from '../../schema/privacy.ts'
import type { CompiledPolicy } from '../compile.ts'
import { walk } from '../evaluate.ts'
import { boundaryValues } from '../validate/boundary-values.ts'
import { decideAgain, recordedWays, wayOf } from './decide-again.ts'

type Facts = Record<string, FactSeen>

interface Search {
  readonly compiled: CompiledPolicy
  readonly installation: Installation
  readonly decision: Decision
  /** Facts whose values must not be told. */
  readonly isHidden: (name: string, seen: FactSeen) => boolean
}

/** Walks tried at most; more would be an odd policy. */
const mostWalks = 20_000
/** Keys of made-up callers, to find one on the same side of every split. */
const madeUpKeys = 1_000

const neutral: Readonly<Record<FactSpec['type'], FactValue>> = {
  string: hidden,
  number: 0,
  boolean: false,
  list: [],
  instant: 0,
}

/** Far enough from what a fact is compared with: one, or for instants a day. */
function around(
  { facts }: Decision,
  isHidden: Search['isHidden'],
  type: FactSpec['type'],
): number[] {
  const far = type === 'instant' ? 86_400_000 : 1
  return Object.entries(facts).flatMap(([name, seen]) =>
    'value' in seen && typeof seen.value === 'number' && !isHidden(name, seen)
      ? [seen.value + far, seen.value - far, seen.value]
      : [],
  )
}

/** Values to try, in an order that has nothing to do with the value they stand for. */
function candidates(
  name: string,
  spec: FactSpec | undefined,
  boundary: readonly FactValue[],
): FactValue[] {
  const first = spec === undefined || spec.undeclared ? hidden : neutral[spec.type]
  const keys =
    name === 'caller.key'
      ? Array.from({ length: madeUpKeys }, (_, index) => `caller ${index + 1}`)
      : []
  return [first, ...boundary, ...keys]
}

/** The nodes passed so far: of a walk that waits, all but the gate where it waits are certain. */
function isOnTheWay(compiled: CompiledPolicy, facts: Facts, nodes: readonly string[]): boolean {
  const walked = walk(compiled, (name) => (Object.hasOwn(facts, name) ? facts[name] : undefined))
  const { path } = walked.kind === 'walked' ? walked : walked.seen
  return path.every(({ node }, index) => node === nodes[index])
}

function order(names: readonly string[], decision: Decision): string[] {
  const leaves = decision.trace.flatMap((node) => node.leaves.map(({ fact }) => fact))
  const place = (name: string): number => {
    const index = leaves.indexOf(name)
    return index < 0 ? leaves.length : index
  }
  return names.toSorted((a, b) => place(a) - place(b))
}

/** Depth first, one fact after another in the order of the way; what leaves the way is given up at once. */
function search(
  { compiled, decision }: Search,
  known: Facts,
  open: readonly { name: string; seen: FactSeen; values: readonly FactValue[] }[],
): Facts | undefined {
  const wanted = wayOf({ ...decision, ways: recordedWays(decision) })
  const nodes = decision.path.map(({ node }) => node)
  const isClocked = decision.fallback === 'budget_exhausted' || decision.fallback === 'engine_error'
  let walks = 0
  const fill = (facts: Facts, index: number): Facts | undefined => {
    const next = open[index]
    if (!next) {
      const again = decideAgain(compiled, decision, facts)
      return again.kind === 'decided' && wayOf(again.decided) === wanted ? facts : undefined
    }
    for (const value of next.values) {
      walks += 1
      if (walks > mostWalks) return undefined
      const { source, ms } = next.seen
      const tried = { ...facts, [next.name]: { value, source, ms } }
      if (!isClocked && !isOnTheWay(compiled, tried, nodes)) continue
      const found = fill(tried, index + 1)
      if (found) return found
    }
    return undefined
  }
  return fill(known, 0)
}

/** A decision without the values of some facts, and the names of those. */
export interface StandIn {
  readonly decision: Decision
  readonly hidden: string[]
  /** False where no stand-ins were found: then the values are gone and it cannot be decided again. */
  readonly replays: boolean
}

/**
 * Puts stand-ins for the values of hidden facts: the first values, in an order that is the same for every
 * call, with which the policy passes the same nodes to the same end. So they tell of the caller what the
 * way itself tells beside the policy, and nothing else.
 */
export function withStandIns(input: Search): StandIn {
  const { compiled, installation, decision, isHidden } = input
  const entries = Object.entries(decision.facts)
  const names = entries
    .filter(([name, seen]) => 'value' in seen && isHidden(name, seen))
    .map(([name]) => name)
  if (names.length === 0) return { decision, hidden: [], replays: true }
  const boundary = boundaryValues(compiled.policy, installation)
  const known = Object.fromEntries(entries.filter(([name]) => !names.includes(name)))
  const open = order(names, decision).flatMap((name) => {
    const seen = decision.facts[name]
    const spec = factSpec(name, installation)
    // a fact compared with another one has no boundary values of its own
    const beside = spec && ['instant', 'number'].includes(spec.type)
    const values = [
      ...candidates(name, spec, boundary.get(name)?.values ?? []),
      ...(beside ? around(decision, isHidden, spec.type) : []),
    ]
    return seen ? [{ name, seen, values }] : []
  })
  const blank: Facts = Object.fromEntries(
    open.map(({ name, seen }) => [name, { value: hidden, source: seen.source, ms: seen.ms }]),
  )
  const facts = search(input, known, open)
  const again = facts && decideAgain(compiled, decision, facts)
  if (!facts || again?.kind !== 'decided')
    return { decision: without(decision, { ...known, ...blank }), hidden: names, replays: false }
  const { path, trace, ways } = again.decided
  const steps = decision.steps.map((step, index) => {
    const way = ways[index]
    return way ? { ...step, path: [...way] } : step
  })
  const rest = { facts: inOrder(decision, facts), path: [...path], trace: [...trace], steps }
  return { decision: { ...decision, ...rest }, hidden: names, replays: true }
}

const inOrder = (decision: Decision, facts: Facts): Facts =>
  Object.fromEntries(
    Object.keys(decision.facts).flatMap((name) => {
      const seen = facts[name]
      return seen ? [[name, seen]] : []
    }),
  )

/** Nothing of what was compared is left. */
function without(decision: Decision, facts: Facts): Decision {
  const bare = <T extends { exit: string | null }>(steps: readonly T[]): T[] =>
    steps.map((step) => (step.exit === null ? step : { ...step, exit: hidden }))
  return {
    ...decision,
    facts: inOrder(decision, facts),
    path: bare(decision.path),
    trace: bare(decision.trace).map((node) => ({ ...node, leaves: [] })),
    steps: decision.steps.map((step) => (step.path ? { ...step, path: bare(step.path) } : step)),
  }
}
