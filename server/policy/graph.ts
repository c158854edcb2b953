import type { NodeTrace, PathStep } from '../schema/decision.ts'
import {
  isEffect,
  isGate,
  type EffectNode,
  type GateNode,
  type OutcomeNode,
  type Policy,
  type PolicyNode,
} from '../schema/policy.ts'
import type { Truth } from '../schema/primitives.ts'
import { truthOf, type Assembly } from './conditions/leaf.ts'
import { UNKNOWN, type Evaluate } from './conditions/truth.ts'
import { compileGate, type CompiledGate } from './gates/gate.ts'
import { nodesFromEnd } from './order.ts'

/** A way out of a gate or effect. `step` is frozen and shared by all walks that take it. */
export interface CompiledExit {
  /** What the tape shows when it is taken. */
  readonly mark: number
  readonly step: PathStep
  /** What the gate's condition came to when it leaves this way, where it has one. */
  readonly result: Truth | undefined
  readonly to: CompiledNode
}

/** A node with its ways out resolved. An outcome has none, so the walk ends there. */
export interface CompiledNode {
  readonly id: string
  readonly kind: PolicyNode['kind']
  readonly gate: CompiledGate | undefined
  readonly effect: EffectNode | undefined
  readonly outcome: OutcomeNode | Policy['fallback'] | undefined
  /** Gives an index into `exits`; one that is not there means the gate is pending. */
  readonly choose: Evaluate
  readonly exits: readonly (CompiledExit | undefined)[]
  /** Number of its first leaf among all leaves, and how many it has. */
  readonly firstLeaf: number
  readonly leafCount: number
  /** Its step and trace when the walk stops here. Frozen and shared by all walks. */
  readonly last: { readonly step: PathStep; readonly trace: NodeTrace }
}

export interface CompiledGraph {
  readonly start: CompiledNode
  readonly fallback: CompiledNode
  readonly exits: readonly CompiledExit[]
  node(id: string): CompiledNode | undefined
}

/** The name under which a decision shows the policy's fallback. */
export const fallbackNode = 'fallback'

interface Builder {
  readonly policy: Policy
  readonly assembly: Assembly
  readonly fallback: CompiledNode
  readonly exits: CompiledExit[]
  readonly nodes: Map<string, CompiledNode>
}

/**
 * Resolves a policy's nodes to closures that point at each other.
 * @throws Error, naming the node, on a dangling or missing exit, a cycle, or a gate that cannot be compiled
 */
export function compileGraph(policy: Policy, assembly: Assembly): CompiledGraph {
  const fallback = outcomeOf(fallbackNode, policy.fallback)
  const exits: CompiledExit[] = []
  const nodes = new Map<string, CompiledNode>()
  const builder = { policy, assembly, fallback, exits, nodes }
  for (const { id, node } of nodesFromEnd(policy)) nodes.set(id, compileNode(builder, id, node))
  return { start: compiled(builder, policy.start), fallback, exits, node: (id) => nodes.get(id) }
}

/** Nodes are compiled from the end, so what a node leads to is there already. */
function compiled(builder: Builder, id: string): CompiledNode {
  const node = builder.nodes.get(id)
  if (!node) throw new Error(`there is no node "${id}"`)
  return node
}

function compileNode(builder: Builder, id: string, node: PolicyNode): CompiledNode {
  if (isGate(node)) return gateOf(builder, id, node)
  return isEffect(node) ? effectOf(builder, id, node) : outcomeOf(id, node)
}

const stay: Evaluate = () => 0

type NodeParts = Partial<CompiledNode> & Pick<CompiledNode, 'id' | 'kind'>

/** Every node is made here, key by key: objects of one shape keep the walk's loop fast (spread makes many). */
function compiledNode(parts: NodeParts): CompiledNode {
  const { id, kind } = parts
  const step: PathStep = Object.freeze({ node: id, exit: null })
  const trace: NodeTrace = { node: id, kind, exit: null, leaves: [] }
  Object.freeze(trace.leaves)
  return {
    id,
    kind,
    gate: parts.gate,
    effect: parts.effect,
    outcome: parts.outcome,
    choose: parts.choose ?? stay,
    exits: parts.exits ?? [],
    firstLeaf: parts.firstLeaf ?? 0,
    leafCount: parts.leafCount ?? 0,
    last: { step, trace: Object.freeze(trace) },
  }
}

function outcomeOf(id: string, outcome: OutcomeNode | Policy['fallback']): CompiledNode {
  return compiledNode({ id, kind: outcome.kind, outcome })
}

function effectOf(builder: Builder, id: string, effect: EffectNode): CompiledNode {
  const to = compiled(builder, effect.next)
  const exits = [addExit(builder, { step: { node: id, exit: 'next' }, result: undefined, to })]
  return compiledNode({ id, kind: effect.kind, effect, exits })
}

function gateOf(builder: Builder, id: string, node: GateNode): CompiledNode {
  const firstLeaf = builder.assembly.leaves.length
  const gate = inNode(id, () =>
    compileGate(builder.assembly, node, { policy: builder.policy.id, node: id }),
  )
  const leafCount = builder.assembly.leaves.length - firstLeaf
  const targets = new Map(Object.entries(node.exits))
  const exits = gate.exits.map((exit, choice) => {
    if (exit === undefined) return undefined
    const result = gate.isCondition || choice === UNKNOWN ? truthOf(choice) : undefined
    const to = targetOf(builder, { id, exit, target: targets.get(exit) })
    return addExit(builder, { step: { node: id, exit }, result, to })
  })
  const { kind } = node
  return compiledNode({ id, kind, gate, choose: gate.choose, exits, firstLeaf, leafCount })
}

/** Only `unknown` may be left out; it then goes to the policy's fallback. */
function targetOf(
  builder: Builder,
  { id, exit, target }: { id: string; exit: string; target: string | undefined },
): CompiledNode {
  if (target !== undefined) return compiled(builder, target)
  if (exit === 'unknown') return builder.fallback
  throw new Error(`node "${id}" has no exit "${exit}"`)
}

function addExit(builder: Builder, exit: Omit<CompiledExit, 'mark'>): CompiledExit {
  const { step, result, to } = exit
  const added = { mark: ~builder.exits.length, step: Object.freeze(step), result, to }
  builder.exits.push(added)
  return added
}

function inNode<T>(id: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`node "${id}": ${reason}`, { cause })
  }
}
