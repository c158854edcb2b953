import type { Policy, PolicyNode } from '../../schema/policy.ts'
import { isEffect, isGate } from '../../schema/policy.ts'
import { exitsOf, targetOf } from '../exits.ts'
import type { Outline } from './outline.ts'

/** A node without where it leads; the names of its exits stay, in their order. */
export function bareNode(node: PolicyNode): PolicyNode {
  return exitsOf(node).reduce(
    (bare, exit) => (targetOf(bare, exit) === undefined ? bare : led(bare, exit, '')),
    node,
  )
}

/** Leads an exit that the node names already, so that the order of its fields stays. */
function led(node: PolicyNode, exit: string, to: string): PolicyNode {
  // names of exits stay those of the kind: `exit` is one of exitsOf(node)
  if (isGate(node)) return { ...node, exits: { ...node.exits, [exit]: to } } as PolicyNode
  if (isEffect(node)) return { ...node, next: to }
  return node.kind === 'reject' ? node : { ...node, otherwise: to }
}

/** The document that an outline says, from its lines alone. */
export function documentOf({ head, order, lines }: Outline): Policy {
  const nodes = new Map<string, PolicyNode>(
    lines.flatMap(({ id, node }) => (node ? [[id, node]] : [])),
  )
  const lead = (step: string, exit: string, to: string) => {
    const node = nodes.get(step)
    if (node) nodes.set(step, led(node, exit, to))
  }
  for (const { type, id, from, tails } of lines) {
    if (from && type !== 'nowhere') for (const exit of from.exits) lead(from.step, exit, id)
    for (const { exit, to } of tails) if (to !== undefined) lead(id, exit, to)
  }
  const ordered = order.flatMap((id) => {
    const node = nodes.get(id)
    return node ? [[id, node] as const] : []
  })
  return { ...head, nodes: Object.fromEntries(ordered) }
}
