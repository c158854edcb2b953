import { describe, expect, it } from 'vitest'
import type { SlotValue } from '../../server/policy/conditions/truth.ts'
import type { Comparisons } from '../../server/policy/validate/boundary-values.ts'
import { comparisonsIn } from '../../server/policy/validate/boundary-values.ts'
import type { OtherValues } from '../../server/policy/why-not/other-values.ts'
import {
  besideOf,
  isWhole,
  leastOf,
  nearestIn,
  numbersOf,
  otherValues,
  stretchesOf,
} from '../../server/policy/why-not/other-values.ts'
import type { FactSpec } from '../../server/schema/facts.ts'
import { factSpec } from '../../server/schema/facts.ts'
import type { Condition, Leaf } from '../../server/schema/policy.ts'
import { exits, installation, outcomes, policyOf } from './engine-support.ts'

function specOf(name: string): FactSpec {
  const spec = factSpec(name, installation)
  if (!spec) throw new Error(`there is no fact ${name}`)
  return spec
}

const comparing = (...any: Condition[]): Comparisons =>
  comparisonsIn(
    policyOf({ gate: { kind: 'condition', when: { any }, exits }, ...outcomes }),
    installation,
  )

/** Comparisons of one fact with literals, without a policy: there may be more of them than a policy holds. */
function manyLeaves(
  fact: string,
  leaves: readonly Leaf[],
  literals: readonly string[],
): Comparisons {
  return {
    facts: new Set([fact]),
    byFact: new Map([[fact, leaves]]),
    groups: new Map([[fact, { literals, size: 1 }]]),
    groupOf: (name) => name,
  }
}

const rounded = ({ values }: OtherValues) =>
  values.map(({ value, distance }) => [value, Number(distance.toFixed(4))])

/** What a fact may be instead, when the facts were these. */
const others = (name: string, when: Condition[], facts: Readonly<Record<string, SlotValue>>) =>
  otherValues(specOf(name), comparing(...when), (one) => facts[one])

const leaf = (fact: string, operator: string, value: Leaf['value']): Leaf => ({
  fact,
  operator,
  value,
})
const words = (count: number) => Array.from({ length: count }, (_, index) => `word ${index}`)
const day = 86_400_000

describe('the numbers of a fact', () => {
  it.each([
    ['velocity.caller.10m', true, 1],
    ['agents.support.available', true, 0],
    ['history.calls', true, 0],
    ['history.lastCallAt', true, -Infinity],
    ['call.at', true, -Infinity],
    ['caller.attributes.i1', true, -Infinity],
    ['caller.attributes.n1', false, -Infinity],
    ['caller.priority', false, -Infinity],
    ['crm.score', false, -Infinity],
  ])('of %s are whole: %s; the least of them is %s', (name, whole, least) => {
    expect([isWhole(specOf(name)), leastOf(specOf(name))]).toEqual([whole, least])
  })

  it('are cut into stretches by the literals, in their order as numbers', () => {
    expect(stretchesOf([])).toEqual([{ low: -Infinity, high: Infinity }])
    expect(stretchesOf([10, 2, 9, 10])).toEqual([
      { low: -Infinity, high: 2 },
      { low: 2, high: 2 },
      { low: 2, high: 9 },
      { low: 9, high: 9 },
      { low: 9, high: 10 },
      { low: 10, high: 10 },
      { low: 10, high: Infinity },
    ])
  })

  it.each([
    // a literal itself
    ['caller.priority', 5, 5, 7, 5],
    ['caller.priority', 2.5, 2.5, 7, 2.5],
    ['caller.priority', -1, -1, 7, -1],
    ['velocity.caller.10m', 2.5, 2.5, 7, undefined],
    ['velocity.caller.10m', 1, 1, 7, 1],
    ['velocity.caller.10m', 0, 0, 7, undefined],
    ['agents.support.available', 0, 0, 7, 0],
    ['agents.support.available', -1, -1, 7, undefined],
    // between two: where it was, else the whole number inside that is nearest, else the middle
    ['caller.priority', 2, 10, 5.5, 5.5],
    ['caller.priority', 2, 10, 1, 3],
    ['caller.priority', 2, 10, 2, 3],
    ['caller.priority', 2, 10, 10, 9],
    ['caller.priority', 2, 10, 12, 9],
    ['caller.priority', 2.5, 10, 1, 3],
    ['caller.priority', 2, 9.5, 12, 9],
    ['caller.priority', 2, 3, 1, 2.5],
    ['caller.priority', 2, 3, 9, 2.5],
    ['velocity.caller.10m', 2, 3, 9, undefined],
    ['velocity.caller.10m', 2, 4, 9, 3],
    // beyond the last one
    ['caller.priority', -Infinity, 5, 7, 4],
    ['caller.priority', 5, Infinity, 1, 6],
    ['caller.priority', -Infinity, 0, 7, -1],
    ['velocity.caller.10m', -Infinity, 2, 3, 1],
    ['velocity.caller.10m', -Infinity, 1, 3, undefined],
    ['agents.support.available', -Infinity, 0, 3, undefined],
    ['agents.support.available', -Infinity, 1, 3, 0],
  ])('%s from %d to %d: nearest to %d is %s', (name, low, high, from, nearest) => {
    expect(nearestIn({ low, high }, { from, spec: specOf(name) })).toBe(nearest)
  })

  it('are read from instants as ISO text or milliseconds; what is neither counts for nothing', () => {
    const at = Date.parse('2026-11-20T13:32:00Z')
    const told = comparing(
      leaf('call.at', 'greaterThan', '2026-11-20T13:32:00Z'),
      leaf('call.at', 'lessThan', at + 5),
      leaf('call.at', 'equal', 'soon'),
      leaf('caller.priority', 'in', [3, '4', 5]),
    )
    expect(numbersOf(specOf('call.at'), told)).toEqual([at, at + 5])
    expect(numbersOf(specOf('caller.priority'), told)).toEqual([3, 5])
    expect(numbersOf(specOf('history.calls'), told)).toEqual([])
  })
})

