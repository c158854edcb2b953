import type { Policy, PolicyNode } from '../../schema/policy.ts'

/** A policy with one small fault in it, as a slip of the hand would make it. */
export interface Mutant {
  /** The step that has the fault. */
  readonly node: string
  /** The exit, where it leads elsewhere. */
  readonly exit?: string
  /** The fault in words, e.g. `priority 81 or more instead of 80`. */
  readonly change: string
  readonly policy: Policy
}

/** The policy with another node under this id. */
export function withNode(policy: Policy, id: string, node: PolicyNode): Policy {
  return { ...policy, nodes: { ...policy.nodes, [id]: node } }
}

/** `is instead of was`. */
export const insteadOf = (is: string | number, was: string | number): string =>
  `${is} instead of ${was}`
