import type { Decision, NodeTrace, PathStep } from '../../schema/decision.ts'
import type { FactSeen } from '../../schema/facts.ts'
import type { OutcomeNode, Policy } from '../../schema/policy.ts'
import type { CompiledPolicy } from '../compile.ts'
import type { Walked } from '../evaluate.ts'
import { fallbackWalk, walk } from '../evaluate.ts'
import { fallbackNode } from '../graph.ts'

type AnyOutcome = OutcomeNode | Policy['fallback']
type Facts = Readonly<Record<string, FactSeen>>

/** What a recorded decision comes to when the engine makes it again. */
export interface DecidedAgain {
  readonly outcome: Decision['outcome']
  readonly node: string
  readonly path: readonly PathStep[]
  readonly fallback: Decision['fallback']
  /** The ways that followed by `otherwise`, one for each step. */
  readonly ways: readonly (readonly PathStep[])[]
  readonly final: Decision['final']
  readonly facts: Facts
  readonly trace: readonly NodeTrace[]
}

/** `missing`: facts that the policy asks for and the record does not hold. */
export type Again =
  | { readonly kind: 'decided'; readonly decided: DecidedAgain }
  | { readonly kind: 'undecidable'; readonly missing: readonly string[] }

class Missing extends Error {
  readonly facts: readonly string[]
  constructor(facts: readonly string[]) {
    super('facts are missing')
    this.facts = facts
  }
}

/** What a text asked for after the budget was exhausted was not there for the walk. */
function isLate(compiled: CompiledPolicy, decision: Decision, name: string): boolean {
  const seen = decision.facts[name]
  if (!seen || decision.fallback !== 'budget_exhausted' || seen.ms < decision.budgetMs) return false
  const leaves = decision.trace.flatMap((node) => node.leaves)
  return compiled.remoteFacts.includes(name) && !leaves.some(({ fact }) => fact === name)
}

/** The clock is no fact: where it ended a walk, it ends it again at the same gate. */
function walkAgain(
  compiled: CompiledPolicy,
  read: (name: string) => FactSeen | undefined,
  { from, ranOut }: { from?: string; ranOut: boolean },
): Walked {
  const walked = walk(compiled, read, from === undefined ? {} : { from })
  if (walked.kind === 'walked') return walked
  if (!ranOut) throw new Missing(walked.waitingFor)
  return fallbackWalk(compiled, 'budget_exhausted', walked.seen)
}

const otherwiseOf = (outcome: AnyOutcome): string | undefined =>
  'otherwise' in outcome ? outcome.otherwise : undefined

/** Whether nothing but to reject was left in the end. Like the clock, what a channel could not do is no fact. */
const isLastResort = ({ steps, final }: Decision): boolean =>
  steps.length > 0 && final.node === fallbackNode && final.outcome === 'reject'

function follow(
  compiled: CompiledPolicy,
  decision: Decision,
  read: (name: string) => FactSeen | undefined,
): DecidedAgain {
  const { fallback } = decision
  const first =
    fallback === 'engine_error'
      ? fallbackWalk(compiled, fallback)
      : walkAgain(compiled, read, { ranOut: fallback === 'budget_exhausted' })
  const ways: PathStep[][] = []
  const facts = { ...first.facts }
  const trace = [...first.trace]
  const impossible = new Set<string>()
  const tried = new Set<string>()
  let at: { node: string; outcome: AnyOutcome } = first
  for (const step of decision.steps) {
    impossible.add(at.outcome.kind)
    const next = otherwiseOf(at.outcome)
    if (at.node === fallbackNode || next === undefined || tried.has(next)) {
      at = { node: fallbackNode, outcome: compiled.policy.fallback }
      break
    }
    tried.add(next)
    const ranOut = step.path?.at(-1)?.node === fallbackNode
    const walked = walkAgain(compiled, read, { from: next, ranOut })
    ways.push(walked.path)
    Object.assign(facts, walked.facts)
    trace.push(...walked.trace)
    at = walked
  }
  // a fallback that could not be done either gave way to the built-in reject
  const gaveWay = impossible.has(at.outcome.kind) || isLastResort(decision)
  const kind = at.node === fallbackNode && gaveWay ? 'reject' : at.outcome.kind
  return {
    outcome: first.outcome.kind,
    node: first.node,
    path: first.path,
    fallback: first.fallback,
    ways,
    final: { outcome: kind, node: at.node },
    facts,
    trace,
  }
}

/**
 * Makes a recorded decision again: the facts it was made with through the policy it was made by, and on by
 * `otherwise` where an outcome could not be done then. Pure; no fact is made up.
 * @param facts stand in for the recorded ones, e.g. in a masked file
 */
export function decideAgain(
  compiled: CompiledPolicy,
  decision: Decision,
  facts: Facts = decision.facts,
): Again {
  const read = (name: string): FactSeen | undefined =>
    Object.hasOwn(facts, name) && !isLate(compiled, decision, name) ? facts[name] : undefined
  try {
    return { kind: 'decided', decided: follow(compiled, decision, read) }
  } catch (error) {
    if (error instanceof Missing) return { kind: 'undecidable', missing: error.facts }
    throw error
  }
}

const nodesOf = (path: readonly PathStep[]): string => path.map(({ node }) => node).join('\n')

/** The nodes a decision passed, in order, and where it ended: exits apart. */
export function wayOf({
  path,
  ways,
  outcome,
  final,
}: Pick<DecidedAgain, 'path' | 'ways' | 'outcome' | 'final'>): string {
  return JSON.stringify([nodesOf(path), ways.map(nodesOf), outcome, final])
}

/** The ways that followed by `otherwise`, as they were recorded. */
export function recordedWays(decision: Decision): PathStep[][] {
  return decision.steps.flatMap(({ path }) => (path ? [path] : []))
}

/** Whether it came to the same again: outcome, node, every exit, and what was done in the end. */
export function isSame(decision: Decision, again: DecidedAgain): boolean {
  const told = (one: Pick<DecidedAgain, 'outcome' | 'node' | 'path' | 'ways' | 'final'>) =>
    JSON.stringify([
      one.outcome,
      one.node,
      one.path.map(({ node, exit }) => [node, exit]),
      one.ways.map((way) => way.map(({ node, exit }) => [node, exit])),
      [one.final.outcome, one.final.node],
    ])
  return told({ ...decision, ways: recordedWays(decision) }) === told(again)
}
