import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { FactBook } from '../facts/book.ts'
import type { CompiledPolicy } from '../policy/compile.ts'
import type { Walked } from '../policy/evaluate.ts'
import { fallbackWalk, walk } from '../policy/evaluate.ts'
import type { Decision, StepReason } from '../schema/decision.ts'
import type { EffectNode, OutcomeKind, OutcomeNode, Policy } from '../schema/policy.ts'
import { builtInReject } from './built-in.ts'

export type AnyOutcome = OutcomeNode | Policy['fallback']

/** Says why an outcome cannot be done here and now; undefined when it can. */
export type Obstacle = (outcome: AnyOutcome) => StepReason | undefined

export interface DecideInput {
  readonly compiled: CompiledPolicy
  readonly release: string
  readonly book: FactBook
  readonly clock: Clock
  /** Monotonic time of arrival; deadlines and the budget count from it. */
  readonly arrivedMono: number
  readonly obstacle: Obstacle
  /** The engine failed; the decision goes on with the policy's fallback. */
  onError(error: unknown): void
}

export interface Decided {
  readonly decision: Decision
  /** What is done in the end. */
  readonly outcome: AnyOutcome
  readonly effects: readonly EffectNode[]
}

const rounded = (ms: number): number => Math.round(ms * 100) / 100

function elapsed(input: DecideInput): number {
  return input.clock.monotonic() - input.arrivedMono
}

function sleep(ms: number): { done: Promise<void>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined
  const done = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  return { done, cancel: () => clearTimeout(timer) }
}

/** Walks from a node to an outcome, waiting for remote facts no longer than their deadlines and the budget. */
async function walkOut(input: DecideInput, from?: string): Promise<Walked> {
  const { compiled, book } = input
  try {
    for (;;) {
      const result = walk(compiled, book.read, from === undefined ? {} : { from })
      if (result.kind === 'walked') return result
      const left = compiled.policy.budgetMs - elapsed(input)
      if (left <= 0) return fallbackWalk(compiled, 'budget_exhausted', result.seen)
      book.start(result.reachable)
      const budget = sleep(left)
      await Promise.race([book.next(), budget.done])
      budget.cancel()
    }
  } catch (error) {
    input.onError(error)
    return fallbackWalk(compiled, 'engine_error')
  }
}

/** The last resort: what the policy falls back to cannot be done either. */
function lastResort(outcome: AnyOutcome, obstacle: Obstacle): AnyOutcome {
  return obstacle(outcome) === undefined ? outcome : builtInReject
}

function otherwiseOf(outcome: AnyOutcome): string | undefined {
  return 'otherwise' in outcome ? outcome.otherwise : undefined
}

/**
 * One call decided: the walk, then on by `otherwise` while the outcome cannot be done. Always gives an
 * outcome; what the policy chose stays in `outcome`, `node` and `path`.
 */
export async function decide(input: DecideInput): Promise<Decided> {
  const { compiled, clock } = input
  const first = await walkOut(input)
  const steps: Decision['steps'] = []
  const effects = first.effects.map(({ effect }) => effect)
  const facts = { ...first.facts }
  const trace = [...first.trace]
  const tried = new Set<string>()
  let node = first.node
  let outcome: AnyOutcome = first.outcome
  for (;;) {
    const why = input.obstacle(outcome)
    if (why === undefined) break
    const step = { node, outcome: outcome.kind, why, at: toIso(clock.now()) }
    const next = otherwiseOf(outcome)
    if (node === 'fallback' || next === undefined || tried.has(next)) {
      steps.push(step)
      outcome = lastResort(compiled.policy.fallback, input.obstacle)
      node = 'fallback'
      break
    }
    tried.add(next)
    const walked = await walkOut(input, next)
    steps.push({ ...step, path: walked.path })
    effects.push(...walked.effects.map(({ effect }) => effect))
    Object.assign(facts, walked.facts)
    trace.push(...walked.trace)
    node = walked.node
    outcome = walked.outcome
  }
  const decision: Decision = {
    at: toIso(clock.now()),
    policy: compiled.policy.id,
    release: input.release,
    outcome: first.outcome.kind satisfies OutcomeKind,
    node: first.node,
    path: first.path,
    facts,
    unknown: Object.keys(facts).filter((name) => 'unknown' in (facts[name] ?? {})),
    ms: rounded(elapsed(input)),
    budgetMs: compiled.policy.budgetMs,
    fallback: first.fallback,
    final: { outcome: outcome.kind, node },
    steps,
    trace,
  }
  return { decision, outcome, effects }
}
