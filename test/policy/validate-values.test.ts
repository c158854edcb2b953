import { describe, expect, it } from 'vitest'
import type { FactValue } from '../../server/schema/facts.ts'
import { factSpec } from '../../server/schema/facts.ts'
import type { Leaf } from '../../server/schema/policy.ts'
import {
  boundaryValues,
  comparisonHolds,
  comparisonsIn,
} from '../../server/policy/validate/boundary-values.ts'
import { canBeUnknown, factsOfGate } from '../../server/policy/validate/gate-facts.ts'
import { proofOf } from '../../server/policy/validate/proof.ts'
import { isGate } from '../../server/schema/policy.ts'
import { installation, policyOf } from './validate-example.ts'

const yesNo = { yes: 'end', no: 'end' }
const found = { found: 'end', missing: 'end' }
const within = { exceeded: 'end', within: 'end' }
const hours = { open: 'end', closed: 'end', holiday: 'end' }
const leaf = (fact: string, operator: string, value: Leaf['value']) => ({ fact, operator, value })
const condition = (...any: object[]) => ({ kind: 'condition', when: { any }, exits: yesNo })
const velocity = { kind: 'velocity', limit: 5, windowMinutes: 10, exits: within }
const statuses = ['available', 'busy', 'dnd', 'offline']
const switchOn = (fact: string, ...exits: string[]) => ({
  kind: 'switch',
  fact,
  exits: Object.fromEntries(exits.map((exit) => [exit, 'end'])),
})
const gateOf = (node: object) => {
  const gate = policyOf({ a: node }).nodes['a']
  if (!gate || !isGate(gate)) throw new Error('no gate')
  return gate
}

