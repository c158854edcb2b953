import type { LeafTrace, NodeTrace, PathStep } from '../schema/decision.ts'
import type { FactSeen } from '../schema/facts.ts'
import type { EffectNode } from '../schema/policy.ts'
import type { CompiledPolicy } from './compile.ts'
import type { SlotValues, Tape } from './conditions/truth.ts'
import type { CompiledExit, CompiledNode } from './graph.ts'

/** Effects that the walk passed, in order. */
export interface PassedEffect {
  readonly node: string
  readonly effect: EffectNode
}

/** What a tape says, in full. */
export interface Unrolled {
  /** Its steps are shared by all walks of the policy, and frozen. */
  readonly path: PathStep[]
  readonly effects: PassedEffect[]
  /** Traces of nodes without leaves and of leaves not evaluated are shared by all walks, and frozen. */
  readonly trace: NodeTrace[]
}

export interface Recording {
  /** Where the walk began. */
  readonly from: CompiledNode
  readonly tape: Tape
  readonly values: SlotValues
}

/** Every node that the walk passed, with every leaf of its condition: evaluated to what, or not evaluated. */
export function unroll(compiled: CompiledPolicy, recording: Recording): Unrolled {
  const { tape, values } = recording
  const unrolled: Unrolled = { path: [], effects: [], trace: [] }
  let at = recording.from
  let leaves = leavesOf(compiled, at)
  for (const entry of tape) {
    if (entry >= 0) {
      const index = entry >> 2
      const leaf = compiled.leaves[index]
      if (leaf) leaves[index - at.firstLeaf] = leaf.trace(values, entry & 3)
      continue
    }
    const exit = compiled.graph.exits[~entry]
    if (!exit) throw new RangeError('the tape is of another policy')
    leave(unrolled, at, { exit, leaves })
    at = exit.to
    leaves = leavesOf(compiled, at)
  }
  stop(unrolled, at, leaves)
  return unrolled
}

function leavesOf(compiled: CompiledPolicy, node: CompiledNode): LeafTrace[] {
  const leaves: LeafTrace[] = []
  const end = node.firstLeaf + node.leafCount
  for (let index = node.firstLeaf; index < end; index += 1) {
    const leaf = compiled.leaves[index]
    if (leaf) leaves.push(leaf.notEvaluated)
  }
  return leaves
}

function leave(
  unrolled: Unrolled,
  node: CompiledNode,
  { exit, leaves }: { exit: CompiledExit; leaves: LeafTrace[] },
): void {
  unrolled.path.push(exit.step)
  if (node.effect) unrolled.effects.push({ node: node.id, effect: node.effect })
  const { id, kind } = node
  const { result } = exit
  unrolled.trace.push(
    result === undefined
      ? { node: id, kind, exit: exit.step.exit, leaves }
      : { node: id, kind, exit: exit.step.exit, result, leaves },
  )
}

/** The walk ends at an outcome, or waits at a gate whose leaves it has evaluated. */
function stop(unrolled: Unrolled, node: CompiledNode, leaves: LeafTrace[]): void {
  const { id, kind, last } = node
  unrolled.path.push(last.step)
  unrolled.trace.push(
    node.gate ? { node: id, kind, exit: null, result: 'unknown', leaves } : last.trace,
  )
}

/** The facts that the leaves on the tape read, and the names of those that were unknown. */
export function factsOnTape(
  compiled: CompiledPolicy,
  tape: Tape,
  seen: readonly (FactSeen | undefined)[],
): { facts: Record<string, FactSeen>; unknown: string[] } {
  const facts: Record<string, FactSeen> = {}
  const unknown: string[] = []
  const met: boolean[] = []
  for (const entry of tape) {
    if (entry < 0) continue
    for (const slot of compiled.leaves[entry >> 2]?.slots ?? []) {
      const fact = seen[slot]
      const name = compiled.facts[slot]
      if (met[slot] || fact === undefined || name === undefined) continue
      met[slot] = true
      facts[name] = fact
      if ('unknown' in fact) unknown.push(name)
    }
  }
  return { facts, unknown }
}
