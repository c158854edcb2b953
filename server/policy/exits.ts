import type { PolicyNode } from '../schema/policy.ts'
import { isEffect, isGate } from '../schema/policy.ts'

const gateExits = {
  condition: ['no', 'yes'],
  hours: ['open', 'closed', 'holiday'],
  vip: ['no', 'yes'],
  velocity: ['within', 'exceeded'],
  agents: ['available', 'busy', 'dnd', 'offline'],
  crm: ['found', 'missing'],
  split: ['out', 'in'],
} as const

/** Exits a node can have, the one most callers take first, `unknown` last. An outcome has `otherwise`. */
export function exitsOf(node: PolicyNode): string[] {
  if (node.kind === 'switch') {
    const values = Object.keys(node.exits).filter(
      (exit) => exit !== 'default' && exit !== 'unknown',
    )
    return [...values, 'default', 'unknown']
  }
  if (isGate(node)) return [...gateExits[node.kind], 'unknown']
  if (isEffect(node)) return ['next']
  return node.kind === 'reject' ? [] : ['otherwise']
}

/** Where an exit leads; undefined when nowhere yet. */
export function targetOf(node: PolicyNode, exit: string): string | undefined {
  if (isGate(node))
    return Object.entries(node.exits).find(([name]) => name === exit)?.[1] || undefined
  if (isEffect(node)) return exit === 'next' ? node.next || undefined : undefined
  return exit === 'otherwise' && 'otherwise' in node ? node.otherwise || undefined : undefined
}

/** The node with an exit that leads elsewhere; undefined takes the target away. */
export function withTarget(node: PolicyNode, exit: string, to: string | undefined): PolicyNode {
  if (isGate(node)) {
    const others = Object.entries(node.exits).filter(([name]) => name !== exit)
    const at = Object.keys(node.exits).indexOf(exit)
    const place = at === -1 ? others.length : at
    const entry: [string, string][] = to === undefined ? [] : [[exit, to]]
    const exits = Object.fromEntries([...others.slice(0, place), ...entry, ...others.slice(place)])
    // names of exits stay those of the kind: `exit` is one of exitsOf(node)
    return { ...node, exits } as PolicyNode
  }
  // an effect that leads nowhere yet is a draft with an error, which validation tells
  if (isEffect(node)) return { ...node, next: to ?? '' }
  if (node.kind === 'reject') return node
  const { otherwise: _, ...rest } = node
  return to === undefined ? rest : { ...rest, otherwise: to }
}