describe('the values that are tried for the facts of a gate', () => {
  // prettier-ignore
  const gates: [what: string, node: object, values: Record<string, FactValue[]>][] = [
    ['a VIP by priority', { kind: 'vip', minPriority: 80, exits: yesNo }, { 'caller.priority': [79, 80], 'caller.tags': [[]] }],
    ['a VIP by tags', { kind: 'vip', tags: ['gold', 'vip'], exits: yesNo }, { 'caller.priority': [0], 'caller.tags': [[], ['gold'], ['vip'], ['gold', 'vip']] }],
    ['a limit', { ...velocity, scope: 'caller' }, { 'velocity.caller.10m': [4, 6] }],
    ['a limit of none', { ...velocity, scope: 'caller', limit: 0 }, { 'velocity.caller.10m': [1] }],
    ['a switch on a text', switchOn('caller.tier', 'gold', 'default', 'unknown'), { 'caller.tier': ['gold', 'something else'] }],
    ['a switch on a count', switchOn('history.calls', '1', '2', 'default'), { 'history.calls': [0, 1, 2] }],
    ['a switch on a yes or no', switchOn('caller.known', 'true', 'default'), { 'caller.known': [true, false] }],
    ['a switch on no fact', switchOn('caller.tear', 'gold', 'default'), {}],
    ['hours', { kind: 'hours', calendar: 'support', exits: hours }, { 'hours.support': ['open', 'closed', 'holiday'] }],
    ['a team', { kind: 'agents', team: 'support', exits: { busy: 'end' } }, { 'agents.support.status': statuses }],
    ['a CRM', { kind: 'crm', exits: found }, { 'crm.found': [true, false] }],
    ['a share of callers', { kind: 'split', percent: 50, exits: { in: 'end', out: 'end' } }, { 'caller.key': ['something else'] }],
  ]
  it.each(gates)('of %s', (_, node, values) => {
    const tried = boundaryValues(policyOf({ a: node }), installation)
    expect(Object.fromEntries([...tried].map(([fact, one]) => [fact, one.values]))).toEqual(values)
    expect([...tried.values()].every(({ complete }) => complete)).toBe(true)
  })

  // prettier-ignore
  const literals: [fact: string, operator: string, operand: Leaf['value'], values: FactValue[]][] = [
    ['agents.support.available', 'lessThan', 2.5, [2, 3]],
    ['history.calls', 'lessThan', 2.5, [2, 3]],
    ['velocity.caller.10m', 'greaterThan', -5, [1]],
    ['history.calls', 'greaterThan', -5, [0]],
    ['call.at', 'lessThan', '1970-01-01T00:00:00Z', [-1, 0]],
    ['call.at', 'lessThan', 'tomorrow', [0]],
    ['caller.priority', 'lessThan', -2.5, [-3.5, -2.5]],
  ]
  it.each(literals)('%s %s %j are %j', (fact, operator, operand, values) => {
    const tried = boundaryValues(
      policyOf({ a: condition(leaf(fact, operator, operand)) }),
      installation,
    )
    expect(tried.get(fact)).toEqual({ values, complete: true })
  })

  it('of a list are the subsets of six entries, and not all where there are more', () => {
    const contains = (count: number) =>
      Array.from({ length: count }, (_, index) => leaf('caller.tags', 'contains', `t${index}`))
    const tried = (...leaves: object[]) => {
      const found = boundaryValues(policyOf({ a: condition(...leaves) }), installation)
      const tags = found.get('caller.tags')
      return [tags?.values.length, tags?.complete]
    }
    const linked = leaf('caller.tier', 'in', { fact: 'caller.tags' })
    expect(tried(...contains(6))).toEqual([64, true])
    expect(tried(...contains(7))).toEqual([64, false])
    expect(tried(...contains(5), linked)).toEqual([64, true])
    expect(tried(...contains(6), linked)).toEqual([64, false])
  })

  it('are those of all gates that ask for the fact', () => {
    const nodes = {
      a: { kind: 'vip', minPriority: 80, exits: { yes: 'b', no: 'b' } },
      b: condition(leaf('caller.priority', 'lessThan', 20)),
    }
    const tried = boundaryValues(policyOf(nodes), installation).get('caller.priority')
    expect(tried).toEqual({ values: [19, 20, 80], complete: true })
  })

  it('are more where more facts are compared with each other, up to four', () => {
    const facts = [
      'caller.country',
      'caller.language',
      'caller.tier',
      'caller.owner',
      'caller.name',
    ]
    const chain = (length: number) =>
      facts.slice(1, length).map((fact, index) => leaf(facts[index] ?? '', 'equal', { fact }))
    const tried = (length: number) =>
      boundaryValues(policyOf({ a: condition(...chain(length)) }), installation).get('caller.tier')
    const made = ['something else', 'something else 2', 'something else 3', 'something else 4']
    expect(tried(4)).toEqual({ values: made, complete: true })
    expect(tried(5)).toEqual({ values: made, complete: false })
  })

  // prettier-ignore
  const linked: [what: string, leaves: object[], fact: string, values: FactValue[], complete: boolean][] = [
    ['numbers below, between and above', [leaf('caller.priority', 'lessThan', { fact: 'history.calls' }), leaf('caller.priority', 'equal', 10), leaf('caller.priority', 'equal', 40)], 'caller.priority', [9, 8, 10, 40, 20, 30, 41, 42], true],
    ['numbers far from each other', [leaf('caller.priority', 'lessThan', { fact: 'history.calls' }), leaf('caller.priority', 'equal', 10), leaf('caller.priority', 'equal', 40)], 'history.calls', [9, 8, 10, 40, 11, 12, 41, 42], true],
    ['whole numbers', [leaf('caller.priority', 'lessThan', { fact: 'history.calls' }), leaf('caller.priority', 'equal', 1)], 'history.calls', [0, 1, 2, 3], true],
    ['one of a few and a text', [leaf('call.media', 'equal', { fact: 'caller.tier' })], 'caller.tier', ['voice', 'video', 'something else', 'something else 2'], true],
    ['two lists of texts', [leaf('caller.tier', 'in', { fact: 'caller.tags' }), leaf('caller.tags', 'contains', 'a')], 'caller.tags', [[], ['a'], ['something else'], ['a', 'something else']], true],
    ['a list and two texts', [leaf('caller.tier', 'in', { fact: 'caller.tags' }), leaf('caller.country', 'in', { fact: 'caller.tags' })], 'caller.tags', [[], ['something else']], false],
    ['what is not declared', [leaf('crm.colour', 'equal', { fact: 'caller.tier' })], 'crm.colour', ['something else', 'something else 2'], false],
    ['instants beside each other', [leaf('call.at', 'lessThan', { fact: 'history.lastCallAt' }), leaf('call.at', 'equal', '1970-01-01T00:00:10Z'), leaf('call.at', 'equal', '1970-01-01T00:00:10.001Z')], 'call.at', [9_999, 9_998, 10_000, 10_001, 10_002, 10_003], true],
    ['a number and what is not declared', [leaf('caller.priority', 'equal', { fact: 'crm.colour' }), leaf('crm.colour', 'equal', '5')], 'caller.priority', [0, -1, 2, 3], true],
    ['a text and what is not declared', [leaf('caller.tier', 'equal', { fact: 'crm.colour' }), leaf('crm.colour', 'equal', 5)], 'caller.tier', ['something else', 'something else 2'], true],
    ['an instant and another', [leaf('call.at', 'lessThan', { fact: 'history.lastCallAt' }), leaf('call.at', 'lessThan', '1970-01-01T00:00:10Z')], 'call.at', [9_999, 9_998, 10_000, 10_001, 10_002], true],
  ]
  it.each(linked)(
    'of %s that are compared with each other',
    (_, leaves, fact, values, complete) => {
      const tried = boundaryValues(policyOf({ a: condition(...leaves) }), installation).get(fact)
      expect(tried).toEqual({ values, complete })
    },
  )
})

