import type { Usage } from '../schema/address-book.ts'
import type { Policy, PolicyNode } from '../schema/policy.ts'
import { isGate } from '../schema/policy.ts'
import { factsOfGate } from './validate/gate-facts.ts'
import { variablesIn } from './validate/variables.ts'

type Used = Pick<Usage, 'kind' | 'name'>

/** Every text in a node, wherever it stands. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

function usedByFact(name: string): Used[] {
  const [, calendar] = /^hours\.(.+?)(\.nextOpen|\.today)?$/.exec(name) ?? []
  if (calendar !== undefined) return [{ kind: 'calendar', name: calendar }]
  const [, team] = /^agents\.(.+)\.(?:available|status)$/.exec(name) ?? []
  if (team !== undefined) return team === 'owner' ? [] : [{ kind: 'team', name: team }]
  const [, agent] = /^agent\.(.+)\.status$/.exec(name) ?? []
  if (agent !== undefined) return [{ kind: 'agent', name: agent }]
  const [, assistant] = /^ai\.(.+)\.ready$/.exec(name) ?? []
  if (assistant !== undefined) return [{ kind: 'assistant', name: assistant }]
  const [, attribute] = /^caller\.attributes\.(.+)$/.exec(name) ?? []
  if (attribute !== undefined) return [{ kind: 'attribute', name: attribute }]
  return [{ kind: 'fact', name }]
}

function usedByTarget(node: PolicyNode): Used[] {
  if (node.kind === 'ai_pickup') return [{ kind: 'assistant', name: node.assistant }]
  if (node.kind !== 'accept') return []
  const { target } = node
  if ('team' in target) return [{ kind: 'team', name: target.team }]
  return 'agent' in target ? [{ kind: 'agent', name: target.agent }] : []
}

/** What a node names of its installation, each thing once. */
export function usesOf(node: PolicyNode): Used[] {
  const facts = [...(isGate(node) ? factsOfGate(node) : []), ...textsIn(node).flatMap(variablesIn)]
  const all = [...usedByTarget(node), ...facts.flatMap(usedByFact)]
  return [...new Map(all.map((one) => [`${one.kind} ${one.name}`, one])).values()]
}

/** Where a policy names what, node by node; the fallback as `fallback`. */
export function usageOf(policy: Policy): Usage[] {
  const nodes: [string, PolicyNode][] = [
    ...Object.entries(policy.nodes),
    ['fallback', policy.fallback],
  ]
  return nodes.flatMap(([node, value]) =>
    usesOf(value).map((used) => ({
      ...used,
      policy: policy.id,
      policyName: policy.name,
      node,
      label: value.label ?? node,
    })),
  )
}
