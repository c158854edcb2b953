import type { Installation } from '../../schema/installation.ts'
import type { GateNode, Policy, PolicyNode } from '../../schema/policy.ts'
import { edgesOf, isEffect, isGate } from '../../schema/policy.ts'
import { explore } from '../validate/exploration.ts'
import { gateModels } from '../validate/gate-models.ts'
import type { Mutant } from './mutant.ts'
import { withNode } from './mutant.ts'

/** Evaluations spent on one proof. */
const limit = 50_000

/** No node has such a name, so none is replaced. */
const trap = '\u0000trap'
const end = '\u0000end'
const stop: PolicyNode = { kind: 'reject', silent: true, reason: 'the end of a proof' }

type Exits = Readonly<Record<string, string>>

const withExits = (gate: GateNode, exits: Exits): GateNode =>
  // only what the search for calls reads: names of exits and of nodes
  ({ ...gate, exits }) as GateNode

/**
 * The gate asks, and then the mutant's gate asks again: a call whom both send out by the same exit ends,
 * any other one falls into the trap.
 */
function asksTwice(policy: Policy, id: string, gates: { was: GateNode; is: GateNode }): Policy {
  const exits = [...new Set([...edgesOf(gates.was).map(({ exit }) => exit), 'unknown'])]
  const copyOf = (exit: string): string => `\u0000${exit}`
  const first = exits.map((exit) => [exit, copyOf(exit)])
  const copies = exits.map((exit) => {
    const next = exits.map((one) => [one, one === exit ? end : trap])
    return [copyOf(exit), withExits(gates.is, Object.fromEntries(next))] as const
  })
  const asked = withNode(policy, id, withExits(gates.was, Object.fromEntries(first)))
  return { ...asked, nodes: { ...asked.nodes, ...Object.fromEntries(copies) } }
}

/** A policy in which exactly the calls that could notice the fault fall into the trap. */
function trapped(policy: Policy, { node: id, exit, policy: mutated }: Mutant): Policy | undefined {
  const was = policy.nodes[id]
  const is = mutated.nodes[id]
  if (!was) return undefined
  if (isEffect(was)) return withNode(policy, id, { ...was, next: trap })
  if (!isGate(was)) return undefined
  if (exit !== undefined)
    return withNode(policy, id, withExits(was, { ...was.exits, [exit]: trap }))
  return is && isGate(is) ? asksTwice(policy, id, { was, is }) : undefined
}

/**
 * Whether no call at all can tell the mutant from the policy. Says so only when the validator's search went
 * through every combination of boundary values; otherwise false, which then means "not proven".
 */
export function isEquivalent(policy: Policy, mutant: Mutant, installation: Installation): boolean {
  const probe = trapped(policy, mutant)
  if (!probe) return false
  const nodes = { ...probe.nodes, [trap]: stop, [end]: stop }
  const effort = { left: limit }
  const whole = { ...probe, nodes }
  const models = gateModels(whole, installation, effort)
  const { complete, reached } = explore(whole, models, effort)
  return complete && !reached.has(trap)
}
