import type { FactValue } from '../../schema/facts.ts'
import type { OperatorName } from '../../schema/policy.ts'
import type { Compare } from '../operators.ts'
import { FALSE, PENDING, TRUE, UNKNOWN, type Evaluate, type SlotValue } from './truth.ts'

export interface LiteralComparison {
  readonly operator: OperatorName
  readonly slot: number
  readonly operand: FactValue | readonly (string | number | boolean)[]
  /** The operator itself, for values that are not what the fact's type says. */
  readonly compare: Compare
  /** What the tape shows: add the result. */
  readonly mark: number
}

/**
 * The closure of a comparison with a literal. The usual ones are written out, each with a call site of
 * its own, which the JIT compiles to the comparison itself; a shared one calls whatever operator comes.
 * They give what json-rules-engine's operators give.
 */
export function literalEvaluate(parts: LiteralComparison): Evaluate {
  const { operator, operand } = parts
  if (typeof operand === 'number') return numberEvaluate(operator, { ...parts, operand })
  return typeof operand === 'object' ? anyEvaluate(parts) : equalityEvaluate(parts)
}

type Parts<T> = Omit<LiteralComparison, 'operand'> & { readonly operand: T }

function numberEvaluate(operator: OperatorName, parts: Parts<number>): Evaluate {
  const { slot, operand, mark } = parts
  switch (operator) {
    case 'lessThan':
      return (values, tape) => {
        const value = values[slot]
        const result =
          typeof value === 'number' ? (value < operand ? TRUE : FALSE) : otherwise(value, parts)
        tape.push(mark + result)
        return result
      }
    case 'lessThanInclusive':
      return (values, tape) => {
        const value = values[slot]
        const result =
          typeof value === 'number' ? (value <= operand ? TRUE : FALSE) : otherwise(value, parts)
        tape.push(mark + result)
        return result
      }
    case 'greaterThan':
      return (values, tape) => {
        const value = values[slot]
        const result =
          typeof value === 'number' ? (value > operand ? TRUE : FALSE) : otherwise(value, parts)
        tape.push(mark + result)
        return result
      }
    case 'greaterThanInclusive':
      return (values, tape) => {
        const value = values[slot]
        const result =
          typeof value === 'number' ? (value >= operand ? TRUE : FALSE) : otherwise(value, parts)
        tape.push(mark + result)
        return result
      }
    default:
      return equalityEvaluate(parts)
  }
}

function equalityEvaluate(parts: LiteralComparison): Evaluate {
  const { operator, slot, operand, mark } = parts
  if (operator !== 'equal') return anyEvaluate(parts)
  return (values, tape) => {
    const value = values[slot]
    const result =
      value === operand ? TRUE : value === undefined ? PENDING : value === null ? UNKNOWN : FALSE
    tape.push(mark + result)
    return result
  }
}

function anyEvaluate(parts: LiteralComparison): Evaluate {
  const { slot, mark } = parts
  return (values, tape) => {
    const result = otherwise(values[slot], parts)
    tape.push(mark + result)
    return result
  }
}

function otherwise(
  value: SlotValue,
  { compare, operand }: Pick<LiteralComparison, 'compare' | 'operand'>,
): number {
  if (value === undefined) return PENDING
  if (value === null) return UNKNOWN
  return compare(value, operand) ? TRUE : FALSE
}
