import type { FallbackReason, NodeTrace, PathStep } from '../schema/decision.ts'
import type { FactSeen } from '../schema/facts.ts'
import type { OutcomeNode, Policy } from '../schema/policy.ts'
import type { CompiledPolicy } from './compile.ts'
import type { SlotValues, Tape } from './conditions/truth.ts'
import type { CompiledNode } from './graph.ts'
import { reachablePending } from './reachable.ts'
import { slotValue, typedFact } from './slots.ts'
import { factsOnTape, unroll, type PassedEffect, type Recording } from './trace.ts'

/** Gives a fact as it stands; `undefined` while it is pending. */
export type FactReader = (name: string) => FactSeen | undefined

/** What a walk came past. The last step of `path` is where it ended or waits, with `exit: null`. */
export interface Seen {
  readonly path: PathStep[]
  readonly effects: PassedEffect[]
  /** The facts that the gates on the path compared. */
  readonly facts: Record<string, FactSeen>
  /** Names of those of `facts` that were unknown. */
  readonly unknown: string[]
  readonly trace: NodeTrace[]
}

/** A walk that reached an outcome, or the policy's fallback. */
export interface Walked extends Seen {
  readonly kind: 'walked'
  readonly outcome: OutcomeNode | Policy['fallback']
  /** Id of the outcome's node; `fallback` for the fallback. */
  readonly node: string
  readonly fallback: false | FallbackReason
}

/** A walk that waits at a gate which pending facts will decide. */
export interface Pending {
  readonly kind: 'pending'
  /** The gate where it waits. */
  readonly at: string
  /** Pending facts that this gate needs. */
  readonly waitingFor: string[]
  /** Pending facts that gates from here on may need, this one included, over every exit still possible. */
  readonly reachable: string[]
  /** What it came past so far, for a fallback when the budget is exhausted. */
  readonly seen: Seen
}

/** The lean form of a walk: where it ended, or waits (a gate), and what it evaluated on the way. */
export interface Run {
  readonly end: CompiledNode
  readonly tape: Tape
}

/**
 * Walks over facts that are already in slots, in the order of `compiled.facts`, and of their facts' types.
 * `unroll` turns its tape into path, effects and full trace.
 */
export function run(
  compiled: CompiledPolicy,
  values: SlotValues,
  from: CompiledNode = compiled.graph.start,
): Run {
  const tape: Tape = []
  let end = from
  while (end.exits.length > 0) {
    const exit = end.exits[end.choose(values, tape)]
    if (exit === undefined) break
    tape.push(exit.mark)
    end = exit.to
  }
  return { end, tape }
}

/**
 * Walks the policy's graph to an outcome, as far as the facts allow. Deterministic: the same facts give the
 * same path and trace. Reads each of `compiled.facts` once.
 * @param options.from the node to begin with instead of the start, to go on after `otherwise`
 * @throws Error when there is no such node, and whatever the reader or an operator throws
 */
export function walk(
  compiled: CompiledPolicy,
  read: FactReader,
  options: { from?: string } = {},
): Walked | Pending {
  const from = startOf(compiled, options.from)
  const { values, facts } = readFacts(compiled, read)
  const { end, tape } = run(compiled, values, from)
  const seen = seenOn(compiled, { from, tape, values }, facts)
  if (end.outcome === undefined) return pendingAt(compiled, end, { values, seen })
  return walkedTo(compiled, end, { outcome: end.outcome, seen })
}

/** Key by key, as a spread would cost more than the walk. */
function walkedTo(
  compiled: CompiledPolicy,
  end: CompiledNode,
  { outcome, seen }: { outcome: Walked['outcome']; seen: Seen },
): Walked {
  return {
    kind: 'walked',
    outcome,
    node: end.id,
    fallback: end === compiled.graph.fallback ? 'unknown_exit' : false,
    path: seen.path,
    effects: seen.effects,
    facts: seen.facts,
    unknown: seen.unknown,
    trace: seen.trace,
  }
}

/**
 * Ends a walk in the policy's fallback: the path so far and the fallback.
 * @param seen what the walk came past, e.g. of a `Pending`; nothing when the engine failed
 */
export function fallbackWalk(
  compiled: CompiledPolicy,
  reason: FallbackReason,
  seen: Partial<Seen> = {},
): Walked {
  const { last, id } = compiled.graph.fallback
  return {
    kind: 'walked',
    outcome: compiled.policy.fallback,
    node: id,
    fallback: reason,
    path: [...(seen.path ?? []), last.step],
    effects: seen.effects ?? [],
    facts: seen.facts ?? {},
    unknown: seen.unknown ?? [],
    trace: [...(seen.trace ?? []), last.trace],
  }
}

function startOf(compiled: CompiledPolicy, id: string | undefined): CompiledNode {
  const node = id === undefined ? compiled.graph.start : compiled.graph.node(id)
  if (!node) throw new Error(`policy "${compiled.policy.id}" has no node "${id}"`)
  return node
}

function readFacts(compiled: CompiledPolicy, read: FactReader) {
  const facts = compiled.slots.map(({ name, spec }) => {
    const seen = read(name)
    return seen && typedFact(spec, seen)
  })
  return { values: facts.map(slotValue), facts }
}

function seenOn(
  compiled: CompiledPolicy,
  recording: Recording,
  seen: readonly (FactSeen | undefined)[],
): Seen {
  const { path, effects, trace } = unroll(compiled, recording)
  const { facts, unknown } = factsOnTape(compiled, recording.tape, seen)
  return { path, effects, facts, unknown, trace }
}

function pendingAt(
  compiled: CompiledPolicy,
  gate: CompiledNode,
  { values, seen }: { values: SlotValues; seen: Seen },
): Pending {
  const name = (slot: number): string | never[] => compiled.facts[slot] ?? []
  const waited = new Set(gate.gate?.waitsFor(values))
  return {
    kind: 'pending',
    at: gate.id,
    waitingFor: [...waited].flatMap(name),
    reachable: [...reachablePending(gate, values)].flatMap(name),
    seen,
  }
}
