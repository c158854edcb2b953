import { describe, expect, it } from 'vitest'
import { factSpec } from '../../server/schema/facts.ts'
import type { Leaf, OperatorName } from '../../server/schema/policy.ts'
import { misfitOf, operatorsFor } from '../../server/policy/validate/operand-types.ts'
import { conditionShapeProblems } from '../../server/policy/validate/condition-shape.ts'
import { check, installation } from './validate-example.ts'

const sameness = ['equal', 'notEqual', 'in', 'notIn']
const ordering = ['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive']
const specOf = (name: string) => {
  const spec = factSpec(name, installation)
  if (!spec) throw new Error(`no fact ${name}`)
  return spec
}
const misfit = (fact: string, operator: OperatorName, value: Leaf['value']) => {
  const other = typeof value === 'object' && !Array.isArray(value) ? specOf(value.fact) : undefined
  const found = misfitOf({ fact, operator, value }, specOf(fact), other)
  return found && [found.message, found.hint]
}

describe('the operators for a fact', () => {
  it.each([
    ['caller.tags', ['contains', 'doesNotContain']],
    ['caller.priority', [...sameness, ...ordering]],
    ['call.at', [...sameness, ...ordering]],
    ['caller.tier', sameness],
    ['call.media', sameness],
    ['caller.known', sameness],
    ['crm.colour', sameness],
  ])('%s are %j', (fact, operators) => {
    expect(operatorsFor(specOf(fact))).toEqual(operators)
  })

  // prettier-ignore
  const wrong: [fact: string, operator: OperatorName, message: string, hint: string][] = [
    ['caller.tier', 'lessThan', '"lessThan" cannot be used on Tier (caller.tier).', 'Use one of equal, notEqual, in and notIn.'],
    ['caller.tags', 'in', '"in" cannot be used on Tags (caller.tags).', 'Use one of contains and doesNotContain.'],
    ['caller.priority', 'contains', '"contains" cannot be used on Priority (caller.priority).', 'Use one of equal, notEqual, in, notIn, lessThan, lessThanInclusive, greaterThan and greaterThanInclusive.'],
    ['crm.colour', 'lessThan', 'CRM: colour (crm.colour) is not declared, so "lessThan" cannot be used on it.', 'Declare it with its type, or use one of equal, notEqual, in and notIn.'],
  ]
  it.each(wrong)('%s are not %s', (fact, operator, message, hint) => {
    expect(misfit(fact, operator, 'x')).toEqual([message, hint])
  })
})

describe('a fact compared with a value', () => {
  // prettier-ignore
  const fits: [fact: string, operator: OperatorName, value: Leaf['value']][] = [
    ['caller.tier', 'equal', 'gold'],
    ['caller.tier', 'notIn', ['gold', 'silver']],
    ['caller.tier', 'in', []],
    ['caller.priority', 'equal', 80],
    ['caller.known', 'equal', false],
    ['call.media', 'in', ['voice', 'video']],
    ['call.at', 'lessThan', '2026-12-24T18:00:00Z'],
    ['caller.tags', 'contains', 'vip'],
    ['crm.colour', 'equal', 5],
    ['crm.colour', 'in', ['red', 5, true]],
  ]
  it.each(fits)('%s %s %j fits', (fact, operator, value) => {
    expect(misfit(fact, operator, value)).toBeUndefined()
  })

  // prettier-ignore
  const wrong: [fact: string, operator: OperatorName, value: Leaf['value'], message: string, hint: string][] = [
    ['caller.tier', 'equal', 5, 'Tier (caller.tier) is compared with 5, which is not a text.', 'Compare it with a text, e.g. "gold".'],
    ['caller.priority', 'equal', '80', 'Priority (caller.priority) is compared with "80", which is not a number.', 'Compare it with a number, e.g. 80.'],
    ['caller.known', 'equal', 'true', 'Caller is a contact (caller.known) is compared with "true", which is not true or false.', 'Compare it with true or false, e.g. true.'],
    ['call.at', 'equal', 5, 'Time of the call (call.at) is compared with 5, which is not an instant.', 'Compare it with an instant, e.g. "2026-12-24T18:00:00+01:00".'],
    ['call.at', 'equal', '2026-12-24', 'Time of the call (call.at) is compared with "2026-12-24", which is not an instant.', 'Compare it with an instant, e.g. "2026-12-24T18:00:00+01:00".'],
    ['caller.tags', 'contains', 5, 'Tags (caller.tags) is compared with 5, which is not a text.', 'Compare it with a text, e.g. "vip".'],
    ['caller.tier', 'in', ['gold', 5, true], 'Tier (caller.tier) is compared with 5, which is not a text.', 'Compare it with a text, e.g. "gold".'],
    ['caller.priority', 'equal', 'x'.repeat(100), `Priority (caller.priority) is compared with "${'x'.repeat(79)}, which is not a number.`, 'Compare it with a number, e.g. 80.'],
    ['call.media', 'equal', 'fax', 'Voice or video (call.media) is never "fax".', 'Its values are "voice" and "video".'],
    ['call.media', 'in', ['voice', 'vidoe'], 'Voice or video (call.media) is never "vidoe".', 'Did you mean "video"? Its values are "voice" and "video".'],
    ['call.media', 'equal', true, 'Voice or video (call.media) is compared with true, which is not a text.', 'Compare it with a text, e.g. "gold".'],
    ['caller.tier', 'in', 'gold', '"in" on caller.tier needs a list of values.', 'Write the values as […].'],
    ['caller.tier', 'notIn', 'gold', '"notIn" on caller.tier needs a list of values.', 'Write the values as […].'],
    ['caller.tier', 'notEqual', ['gold'], '"notEqual" on caller.tier takes one value, not a list.', 'Give one value, or use "in".'],
    ['caller.tags', 'contains', ['vip'], '"contains" on caller.tags takes one value, not a list.', 'Give one value, or use "in".'],
    ['crm.colour', 'equal', ['red'], '"equal" on crm.colour takes one value, not a list.', 'Give one value, or use "in".'],
  ]
  it.each(wrong)('%s %s %j does not fit', (fact, operator, value, message, hint) => {
    expect(misfit(fact, operator, value)).toEqual([message, hint])
  })
})