describe('what a policy compares its facts with', () => {
  const nodes = {
    a: condition(
      leaf('caller.country', 'equal', { fact: 'caller.language' }),
      leaf('caller.country', 'in', ['DE', 'FR']),
      leaf('caller.language', 'equal', 'de'),
      leaf('caller.known', 'equal', true),
    ),
    b: { kind: 'vip', minPriority: 80, exits: yesNo },
    c: condition(leaf('caller.tier', 'above', 'gold'), leaf('caller.tier', 'equal', ['gold'])),
    d: condition(leaf('call.media', 'equal', 'voice')),
  }
  const { facts, byFact, groups, groupOf } = comparisonsIn(policyOf(nodes), installation)

  it('is listed by fact', () => {
    expect([...facts]).toEqual([
      'caller.country',
      'caller.language',
      'caller.known',
      'caller.priority',
      'caller.tags',
      'caller.tier',
      'call.media',
    ])
    expect(Object.fromEntries(byFact)).toEqual({
      'caller.country': [
        leaf('caller.country', 'equal', { fact: 'caller.language' }),
        leaf('caller.country', 'in', ['DE', 'FR']),
      ],
      'caller.language': [leaf('caller.language', 'equal', 'de')],
      'caller.known': [leaf('caller.known', 'equal', true)],
      'caller.priority': [leaf('caller.priority', 'greaterThanInclusive', 80)],
      'call.media': [leaf('call.media', 'equal', 'voice')],
    })
  })

  it('is shared by facts that are compared with each other', () => {
    const of = (fact: string) => {
      const group = groups.get(groupOf(fact))
      return { size: group?.size, literals: [...(group?.literals ?? [])] }
    }
    expect(groupOf('caller.country')).toBe(groupOf('caller.language'))
    expect(groupOf('caller.country')).not.toBe(groupOf('caller.tier'))
    expect(of('caller.country')).toEqual({ size: 2, literals: ['DE', 'FR', 'de'] })
    expect(of('caller.language')).toEqual(of('caller.country'))
    expect(of('caller.known')).toEqual({ size: 1, literals: [true] })
    expect(of('caller.priority')).toEqual({ size: 1, literals: [80] })
    expect(of('caller.tier')).toEqual({ size: 1, literals: [] })
    expect(of('call.media')).toEqual({ size: 1, literals: ['voice', 'video'] })
  })

  it('is shared along a chain, in whatever order it is written', () => {
    const pairs = [
      ['caller.tier', 'caller.owner'],
      ['caller.country', 'caller.language'],
      ['caller.owner', 'caller.country'],
      ['caller.tier', 'caller.language'],
    ] as const
    const leaves = pairs.map(([fact, other]) => leaf(fact, 'equal', { fact: other }))
    const chain = comparisonsIn(policyOf({ a: condition(...leaves) }), installation)
    expect(new Set(pairs.flat().map((fact) => chain.groupOf(fact))).size).toBe(1)
    expect(chain.groups.get(chain.groupOf('caller.tier'))?.size).toBe(4)
  })
})

describe('a comparison with a literal', () => {
  const nine = '2026-11-20T09:00:00Z'
  const epoch = Date.parse(nine)
  // prettier-ignore
  const held: [fact: string, operator: string, operand: Leaf['value'], value: FactValue, holds: boolean][] = [
    ['caller.priority', 'greaterThan', 5, 6, true],
    ['caller.priority', 'greaterThan', 5, 5, false],
    ['caller.country', 'in', ['DE', 'FR'], 'FR', true],
    ['caller.country', 'in', ['DE', 'FR'], 'UK', false],
    ['caller.country', 'notIn', ['DE', 'FR'], 'UK', true],
    ['caller.tags', 'contains', 'a', ['a', 'b'], true],
    ['caller.tags', 'doesNotContain', 'a', ['a', 'b'], false],
    ['call.at', 'lessThan', nine, epoch - 1, true],
    ['call.at', 'lessThan', nine, epoch, false],
    ['call.at', 'equal', '2026-11-20T10:00:00+01:00', epoch, true],
    ['call.at', 'equal', epoch, epoch, true],
    ['call.at', 'equal', 5_000, 5_000, true],
    ['call.at', 'in', ['2026-01-01T00:00:00Z', nine], epoch, true],
    ['call.at', 'in', [nine], epoch + 1, false],
    ['call.at', 'in', [epoch], epoch, true],
    ['call.at', 'equal', 'tomorrow', epoch, false],
    ['call.at', 'notIn', ['tomorrow'], epoch, true],
    ['crm.colour', 'equal', 'red', 'red', true],
    ['crm.colour', 'equal', nine, nine, true],
    // never, whatever the values
    ['caller.priority', 'above', 5, 6, false],
    ['caller.country', 'equal', { fact: 'caller.country' }, 'DE', false],
    ['caller.country', 'notEqual', { fact: 'caller.language' }, 'DE', false],
  ]
  it.each(held)('%s %s %j for %j: %s', (fact, operator, operand, value, holds) => {
    const spec = factSpec(fact, installation)
    expect(spec && comparisonHolds(leaf(fact, operator, operand), spec, value)).toBe(holds)
  })
})

