import { PENDING, type SlotValues } from './conditions/truth.ts'
import type { CompiledNode } from './graph.ts'

/**
 * Slots of the pending facts that gates may still need from this node on, over every exit that could be
 * taken given the facts that are settled. Walks only up to outcomes: what follows by `otherwise` comes later.
 */
export function reachablePending(from: CompiledNode, values: SlotValues): Set<number> {
  const slots = new Set<number>()
  const visited = new Set<CompiledNode>()
  const open = [from]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (visited.has(node)) continue
    visited.add(node)
    if (node.gate) for (const slot of node.gate.waitsFor(values)) slots.add(slot)
    open.push(...nextNodes(node, values))
  }
  return slots
}

function nextNodes(node: CompiledNode, values: SlotValues): CompiledNode[] {
  const choice = node.choose(values, [])
  const choices = node.gate && choice === PENDING ? node.gate.possible(values) : [choice]
  return choices.flatMap((one) => node.exits[one]?.to ?? [])
}