describe('what a number may be instead', () => {
  const vip = [leaf('caller.priority', 'greaterThanInclusive', 80)]

  it('is the nearest value on each side that the policy can tell', () => {
    expect(others('caller.priority', vip, { 'caller.priority': 5 })).toEqual({
      values: [{ value: 80, distance: 75 / 81 }],
      complete: true,
    })
    expect(rounded(others('caller.priority', vip, { 'caller.priority': 90 }))).toEqual([
      [79, 0.1078],
    ])
  })

  it('is nearest first, whichever way', () => {
    const ranges = [
      leaf('caller.priority', 'lessThan', 10),
      leaf('caller.priority', 'lessThan', 90),
    ]
    expect(rounded(others('caller.priority', ranges, { 'caller.priority': 80 }))).toEqual([
      [90, 0.1099],
      [9, 0.4671],
    ])
    expect(rounded(others('caller.priority', ranges, { 'caller.priority': -80 }))).toEqual([
      [10, 0.5263],
      [90, 0.6773],
    ])
  })

  it.each([null, undefined])('is any, from zero, for one that was %s', (was) => {
    const told = others('caller.priority', vip, { 'caller.priority': was })
    expect(rounded(told)).toEqual([
      [0, 1.5],
      [80, 2.4877],
    ])
  })

  it('is counted from the least that can be', () => {
    const often = [leaf('velocity.caller.10m', 'greaterThan', 5)]
    expect(rounded(others('velocity.caller.10m', often, {}))).toEqual([
      [1, 1.5],
      [6, 2.2143],
    ])
  })

  it('may be unknown, farther than anything of a size, unless it was', () => {
    const score = [leaf('crm.score', 'greaterThan', 5)]
    expect(rounded(others('crm.score', score, { 'crm.score': 5 }))).toEqual([
      [6, 0.1429],
      [null, 2],
    ])
    expect(rounded(others('crm.score', score, { 'crm.score': null }))).toEqual([
      [0, 1.5],
      [6, 2.3571],
    ])
  })

  it('is farther for an instant than for another number', () => {
    const at = Date.parse('2026-11-20T00:00:00Z')
    const since = [leaf('caller.attributes.i1', 'greaterThanInclusive', '2026-11-21T00:00:00Z')]
    const told = others('caller.attributes.i1', since, { 'caller.attributes.i1': at })
    expect(rounded(told)).toEqual([
      [at + day, 0.7],
      [null, 2],
    ])
  })
})

