import { defaultRemoteDeadlineMs, factSpec } from '../schema/facts.ts'
import type { Installation } from '../schema/installation.ts'
import type { Policy } from '../schema/policy.ts'
import type { Assembly, CompiledLeaf } from './conditions/leaf.ts'
import { compileGraph, type CompiledGraph } from './graph.ts'
import { factSlots, type FactSlot } from './slots.ts'

/**
 * A policy as immutable closures. Walks share it, and a walk that began on it ends on it, so a reload
 * is the swap of one reference.
 */
export interface CompiledPolicy {
  readonly policy: Policy
  /** Every fact that a gate of the policy may read, in the order of the values of `run`. */
  readonly facts: readonly string[]
  /** Those of `facts` that are fetched over the network, so that they can be late. */
  readonly remoteFacts: readonly string[]
  /** Milliseconds after arrival for which CRM facts are waited for: the longest of its `crm` gates. */
  readonly crmDeadlineMs: number
  /** Milliseconds after arrival for which a fact is waited for; 0 for one answered from memory. */
  deadlineOf(fact: string): number
  readonly slots: readonly FactSlot[]
  readonly leaves: readonly CompiledLeaf[]
  readonly graph: CompiledGraph
}

function longestCrmDeadline(policy: Policy): number {
  const deadlines = Object.values(policy.nodes).flatMap((node) =>
    node.kind === 'crm' ? [node.deadlineMs ?? defaultRemoteDeadlineMs] : [],
  )
  return deadlines.length === 0 ? defaultRemoteDeadlineMs : Math.max(...deadlines)
}

/**
 * Compiles a document that `validate` has passed.
 * @throws Error, naming the node, on a document that cannot be walked
 */
export function compile(policy: Policy, installation: Installation): CompiledPolicy {
  const assembly: Assembly = { slots: factSlots(installation), leaves: [] }
  const graph = compileGraph(policy, assembly)
  const crmDeadlineMs = longestCrmDeadline(policy)
  const slots = assembly.slots.all
  const remote = slots.filter((slot) => slot.spec.remote)
  return Object.freeze({
    policy,
    facts: slots.map((slot) => slot.name),
    remoteFacts: remote.map((slot) => slot.name),
    crmDeadlineMs,
    deadlineOf: (fact: string) => {
      const spec = factSpec(fact, installation)
      return spec?.source === 'crm' ? crmDeadlineMs : (spec?.deadlineMs ?? 0)
    },
    slots,
    leaves: assembly.leaves,
    graph,
  })
}
