import type { GateNode, Policy } from '../../schema/policy.ts'
import type { Assembly } from '../conditions/leaf.ts'
import type { Evaluate, SlotValues } from '../conditions/truth.ts'
import { splitGate } from './split-gate.ts'
import { agentsGate, hoursGate, switchGate } from './table-gate.ts'
import { conditionGate, crmGate, velocityGate, vipGate } from './truth-gate.ts'

/** A gate as closures. Its choices are indices into `exits`; a pending gate chooses `PENDING`, which has none. */
export interface CompiledGate {
  readonly choose: Evaluate
  /** Name of the exit of each choice. `undefined` where there is no such choice. */
  readonly exits: readonly (string | undefined)[]
  /** Choices that are results of a condition, so that the trace shows one. */
  readonly isCondition: boolean
  /** Choices still open once the pending facts are settled. Asked only of a pending gate. */
  possible(values: SlotValues): readonly number[]
  /** Slots of the pending facts it waits for. Empty unless it is pending. */
  waitsFor(values: SlotValues): readonly number[]
}

/**
 * Compiles a gate. A named gate is sugar over conditions on facts and becomes the same closures.
 * @throws Error on an unknown fact or operator, or a condition that cannot be evaluated
 */
export function compileGate(assembly: Assembly, gate: GateNode, at: GateAt): CompiledGate {
  switch (gate.kind) {
    case 'condition':
      return conditionGate(assembly, gate)
    case 'vip':
      return vipGate(assembly, gate)
    case 'velocity':
      return velocityGate(assembly, gate)
    case 'crm':
      return crmGate(assembly)
    case 'hours':
      return hoursGate(assembly, gate)
    case 'agents':
      return agentsGate(assembly, gate)
    case 'switch':
      return switchGate(assembly, gate)
    case 'split':
      return splitGate(assembly, gate, at)
  }
}

export interface GateAt {
  readonly policy: Policy['id']
  readonly node: string
}
