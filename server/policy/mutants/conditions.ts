import type { Condition, Leaf, OperatorName } from '../../schema/policy.ts'
import { insteadOf } from './mutant.ts'

/** A condition with one fault in it. */
export interface MutatedCondition {
  readonly condition: Condition
  readonly change: string
}

const signs: Readonly<Record<OperatorName, string>> = {
  equal: '=',
  notEqual: '≠',
  in: 'in',
  notIn: 'not in',
  contains: 'contains',
  doesNotContain: 'does not contain',
  lessThan: '<',
  lessThanInclusive: '≤',
  greaterThan: '>',
  greaterThanInclusive: '≥',
}

/** First the neighbour, which only a case exactly at the limit tells apart, then the opposite. */
const slips: Readonly<Record<OperatorName, readonly OperatorName[]>> = {
  equal: ['notEqual'],
  notEqual: ['equal'],
  in: ['notIn'],
  notIn: ['in'],
  contains: ['doesNotContain'],
  doesNotContain: ['contains'],
  lessThan: ['lessThanInclusive', 'greaterThanInclusive'],
  lessThanInclusive: ['lessThan', 'greaterThan'],
  greaterThan: ['greaterThanInclusive', 'lessThanInclusive'],
  greaterThanInclusive: ['greaterThan', 'lessThan'],
}

const isOperator = (name: string): name is OperatorName => Object.hasOwn(slips, name)

/** More entries of a list are not left out one by one. */
const mostEntries = 20

function textOf({ fact, operator, value }: Leaf): string {
  const sign = isOperator(operator) ? signs[operator] : operator
  const isReference = typeof value === 'object' && !Array.isArray(value)
  return `${fact} ${sign} ${isReference ? value.fact : JSON.stringify(value)}`
}

function shifted(value: Leaf['value']): Leaf['value'][] {
  if (typeof value === 'number') return [value - 1, value + 1]
  if (!Array.isArray(value) || value.length < 2) return []
  return value.slice(0, mostEntries).map((_, left) => value.filter((__, index) => index !== left))
}

function mutatedLeaves(leaf: Leaf): MutatedCondition[] {
  const operators = isOperator(leaf.operator) ? slips[leaf.operator] : []
  const leaves = [
    ...operators.map((operator) => ({ ...leaf, operator })),
    ...shifted(leaf.value).map((value) => ({ ...leaf, value })),
  ]
  return leaves.map((condition) => ({
    condition,
    change: insteadOf(textOf(condition), textOf(leaf)),
  }))
}

function mutatedGroup(combine: 'all' | 'any', parts: readonly Condition[]): MutatedCondition[] {
  const group = (how: 'all' | 'any', of: readonly Condition[]): Condition =>
    how === 'all' ? { all: [...of] } : { any: [...of] }
  const replaced = (index: number, part: Condition) =>
    parts.map((one, place) => (place === index ? part : one))
  const within = parts.flatMap((part, index) =>
    mutatedConditions(part).map(({ condition, change }) => ({
      condition: group(combine, replaced(index, condition)),
      change,
    })),
  )
  if (parts.length < 2) return within
  const other = combine === 'all' ? 'any' : 'all'
  const left = parts.map((part, index) => ({
    condition: group(
      combine,
      parts.filter((_, place) => place !== index),
    ),
    change: `without ${shortOf(part)}`,
  }))
  const swap = {
    condition: group(other, parts),
    change: `${insteadOf(other, combine)} of its parts`,
  }
  return [swap, ...left, ...within]
}

function shortOf(condition: Condition): string {
  if ('fact' in condition) return textOf(condition)
  if ('not' in condition) return `not (${shortOf(condition.not)})`
  const [word, parts] =
    'all' in condition ? (['all', condition.all] as const) : (['any', condition.any] as const)
  return `${word} of (${parts.map(shortOf).join(', ')})`
}

/**
 * A condition with, one at a time: an operator that is its neighbour or its opposite, a limit one lower or
 * higher, an entry of a list or a part of a group left out, `all` for `any`, a `not` forgotten.
 */
export function mutatedConditions(condition: Condition): MutatedCondition[] {
  if ('all' in condition) return mutatedGroup('all', condition.all)
  if ('any' in condition) return mutatedGroup('any', condition.any)
  if ('not' in condition)
    return [
      { condition: condition.not, change: `without the "not" before ${shortOf(condition.not)}` },
      ...mutatedConditions(condition.not).map(({ condition: not, change }) => ({
        condition: { not },
        change,
      })),
    ]
  return mutatedLeaves(condition)
}
