import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { literalEvaluate } from '../../server/policy/conditions/literal.ts'
import { operatorNamed } from '../../server/policy/operators.ts'
import { operatorNames, type OperatorName } from '../../server/schema/policy.ts'

const scalar = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true }),
  fc.constantFrom('', 'a', '1', '-0'),
  fc.boolean(),
)
const list = fc.array(scalar, { maxLength: 4 })
const textList = fc.array(fc.constantFrom('', 'a', '1'), { maxLength: 4 })

describe('a comparison with a literal', () => {
  it.each(operatorNames)(
    'comes to what the engine says of %s, whatever it is given',
    (operator) => {
      const isOfList = operator === 'in' || operator === 'notIn'
      fc.assert(
        fc.property(fc.oneof(scalar, textList), isOfList ? list : scalar, (value, operand) => {
          const compare = operatorNamed(operator)
          const tape: number[] = []
          const evaluate = literalEvaluate({ operator, slot: 1, operand, compare, mark: 8 })
          const expected = compare(value, operand) ? 1 : 0
          expect(evaluate([null, value], tape)).toBe(expected)
          expect(tape).toEqual([8 + expected])
        }),
        { numRuns: 500 },
      )
    },
  )

  it.each(operatorNames)('with %s is unknown or pending as its fact is', (operator) => {
    const operand = operator === 'in' || operator === 'notIn' ? ['a'] : 1
    const compare = operatorNamed(operator)
    const tape: number[] = []
    const evaluate = literalEvaluate({ operator, slot: 0, operand, compare, mark: 4 })
    expect([evaluate([null], tape), evaluate([undefined], tape)]).toEqual([2, 3])
    expect(tape).toEqual([6, 7])
  })

  it.each<[OperatorName, number, [number, number][]]>([
    [
      'lessThan',
      5,
      [
        [4, 1],
        [5, 0],
        [6, 0],
      ],
    ],
    [
      'lessThanInclusive',
      5,
      [
        [4, 1],
        [5, 1],
        [6, 0],
      ],
    ],
    [
      'greaterThan',
      5,
      [
        [4, 0],
        [5, 0],
        [6, 1],
      ],
    ],
    [
      'greaterThanInclusive',
      5,
      [
        [4, 0],
        [5, 1],
        [6, 1],
      ],
    ],
    [
      'equal',
      5,
      [
        [4, 0],
        [5, 1],
        [6, 0],
      ],
    ],
  ])('compares numbers by %s %i without asking the engine', (operator, operand, table) => {
    const compare = () => {
      throw new Error('the engine was asked')
    }
    const evaluate = literalEvaluate({ operator, slot: 0, operand, compare, mark: 0 })
    expect(table.map(([value]) => [value, evaluate([value], [])])).toEqual(table)
  })
})