describe('a fact compared with another', () => {
  // prettier-ignore
  const fits: [fact: string, operator: OperatorName, other: string][] = [
    ['caller.tier', 'equal', 'caller.country'],
    ['caller.priority', 'lessThan', 'history.calls'],
    ['call.at', 'greaterThan', 'history.lastCallAt'],
    ['caller.known', 'notEqual', 'caller.blocked'],
    ['caller.tier', 'in', 'caller.tags'],
    ['caller.tier', 'notIn', 'caller.tags'],
    ['caller.tags', 'contains', 'caller.tier'],
    ['caller.tags', 'doesNotContain', 'call.media'],
    ['crm.colour', 'equal', 'caller.priority'],
    ['caller.priority', 'equal', 'crm.colour'],
    ['caller.known', 'equal', 'crm.colour'],
    ['crm.colour', 'in', 'caller.tags'],
    ['crm.colour', 'equal', 'crm.shape'],
  ]
  it.each(fits)('%s %s %s fits', (fact, operator, other) => {
    expect(misfit(fact, operator, { fact: other })).toBeUndefined()
  })

  // prettier-ignore
  const wrong: [fact: string, operator: OperatorName, other: string, types: [string, string], wanted: string][] = [
    ['caller.tier', 'equal', 'caller.priority', ['string', 'number'], 'of the type string'],
    ['caller.priority', 'lessThan', 'call.at', ['number', 'instant'], 'of the type number'],
    ['call.at', 'lessThan', 'caller.priority', ['instant', 'number'], 'of the type instant'],
    ['caller.tier', 'equal', 'caller.tags', ['string', 'list'], 'of the type string'],
    ['caller.tier', 'in', 'caller.country', ['string', 'string'], 'a list'],
    ['caller.priority', 'in', 'caller.tags', ['number', 'list'], 'a list'],
    ['caller.known', 'notIn', 'caller.tags', ['boolean', 'list'], 'a list'],
    ['caller.tier', 'in', 'crm.colour', ['string', 'string'], 'a list'],
    ['caller.tags', 'contains', 'caller.priority', ['list', 'number'], 'of the type string'],
    ['caller.tags', 'contains', 'caller.tags', ['list', 'list'], 'of the type string'],
    ['crm.colour', 'equal', 'caller.tags', ['string', 'list'], 'of the type string'],
    ['crm.colour', 'in', 'caller.tier', ['string', 'string'], 'a list'],
  ]
  it.each(wrong)('%s %s %s does not fit', (fact, operator, other, [type, otherType], wanted) => {
    const spec = specOf(fact)
    expect(misfit(fact, operator, { fact: other })).toEqual([
      `${spec.label} (${fact}, ${type}) cannot be compared with ${other} (${otherType}) by "${operator}".`,
      `Compare it with a fact that is ${wanted}, or with a value.`,
    ])
  })

  it('that does not exist is nothing more to say about', () => {
    const leaf = { fact: 'caller.tier', operator: 'equal', value: { fact: 'gone' } } as const
    expect(misfitOf(leaf, specOf('caller.tier'), undefined)).toBeUndefined()
  })
})

