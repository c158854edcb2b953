import type { GateNode } from '../../schema/policy.ts'
import { exitsOf, targetOf } from '../exits.ts'

/** Exits of a gate that lead to the same, in drawn order; one without a target is by itself. */
export interface Group {
  readonly to: string | undefined
  readonly exits: readonly string[]
}

/** A gate's ways out without `unknown`, which is said in the gate's own line. */
export function groupsOf(node: GateNode): Group[] {
  const groups: { to: string | undefined; exits: string[] }[] = []
  for (const exit of exitsOf(node)) {
    if (exit === 'unknown') continue
    const to = targetOf(node, exit)
    const same = to === undefined ? undefined : groups.find((group) => group.to === to)
    if (same) same.exits.push(exit)
    else groups.push({ to, exits: [exit] })
  }
  return groups
}
