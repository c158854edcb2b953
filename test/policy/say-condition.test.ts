import { describe, expect, it } from 'vitest'
import { comparison, conditionParts, verbOf } from '../../server/policy/say/condition.ts'
import { english, plain } from '../../server/policy/say/words.ts'
import type { Condition, Operand } from '../../server/schema/policy.ts'
import { marked } from './marked.ts'

const test = (fact: string, operator: string, value: Operand): Condition => ({
  fact,
  operator,
  value,
})
const said = (condition: Condition): string => plain(conditionParts(condition, english))

const known = test('caller.known', 'equal', true)
const blocked = test('caller.blocked', 'equal', true)
const gold = test('caller.tier', 'equal', 'gold')

describe('a condition in words', () => {
  it.each<[string, string, string]>([
    ['caller.blocked', 'the caller is blocked', 'the caller is not blocked'],
    ['caller.known', 'the caller is a contact', 'the caller is no contact'],
    [
      'caller.allowed',
      'the caller is on the allowed list',
      'the caller is not on the allowed list',
    ],
    ['caller.optedOut', 'the caller wants no messages', 'the caller takes messages'],
    [
      'verification.pending',
      'a call-back verification is open',
      'a call-back verification is not open',
    ],
    ['crm.found', 'the CRM knows the caller', 'the CRM does not know the caller'],
    [
      'ai.reception.ready',
      'the assistant reception can answer',
      'the assistant reception cannot answer',
    ],
    ['caller.attributes.b1', 'the caller’s b1 is yes', 'the caller’s b1 is no'],
  ])('says yes and no of %s', (fact, yes, no) => {
    expect(said(test(fact, 'equal', true))).toBe(yes)
    expect(said(test(fact, 'equal', false))).toBe(no)
  })

  it('says what is not yes as no, where there is a verb', () => {
    expect(said(test('caller.blocked', 'notEqual', true))).toBe('the caller is not blocked')
    expect(said(test('caller.blocked', 'notEqual', false))).toBe('the caller is blocked')
    expect(said(test('caller.attributes.b1', 'notEqual', true))).toBe('the caller’s b1 is not yes')
    expect(verbOf('caller.attributes.b1', true)).toBeUndefined()
  })

  it.each<[string, string, string, Operand]>([
    // no verb without a yes or a no to compare with
    ['the caller is gold', 'caller.blocked', 'equal', 'gold'],
    ['the caller is less than yes', 'caller.blocked', 'lessThan', true],
    ['the caller is one of yes or no', 'caller.blocked', 'in', [true, false]],
    // empty
    ['the caller’s name is empty', 'caller.name', 'equal', ''],
    ['the caller’s name is not empty', 'caller.name', 'notEqual', ''],
    ['the caller’s name is with (none)', 'caller.name', 'contains', ''],
    ['the caller’s name is Ana', 'caller.name', 'equal', 'Ana'],
    ['the caller’s name is not Ana', 'caller.name', 'notEqual', 'Ana'],
    // tags
    ['the caller is tagged vip', 'caller.tags', 'contains', 'vip'],
    ['the caller is not tagged vip', 'caller.tags', 'doesNotContain', 'vip'],
    ['the caller is one of vip or press', 'caller.tags', 'in', ['vip', 'press']],
    ['the caller’s l1 is with vip', 'caller.attributes.l1', 'contains', 'vip'],
    ['the caller’s l1 is without vip', 'caller.attributes.l1', 'doesNotContain', 'vip'],
    // the rest
    [
      'the caller’s tier is none of gold, silver or tin',
      'caller.tier',
      'notIn',
      ['gold', 'silver', 'tin'],
    ],
    ['the caller’s priority is less than 3', 'caller.priority', 'lessThan', 3],
    ['the caller’s priority is at most 3', 'caller.priority', 'lessThanInclusive', 3],
    ['the caller’s priority is more than 3', 'caller.priority', 'greaterThan', 3],
    ['the caller’s priority is at least 3', 'caller.priority', 'greaterThanInclusive', 3],
    ['support is on holiday', 'hours.support', 'equal', 'holiday'],
    ['the caller’s name is the caller’s owner', 'caller.name', 'equal', { fact: 'caller.owner' }],
    ['the caller’s name is like A*', 'caller.name', 'like', 'A*'],
  ])('%s', (sentence, fact, operator, value) => {
    expect(said(test(fact, operator, value))).toBe(sentence)
  })

  it('keeps an operator that it does not know', () => {
    expect(comparison('like', 'A*', english)).toBe('like A*')
    expect(comparison('equal', 'A*', english)).toBe('A*')
  })

  it('joins the tests of a group, and sets what has parts of its own in brackets', () => {
    expect(said({ all: [known, blocked, gold] })).toBe(
      'the caller is a contact, the caller is blocked and the caller’s tier is gold',
    )
    expect(said({ any: [known, { all: [blocked, gold] }] })).toBe(
      'the caller is a contact or (the caller is blocked and the caller’s tier is gold)',
    )
    expect(said({ all: [{ any: [known, blocked] }, gold] })).toBe(
      '(the caller is a contact or the caller is blocked) and the caller’s tier is gold',
    )
    expect(said({ all: [{ not: known }, gold] })).toBe(
      '(it is not so that the caller is a contact) and the caller’s tier is gold',
    )
    expect(said({ any: [gold, { not: { all: [known, blocked] } }] })).toBe(
      'the caller’s tier is gold or (it is not so that the caller is a contact and the caller is blocked)',
    )
  })

  it('needs no brackets for what stands alone', () => {
    expect(said({ all: [{ any: [known, gold] }] })).toBe(
      'the caller is a contact or the caller’s tier is gold',
    )
    expect(said({ any: [{ not: known }] })).toBe('it is not so that the caller is a contact')
  })

  it('tells every test of a long group', () => {
    const many = Array.from({ length: 500 }, (_, index) => test('caller.priority', 'equal', index))
    const sentence = said({ any: many })
    expect(sentence).toMatch(/ is 498 or the caller’s priority is 499$/)
    expect(sentence.split('the caller’s priority is ')).toHaveLength(501)
  })

  it('knows where in the condition each test stands', () => {
    const condition: Condition = { all: [{ not: known }, { any: [blocked, gold] }] }
    expect(marked(conditionParts(condition, english))).toBe(
      '(it is not so that the caller [is a contact](when.all.0.not)) and ' +
        '(the caller [is blocked](when.all.1.any.0) or the caller’s tier [is gold](when.all.1.any.1))',
    )
    expect(marked(conditionParts(known, english, ['here', 2]))).toBe(
      'the caller [is a contact](here.2)',
    )
  })
})
