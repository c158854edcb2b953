import { velocityFactName } from '../../schema/facts.ts'
import type { Condition, NodeOf } from '../../schema/policy.ts'
import { compileCondition } from '../conditions/condition.ts'
import type { Assembly } from '../conditions/leaf.ts'
import { pendingSlots, possibleResults } from '../conditions/possible.ts'
import type { CompiledGate } from './gate.ts'

/** A gate that leaves by one exit when its condition is true and by another when it is false. */
function truthGate(
  assembly: Assembly,
  when: Condition,
  [yes, no]: readonly [string, string],
): CompiledGate {
  const condition = compileCondition(assembly, when)
  return {
    choose: condition.evaluate,
    exits: [no, yes, 'unknown'],
    isCondition: true,
    possible: (values) => possibleResults(condition, values),
    waitsFor: (values) => pendingSlots(condition, values),
  }
}

export function conditionGate(assembly: Assembly, gate: NodeOf<'condition'>): CompiledGate {
  return truthGate(assembly, gate.when, ['yes', 'no'])
}

/** A VIP has the least priority or more, or any one of the tags. */
export function vipGate(assembly: Assembly, gate: NodeOf<'vip'>): CompiledGate {
  const priority: Condition[] =
    gate.minPriority === undefined
      ? []
      : [{ fact: 'caller.priority', operator: 'greaterThanInclusive', value: gate.minPriority }]
  const tags: Condition[] = (gate.tags ?? []).map((tag) => ({
    fact: 'caller.tags',
    operator: 'contains',
    value: tag,
  }))
  return truthGate(assembly, { any: [...priority, ...tags] }, ['yes', 'no'])
}

export function velocityGate(assembly: Assembly, gate: NodeOf<'velocity'>): CompiledGate {
  const fact = velocityFactName(gate.scope, gate.windowMinutes, gate.digits)
  const when = { fact, operator: 'greaterThan', value: gate.limit }
  return truthGate(assembly, when, ['exceeded', 'within'])
}

export function crmGate(assembly: Assembly): CompiledGate {
  return truthGate(assembly, { fact: 'crm.found', operator: 'equal', value: true }, [
    'found',
    'missing',
  ])
}
