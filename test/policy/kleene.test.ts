import { describe, expect, it } from 'vitest'
import type { FactValue } from '../../server/schema/facts.ts'
import type { Condition } from '../../server/schema/policy.ts'
import { compileCondition, reader, truth, type Known } from './engine-support.ts'
import { times } from '../chance.ts'
import { generator, randomFrom } from './random-conditions.ts'

const { condition, values, pick } = generator(randomFrom(7))
const random = randomFrom(8)
const unknown = { unknown: 'timeout' } as const

const fact = (name: string): Condition => ({
  fact: `caller.attributes.${name}`,
  operator: 'equal',
  value: true,
})
const truthOf = (when: Condition, facts: Known): string =>
  truth(compileCondition(when), reader(facts))

/** Some of the facts hidden: unknown, or pending. */
function hide(facts: Record<string, FactValue>, as: 'pending' | typeof unknown): Known {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, random() < 0.4 ? as : value]),
  )
}

const inverse: Record<string, string> = { y: 'n', n: 'y', u: 'u', pending: 'pending' }
const trials = Array.from({ length: times(2000) }, () => ({ when: condition(3), facts: values() }))

describe('Kleene logic', () => {
  const operand: Record<string, Known[string]> = { y: true, n: false, u: unknown }
  it.each([
    ['y', 'y', 'y', 'y'],
    ['y', 'n', 'n', 'y'],
    ['n', 'n', 'n', 'n'],
    ['y', 'u', 'u', 'y'],
    ['n', 'u', 'n', 'u'],
    ['u', 'u', 'u', 'u'],
  ])('gives for %s and %s: all %s, any %s', (left, right, all, any) => {
    for (const [b1, b2] of [
      [left, right],
      [right, left],
    ]) {
      const facts: Known = {
        'caller.attributes.b1': operand[b1 ?? ''] ?? unknown,
        'caller.attributes.b2': operand[b2 ?? ''] ?? unknown,
      }
      expect(truthOf({ all: [fact('b1'), fact('b2')] }, facts)).toBe(all)
      expect(truthOf({ any: [fact('b1'), fact('b2')] }, facts)).toBe(any)
    }
  })

  it('never contradicts a known result when an unknown fact becomes known', () => {
    const known = trials
      .map(({ when, facts }) => ({ when, facts, before: truthOf(when, hide(facts, unknown)) }))
      .filter(({ before }) => before !== 'u')
    expect(known.length).toBeGreaterThan(times(250))
    expect(known.filter(({ when, facts, before }) => truthOf(when, facts) !== before)).toEqual([])
  })

  it('never contradicts a result reached before a pending fact was settled', () => {
    const reached = trials
      .map(({ when, facts }) => ({ when, facts, before: truthOf(when, hide(facts, 'pending')) }))
      .filter(({ before }) => before !== 'pending')
    expect(reached.length).toBeGreaterThan(times(250))
    expect(reached.length).toBeLessThan(trials.length - times(250))
    expect(reached.filter(({ when, facts, before }) => truthOf(when, facts) !== before)).toEqual([])
  })

  it('waits exactly where it would be unknown were the pending facts unknown', () => {
    const differing = trials.filter(({ when, facts }) => {
      const hidden = hide(facts, 'pending')
      const settled = Object.entries(hidden).map(([name, value]) => [
        name,
        value === 'pending' ? unknown : value,
      ])
      const before = truthOf(when, hidden)
      const after = truthOf(when, Object.fromEntries(settled))
      return before !== (after === 'u' ? 'pending' : after)
    })
    expect(differing).toEqual([])
  })

  it('obeys De Morgan and double negation, with unknown and pending facts too', () => {
    const not = (one: Condition): Condition => ({ not: one })
    const breaking = trials.filter(({ when, facts }) => {
      const hidden = hide(facts, pick([unknown, 'pending' as const]))
      const other = condition(2)
      const result = truthOf(when, hidden)
      return (
        truthOf(not({ all: [when, other] }), hidden) !==
          truthOf({ any: [not(when), not(other)] }, hidden) ||
        truthOf(not(not(when)), hidden) !== result ||
        truthOf(not(when), hidden) !== inverse[result]
      )
    })
    expect(breaking).toEqual([])
  })

  it('is unknown when the fact compared with is unknown', () => {
    const when = {
      fact: 'caller.attributes.n1',
      operator: 'notEqual',
      value: { fact: 'caller.attributes.n2' },
    }
    const n1 = { 'caller.attributes.n1': 1 }
    expect(truthOf(when, { ...n1, 'caller.attributes.n2': unknown })).toBe('u')
    expect(truthOf(when, { ...n1, 'caller.attributes.n2': 'pending' })).toBe('pending')
    expect(
      truthOf(when, { 'caller.attributes.n1': 'pending', 'caller.attributes.n2': unknown }),
    ).toBe('u')
    expect(truthOf(when, { ...n1, 'caller.attributes.n2': 2 })).toBe('y')
  })
})
