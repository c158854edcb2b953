import type { Condition, Operand } from '../../server/schema/policy.ts'
import { loadRival } from '../rivals.ts'
import { defaultOutcome } from '../policy-documents.ts'
import type { Facts, Gate, OutcomeName } from '../policy-documents.ts'
import type { Decide, Variant } from './variant.ts'

const operators: Readonly<Record<string, string>> = {
  equal: '===',
  notEqual: '!==',
  in: 'in',
  lessThan: '<',
  lessThanInclusive: '<=',
  greaterThan: '>',
  greaterThanInclusive: '>=',
}

/** A fact's name is one key, whatever dots it has; json-logic-engine reads a dot as a step. */
export const flat = (fact: string): string => fact.replaceAll('.', '_')

const operandOf = (value: Operand) => (Array.isArray(value) ? { preserve: value } : value)

function logicOf(condition: Condition): unknown {
  if ('all' in condition) return { and: condition.all.map(logicOf) }
  if ('any' in condition) return { or: condition.any.map(logicOf) }
  if ('not' in condition) return { '!': logicOf(condition.not) }
  const operator = operators[condition.operator]
  if (operator === undefined) throw new Error(`no word for ${condition.operator}`)
  return { [operator]: [{ var: flat(condition.fact) }, operandOf(condition.value)] }
}

interface LogicEngineModule {
  readonly LogicEngine: new () => {
    build(logic: unknown): (data: unknown) => unknown
  }
}

/** Facts under names without dots. */
export function flattened(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [flat(name), value]))
}

/** Every gate is built by itself, and they are asked in order until one holds. */
export const jsonLogic: Variant = {
  name: 'json-logic-engine',
  label: 'json-logic-engine, built',
  needs: 'json-logic-engine',
  rename: flattened,
  make(gates: readonly Gate[], root: string): Decide {
    // the one class that its documentation names for this
    const { LogicEngine } = loadRival(root, 'json-logic-engine') as LogicEngineModule
    const engine = new LogicEngine()
    const built = gates.map(({ when, outcome }) => ({
      holds: engine.build(logicOf(when)),
      outcome,
    }))
    return (facts): OutcomeName => {
      for (const gate of built) if (gate.holds(facts)) return gate.outcome
      return defaultOutcome
    }
  },
}