describe('what a word may be instead', () => {
  const tiers = [leaf('caller.tier', 'equal', 'gold'), leaf('caller.tier', 'equal', 'silver')]

  it('is another word of the policy, or one that is none of them', () => {
    const told = others('caller.tier', tiers, { 'caller.tier': 'gold' })
    expect(told.complete).toBe(true)
    expect(rounded(told)).toEqual([
      ['silver', 1],
      ['something else', 1.2],
    ])
  })

  it.each([null, undefined])('is any of them for one that was %s', (was) => {
    expect(rounded(others('caller.tier', tiers, { 'caller.tier': was }))).toEqual([
      ['gold', 1.5],
      ['silver', 1.5],
      ['something else', 1.7],
    ])
  })

  it('is no third word where the policy asks for only one', () => {
    const gold = [leaf('caller.tier', 'in', ['gold', 'silver', 5])]
    expect(rounded(others('caller.tier', gold, { 'caller.tier': 'gold' }))).toEqual([
      ['something else', 1.2],
    ])
    expect(rounded(others('caller.tier', gold, { 'caller.tier': 'iron' }))).toEqual([['gold', 1]])
  })

  it('is no number for a fact of words', () => {
    const odd = [leaf('caller.tier', 'equal', 'gold'), leaf('caller.tier', 'equal', 5)]
    const told = others('caller.tier', odd, { 'caller.tier': 'iron' })
    expect(rounded(told)).toEqual([['gold', 1]])
    const linked = [leaf('caller.tier', 'equal', { fact: 'crm.score' })]
    const facts = { 'caller.tier': 'iron', 'crm.score': 5 }
    expect(rounded(others('caller.tier', linked, facts))).toEqual([['something else', 1.2]])
  })

  it('is not made up when the policy itself asks for something else', () => {
    const odd = [leaf('caller.tier', 'equal', 'something else')]
    expect(rounded(others('caller.tier', odd, { 'caller.tier': 'gold' }))).toEqual([
      ['something else', 1],
    ])
  })

  it('is of any type for a fact that nobody declared', () => {
    const name = 'caller.attributes.shoe'
    const odd = [leaf(name, 'equal', 43), leaf(name, 'equal', true), leaf(name, 'equal', 'big')]
    expect(rounded(others(name, odd, { [name]: 'big' }))).toEqual([
      [43, 1],
      [true, 1],
      ['something else', 1.2],
      [null, 2],
    ])
  })

  it('is one of few where there are few, told apart or not', () => {
    const free = [leaf('agents.support.status', 'equal', 'available')]
    expect(others('agents.support.status', free, { 'agents.support.status': 'busy' })).toEqual({
      values: [
        { value: 'available', distance: 1 },
        { value: 'dnd', distance: 1 },
        { value: 'offline', distance: 1 },
      ],
      complete: true,
    })
  })

  it('may be unknown where what it names is not configured', () => {
    const name = 'agents.nobody.status'
    const told = others(name, [leaf(name, 'equal', 'busy')], { [name]: 'busy' })
    expect(rounded(told).at(-1)).toEqual([null, 2])
    expect(rounded(told)).toHaveLength(4)
  })
})

describe('what a yes or no may be instead', () => {
  const found = [leaf('crm.found', 'equal', true)]
  it.each([
    [
      true,
      [
        [false, 1],
        [null, 2],
      ],
    ],
    [
      false,
      [
        [true, 1],
        [null, 2],
      ],
    ],
    [
      null,
      [
        [true, 1.5],
        [false, 1.5],
      ],
    ],
    [
      undefined,
      [
        [true, 1.5],
        [false, 1.5],
        [null, 2],
      ],
    ],
  ])('for one that was %s', (was, expected) => {
    expect(rounded(others('crm.found', found, { 'crm.found': was }))).toEqual(expected)
  })
})

describe('what a list may be instead', () => {
  const name = 'caller.tags'
  const tags = [leaf(name, 'contains', 'a'), leaf(name, 'contains', 'b')]

  it('has entries of the policy more or less, the others kept', () => {
    expect(rounded(others(name, tags, { [name]: ['z', 'a'] }))).toEqual([
      [['z'], 1],
      [['z', 'a', 'b'], 1],
      [['z', 'b'], 2],
    ])
  })

  it('begins with none where it was not known', () => {
    expect(rounded(others(name, tags, {}))).toEqual([
      [[], 1.5],
      [['a'], 2.5],
      [['b'], 2.5],
      [['a', 'b'], 3.5],
    ])
  })

  it.each([
    [6, 63, true],
    [7, 63, false],
  ])('is tried with six entries, of %d: %d ways', (count, ways, complete) => {
    const many = words(count).map((word) => leaf(name, 'contains', word))
    const told = others(name, many, { [name]: [] })
    expect([told.values.length, told.complete]).toEqual([ways, complete])
  })

  it('has the words it is compared with as entries, once', () => {
    const linked = [
      leaf(name, 'contains', { fact: 'caller.tier' }),
      leaf(name, 'contains', { fact: 'caller.priority' }),
      leaf(name, 'contains', 'gold'),
    ]
    const facts = { [name]: ['gold'], 'caller.tier': 'gold', 'caller.priority': 3 }
    expect(others(name, linked, facts)).toEqual({
      values: [{ value: [], distance: 1 }],
      complete: false,
    })
    expect(rounded(others(name, linked, { ...facts, 'caller.tier': 'iron' }))).toEqual([
      [[], 1],
      [['gold', 'iron'], 1],
      [['iron'], 2],
    ])
  })
})