describe('the facts a gate asks for', () => {
  // prettier-ignore
  const gates: [node: object, facts: string[], unknown: boolean][] = [
    [condition(leaf('caller.country', 'equal', { fact: 'caller.language' }), leaf('caller.country', 'equal', 'DE'), leaf('caller.known', 'equal', true)), ['caller.country', 'caller.language', 'caller.known'], false],
    [condition(leaf('caller.known', 'equal', true), leaf('history.lastCallAt', 'lessThan', { fact: 'call.at' })), ['caller.known', 'history.lastCallAt', 'call.at'], true],
    [{ kind: 'hours', calendar: 'support', exits: hours }, ['hours.support'], false],
    [{ kind: 'hours', calendar: 'sla', exits: hours }, ['hours.sla'], true],
    [{ kind: 'hours', calendar: 'gone', exits: hours }, ['hours.gone'], false],
    [{ kind: 'vip', minPriority: 1, exits: yesNo }, ['caller.priority', 'caller.tags'], false],
    [{ ...velocity, scope: 'caller' }, ['velocity.caller.10m'], false],
    [{ ...velocity, scope: 'number' }, ['velocity.number.10m'], false],
    [{ ...velocity, scope: 'prefix' }, ['velocity.prefix.10m'], true],
    [{ ...velocity, scope: 'prefix', digits: 4 }, ['velocity.prefix4.10m'], true],
    [{ kind: 'agents', team: 'support', exits: {} }, ['agents.support.status'], false],
    [{ kind: 'agents', team: 'sales', exits: {} }, ['agents.sales.status'], true],
    [{ kind: 'agents', agent: 'ana', exits: {} }, ['agent.ana.status'], false],
    [{ kind: 'agents', agent: 'bob', exits: {} }, ['agent.bob.status'], true],
    [{ kind: 'agents', owner: true, exits: {} }, ['agents.owner.status'], true],
    [{ kind: 'crm', exits: found }, ['crm.found'], true],
    [switchOn('caller.tier', 'default'), ['caller.tier'], false],
    [switchOn('caller.attributes.plan', 'default'), ['caller.attributes.plan'], false],
    [switchOn('caller.attributes.city', 'default'), ['caller.attributes.city'], true],
    [{ kind: 'split', percent: 5, exits: {} }, ['caller.key'], false],
  ]
  it.each(gates)('%j: %j, which may be unknown: %s', (node, facts, unknown) => {
    expect(factsOfGate(gateOf(node))).toEqual(facts)
    expect(canBeUnknown(gateOf(node), installation)).toBe(unknown)
  })
})

describe('a call that shows a problem', () => {
  it('has instants as text, and says what is not known', () => {
    const names = ['call.at', 'caller.priority', 'caller.tags', 'crm.tier', 'caller.tier', 'x.y']
    const values = [Date.parse('2026-11-20T09:00:00Z'), 80, ['a'], null, undefined, 5]
    expect(proofOf(names, values, installation)).toEqual({
      'call.at': '2026-11-20T09:00:00.000Z',
      'caller.priority': 80,
      'caller.tags': ['a'],
      'crm.tier': 'unknown',
      'x.y': 5,
    })
  })

  it.each([
    [8.64e15, '+275760-09-13T00:00:00.000Z'],
    [-8.64e15, '-271821-04-20T00:00:00.000Z'],
    [8.64e15 + 2, 8.64e15 + 2],
    [-8.64e15 - 2, -8.64e15 - 2],
    ['soon', 'soon'],
  ])('has %s as %s for an instant', (value, shown) => {
    expect(proofOf(['call.at'], [value], installation)).toEqual({ 'call.at': shown })
  })
})
