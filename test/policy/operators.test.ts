import { describe, expect, it } from 'vitest'
import { isOperatorName, operatorFor, operatorNamed } from '../../server/policy/operators.ts'
import type { FactType } from '../../server/schema/facts.ts'
import { operatorNames, type OperatorName } from '../../server/schema/policy.ts'

describe('the name of an operator', () => {
  it.each(operatorNames)('can be %s', (name) => {
    expect(isOperatorName(name)).toBe(true)
  })

  it.each(['', 'equals', 'Equal', 'toString', '__proto__', 'matches'])('cannot be "%s"', (name) => {
    expect(isOperatorName(name)).toBe(false)
    expect(() => operatorNamed(name as OperatorName)).toThrow(`there is no operator "${name}"`)
  })
})

describe('the operator for facts of a type', () => {
  const orderings = [
    'lessThan',
    'lessThanInclusive',
    'greaterThan',
    'greaterThanInclusive',
  ] as const

  it.each(orderings)('%s compares numbers as they are', (name) => {
    let printed = 0
    const number = {
      valueOf: () => 5,
      toString: () => {
        printed += 1
        return '5'
      },
    }
    for (const type of ['number', 'instant'] as const)
      expect(operatorFor(name, type)(number, 5)).toBe(name.endsWith('Inclusive'))
    expect(printed).toBe(0)
    operatorFor(name, 'string')(number, 5)
    expect(printed).toBeGreaterThan(0)
  })

  it.each<[OperatorName, FactType, unknown, unknown, boolean]>([
    ['lessThan', 'string', 'a', 'b', false],
    ['lessThanInclusive', 'string', 'a', 'b', false],
    ['greaterThan', 'string', 'b', 'a', false],
    ['greaterThanInclusive', 'string', 'b', 'a', false],
    ['lessThan', 'boolean', false, true, false],
    ['lessThan', 'list', ['a'], 'b', false],
    ['lessThan', 'string', '1', 2, true],
    ['contains', 'string', 'abc', 'a', false],
    ['doesNotContain', 'string', 'abc', 'x', false],
    ['contains', 'list', ['a'], 'a', true],
    ['contains', 'list', ['ab'], 'a', false],
    ['doesNotContain', 'list', ['a'], 'a', false],
    ['doesNotContain', 'list', ['a'], 'b', true],
    ['equal', 'string', 'a', 'a', true],
    ['notEqual', 'number', 1, 2, true],
    ['in', 'string', 'a', ['b'], false],
    ['notIn', 'string', 'a', ['b'], true],
  ])('%s of %s: %j and %j is %s', (name, type, value, operand, result) => {
    expect(operatorFor(name, type)(value, operand)).toBe(result)
  })
})
