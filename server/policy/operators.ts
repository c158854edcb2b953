import * as engineDefaults from 'json-rules-engine/dist/engine-default-operators.js'
import type { FactType } from '../schema/facts.ts'
import { operatorNames, type OperatorName } from '../schema/policy.ts'

/** Compares a fact's value with an operand. */
export type Compare = (factValue: unknown, operand: unknown) => boolean

/** json-rules-engine's `Operator`: `evaluate` is `cb` behind a check of the fact value's type. */
interface EngineOperator {
  readonly name: string
  readonly cb: Compare
  evaluate(factValue: unknown, operand: unknown): boolean
}

function isOperator(value: unknown): value is EngineOperator {
  return typeof value === 'object' && value !== null && 'name' in value && 'cb' in value
}

/** Node, Vite and esbuild each wrap a CommonJS default export in their own number of `default`s. */
function unwrap(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (typeof value === 'object' && value !== null && 'default' in value)
    return unwrap(value.default)
  throw new Error('json-rules-engine/dist/engine-default-operators.js holds no list of operators')
}

const operators: ReadonlyMap<string, EngineOperator> = new Map(
  unwrap(engineDefaults)
    .filter(isOperator)
    .map((operator) => [operator.name, operator]),
)

function find(name: string): EngineOperator {
  const operator = operators.get(name)
  if (!operator) throw new Error(`there is no operator "${name}"`)
  return operator
}

export function isOperatorName(name: string): name is OperatorName {
  return operatorNames.some((known) => known === name)
}

/** json-rules-engine's own operator of that name, its check of the fact value included. */
export function operatorNamed(name: OperatorName): Compare {
  const operator = find(name)
  return (factValue, operand) => operator.evaluate(factValue, operand)
}

const ordering: ReadonlySet<OperatorName> = new Set([
  'lessThan',
  'lessThanInclusive',
  'greaterThan',
  'greaterThanInclusive',
])

/** Whether a fact of this type always passes the operator's own check of its value. */
function passesCheck(name: OperatorName, type: FactType): boolean {
  if (ordering.has(name)) return type === 'number' || type === 'instant'
  return name === 'contains' || name === 'doesNotContain' ? type === 'list' : true
}

/**
 * The operator for facts whose values are known to be of `type`. json-rules-engine checks a number by
 * printing and parsing it, which costs more than the comparison, so a check that cannot fail is left out.
 */
export function operatorFor(name: OperatorName, type: FactType): Compare {
  return passesCheck(name, type) ? find(name).cb : operatorNamed(name)
}
