import { factSpec, velocityFactName } from '../../schema/facts.ts'
import type { Installation } from '../../schema/installation.ts'
import type { GateNode } from '../../schema/policy.ts'
import { leavesOf } from './conditions.ts'
import { referenceOf } from './operand-types.ts'

/** The facts a gate asks for, in reading order, each once. */
export function factsOfGate(gate: GateNode): string[] {
  switch (gate.kind) {
    case 'condition': {
      const leaves = leavesOf(gate.when, []).map(({ leaf }) => leaf)
      return [...new Set(leaves.flatMap((leaf) => [leaf.fact, referenceOf(leaf) ?? []].flat()))]
    }
    case 'hours':
      return [`hours.${gate.calendar}`]
    case 'vip':
      return ['caller.priority', 'caller.tags']
    case 'velocity':
      return [velocityFactName(gate.scope, gate.windowMinutes, gate.digits)]
    case 'agents':
      if (gate.team !== undefined) return [`agents.${gate.team}.status`]
      return gate.agent === undefined ? ['agents.owner.status'] : [`agent.${gate.agent}.status`]
    case 'crm':
      return ['crm.found']
    case 'switch':
      return [gate.fact]
    case 'split':
      return ['caller.key']
  }
}

/** Whether a gate can come to no answer, so that calls leave by its `unknown` exit. */
export function canBeUnknown(gate: GateNode, installation: Installation): boolean {
  return factsOfGate(gate).some((name) => {
    const spec = factSpec(name, installation)
    return spec !== undefined && (spec.mayBeUnknown || spec.unconfigured !== undefined)
  })
}