describe('facts that are compared with each other', () => {
  const one = 'caller.attributes.n1'
  const two = 'caller.attributes.n2'
  const three = 'caller.priority'
  const pair = leaf(one, 'greaterThan', { fact: two })

  it('are tried below, at and above each other', () => {
    const told = others(one, [pair], { [one]: 3, [two]: 10 })
    expect(rounded(told)).toEqual([
      [10, 0.6364],
      [11, 0.6667],
      [null, 2],
    ])
    expect(told.complete).toBe(true)
    expect(rounded(others(one, [pair], { [one]: 3, [two]: null }))).toEqual([[null, 2]])
  })

  it.each([
    ['two numbers', [pair], one, true],
    [
      'two instants',
      [leaf('caller.attributes.i1', 'lessThan', { fact: 'call.at' })],
      'call.at',
      true,
    ],
    ['two numbers, and a literal', [pair, leaf(one, 'equal', 5)], one, false],
    ['three numbers', [pair, leaf(one, 'equal', { fact: three })], one, false],
    ['two words', [leaf('caller.tier', 'equal', { fact: 'crm.tier' })], 'caller.tier', false],
    ['no others', [leaf('caller.tier', 'equal', 'gold')], 'caller.tier', true],
  ])('are all tried: %s', (_, when, name, complete) => {
    expect(others(name, when, { [name]: 3 }).complete).toBe(complete)
  })

  it('are words of each other', () => {
    const linked = [leaf('caller.tier', 'equal', { fact: 'crm.tier' })]
    const told = others('caller.tier', linked, { 'caller.tier': 'gold', 'crm.tier': 'iron' })
    expect(rounded(told)).toEqual([
      ['iron', 1],
      ['something else', 1.2],
    ])
  })

  it('are the others of the group, and none where there is no group', () => {
    const facts: Record<string, number> = { [one]: 1, [two]: 2, [three]: 3, 'crm.score': 4 }
    const told = comparing(pair, leaf(three, 'equal', { fact: two }), leaf('crm.score', 'equal', 9))
    const beside = (name: string) => besideOf(name, told, (other) => facts[other])
    expect(beside(one).toSorted()).toEqual([2, 3])
    expect(beside(two).toSorted()).toEqual([1, 3])
    expect(beside('crm.score')).toEqual([])
    expect(beside('caller.tier')).toEqual([])
  })
})

describe('more than can be tried', () => {
  const name = 'caller.tier'
  const ofMany = (count: number) => {
    const leaves = words(count).map((word) => leaf(name, 'equal', word))
    return otherValues(specOf(name), manyLeaves(name, leaves, words(count)), () => 'gold')
  }

  it('is two hundred literals', () => {
    expect([ofMany(200).complete, ofMany(200).values.length]).toEqual([true, 200])
    expect([ofMany(201).complete, ofMany(201).values.length]).toEqual([false, 200])
  })

  it.each([
    [1000, 1],
    [1001, 200],
  ])('is two hundred thousand comparisons: %d of 200 values leave %d', (count, left) => {
    const same = Array.from({ length: count }, () => leaf(name, 'equal', 'word 1'))
    const told = manyLeaves(name, same, words(199))
    expect(otherValues(specOf(name), told, () => 'gold').values).toHaveLength(left)
  })

  it('cuts numbers at the first two hundred of them', () => {
    const cuts = Array.from({ length: 250 }, (_, index) => index + 1)
    const leaves = cuts.map((value) => leaf('caller.priority', 'equal', value))
    const told = comparing(...leaves)
    const { values, complete } = otherValues(specOf('caller.priority'), told, () => 0)
    expect([values.length, complete]).toEqual([201, false])
    expect(values.at(-1)?.value).toBe(201)
  })
})
