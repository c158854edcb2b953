import type { Installation } from '../../schema/installation.ts'
import type { GateNode, NodeOf, EffectKind, Policy, PolicyNode } from '../../schema/policy.ts'
import { edgesOf, isEffect, isGate } from '../../schema/policy.ts'
import { mutatedGates } from './gates.ts'
import type { Mutant } from './mutant.ts'
import { insteadOf, withNode } from './mutant.ts'

export type { Mutant } from './mutant.ts'

/** A gate of the same question whose exit leads elsewhere. */
function redirected(gate: GateNode, exit: string, to: string): GateNode {
  // an exit of this gate gets the target of another of its exits, so the shape stays what it was
  return { ...gate, exits: { ...gate.exits, [exit]: to } } as GateNode
}

/** Each exit leads where the next one leads that goes elsewhere: never a cycle. */
function ways(policy: Policy, id: string, gate: GateNode): Mutant[] {
  const edges = edgesOf(gate)
  return edges.flatMap(({ exit, to }, index) => {
    const others = [...edges.slice(index + 1), ...edges.slice(0, index)]
    const other = others.find((edge) => edge.to !== to)?.to
    if (other === undefined) return []
    const change = `"${exit}" leads to ${insteadOf(`"${other}"`, `"${to}"`)}`
    return [{ node: id, exit, change, policy: withNode(policy, id, redirected(gate, exit, other)) }]
  })
}

/** Whatever led to the node leads to another one. */
function bypassed(node: PolicyNode, { id, to }: { id: string; to: string }): PolicyNode {
  if (isGate(node))
    return edgesOf(node)
      .filter((edge) => edge.to === id)
      .reduce((gate, { exit }) => redirected(gate, exit, to), node)
  if (isEffect(node)) return node.next === id ? { ...node, next: to } : node
  return 'otherwise' in node && node.otherwise === id ? { ...node, otherwise: to } : node
}

function skipped(policy: Policy, id: string, { kind, next }: NodeOf<EffectKind>): Mutant[] {
  const nodes = Object.fromEntries(
    Object.entries(policy.nodes)
      .filter(([name]) => name !== id)
      .map(([name, node]) => [name, bypassed(node, { id, to: next })]),
  )
  const start = policy.start === id ? next : policy.start
  return [{ node: id, change: `the ${kind} is left out`, policy: { ...policy, start, nodes } }]
}

function ofNode(policy: Policy, id: string, installation: Installation): Mutant[] {
  const node = policy.nodes[id]
  if (!node) return []
  if (isEffect(node)) return skipped(policy, id, node)
  if (!isGate(node)) return []
  const asked = mutatedGates(node, installation)
  return [
    ...asked.map(({ gate, change }) => ({ node: id, change, policy: withNode(policy, id, gate) })),
    ...ways(policy, id, node),
  ]
}

/** More are not tried; which ones are left out does not depend on chance. */
export const mostMutants = 2000

/**
 * The policy with one fault each, of those that a case can notice: what a gate asks, where an exit leads, an
 * effect left out. In the order of its nodes, at most 2,000. Deterministic.
 * @throws nothing for a policy that `validate` has passed
 */
export function mutantsOf(policy: Policy, installation: Installation): Mutant[] {
  const all = Object.keys(policy.nodes).flatMap((id) => ofNode(policy, id, installation))
  if (all.length <= mostMutants) return all
  const every = all.length / mostMutants
  return Array.from({ length: mostMutants }, (_, index) => all[Math.floor(index * every)]).flatMap(
    (mutant) => mutant ?? [],
  )
}