describe('the places in a condition', () => {
  const ok = { fact: 'caller.known', operator: 'equal', value: true }
  const shape = (when: unknown) =>
    conditionShapeProblems(when, ['nodes', 'a', 'when']).map(({ code, node, path, message }) => [
      code,
      node,
      path.slice(2).join('.'),
      message,
    ])
  const entry = 'This entry of the list is not a text, a number or true or false.'
  const lone = 'A comparison with another fact holds the name of the fact and nothing else.'
  const values = (count: number) => ({ ...ok, value: Array.from({ length: count }, () => 'x') })

  it.each<[when: unknown, where: string, message: string]>([
    [{ any: [ok, { all: [ok, 5] }] }, 'when.any.1.all.1', 'A condition is missing here.'],
    [{ not: { not: null } }, 'when.not.not', 'A condition is missing here.'],
    [{ any: [ok, { not: { all: [] } }] }, 'when.any.1.not.all', '"all" is empty: an empty group would be true for every call.'],
    [{ not: { ...ok, operator: '' } }, 'when.not.operator', 'The comparison lacks its operator.'],
    [{ ...ok, value: ['a', 5, true, null] }, 'when.value.3', entry],
    [{ ...ok, value: [{}, 'a'] }, 'when.value.0', entry],
    [{ ...ok, value: { fact: '' } }, 'when.value', lone],
    [{ ...ok, value: { fact: 5 } }, 'when.value', lone],
    [{ ...ok, value: {} }, 'when.value', lone],
    [{ ...ok, value: { other: 'caller.tier' } }, 'when.value', lone],
    [{ not: ok, fact: 'caller.known' }, 'when.fact', '"fact" has no place here.'],
    [{ all: [ok], any: [ok] }, 'when.any', '"any" has no place here.'],
    [{ ...ok, params: {} }, 'when.params', '"params" has no place here.'],
  ])('%j: at %s', (when, where, message) => {
    expect(shape(when)).toEqual([['invalid_shape', 'a', where, message]])
  }) // prettier-ignore

  it.each<[when: unknown]>([
    [ok],
    [{ not: ok }],
    [{ any: [ok, { all: [ok, { not: ok }] }] }],
    [{ ...ok, value: [] }],
    [{ ...ok, value: ['a', 5, false] }],
    [{ ...ok, value: { fact: 'caller.tier' } }],
    [values(1000)],
  ])('%j: none', (when) => {
    expect(shape(when)).toEqual([])
  })

  it('are several where several are wrong', () => {
    expect(shape({ any: [5, ok, { fact: 'a' }], more: 1, not: ok }).map((one) => one[2])).toEqual([
      'when.more',
      'when.not',
      'when.any.0',
      'when.any.2.operator',
      'when.any.2.value',
    ])
  })

  it('are told beside a word that has no place, where there is a fact', () => {
    const where = (when: object) => shape(when).map((one) => one[2])
    expect(where({ fact: '', operator: 'equal', value: 1, of: 1 })).toEqual([
      'when.of',
      'when.fact',
    ])
    expect(where({ of: 1, operator: 5 })).toEqual(['when.of'])
  })

  it('have a thousand values at most', () => {
    expect(conditionShapeProblems(values(1001), ['when'])[0]?.hint).toBe(
      'Shorten it, or give these callers a tag and test the tag.',
    )
    expect(shape(values(1001))).toEqual([
      ['too_large', 'a', 'when.value', 'The list has 1001 values; at most 1000 are allowed.'],
    ])
  })

  it('are where a fact, an operator and a value are wrong', () => {
    const when = {
      any: [
        { fact: 'caller.teir', operator: 'eqaul', value: { fact: 'caller.contry' } },
        { not: { fact: 'hours.suport.nextOpen', operator: 'equal', value: 'x' } },
        { all: [{ fact: 'caller.priority', operator: 'equal', value: 'x' }] },
        { fact: 'hours.gone.today', operator: 'equal', value: 'x' },
        { fact: 'xhours.gone', operator: 'equal', value: 'x' },
      ],
    }
    const found = check({ a: { kind: 'condition', when, exits: { yes: 'end', no: 'end' } } })
    expect(
      found.map(({ code, path, message, hint }) => [code, path.join('.'), message, hint]),
    ).toEqual([
      ['unknown_fact', 'nodes.a.when.any.0.fact', 'There is no fact "caller.teir".', 'Did you mean "caller.tier"? Choose one of the facts from the list.'],
      ['unknown_operator', 'nodes.a.when.any.0.operator', 'There is no operator "eqaul".', 'Did you mean "equal"? The operators are equal, notEqual, in, notIn, contains, doesNotContain, lessThan, lessThanInclusive, greaterThan and greaterThanInclusive.'],
      ['unknown_fact', 'nodes.a.when.any.0.value.fact', 'There is no fact "caller.contry".', 'Did you mean "caller.country"? Choose one of the facts from the list.'],
      ['unknown_calendar', 'nodes.a.when.any.1.not.fact', 'There is no calendar "suport".', 'Did you mean "support"? The calendars are sla, support and never.'],
      ['wrong_operand', 'nodes.a.when.any.2.all.0.value', 'Priority (caller.priority) is compared with "x", which is not a number.', 'Compare it with a number, e.g. 80.'],
      ['unknown_calendar', 'nodes.a.when.any.3.fact', 'There is no calendar "gone".', 'The calendars are sla, support and never.'],
      ['unknown_fact', 'nodes.a.when.any.4.fact', 'There is no fact "xhours.gone".', 'Choose one of the facts from the list.'],
    ]) // prettier-ignore
  })
})
