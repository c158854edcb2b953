import type { Condition, Leaf, OperatorName } from '../../schema/policy.ts'
import { operatorNames } from '../../schema/policy.ts'
import { subjectOf } from './subject.ts'
import { operandWords, word } from './values.ts'
import type { Field, Part, TextKey, Words } from './words.ts'
import { fill, joined, listed, plain } from './words.ts'

/** Facts that are said as a verb when they are compared with yes or no: what is said of yes, and of no. */
const verbs: readonly (readonly [RegExp, yes: TextKey, no: TextKey])[] = [
  [/^caller\.blocked$/, 'isBlocked', 'isNotBlocked'],
  [/^caller\.known$/, 'isKnown', 'isNotKnownContact'],
  [/^caller\.allowed$/, 'isAllowed', 'isNotAllowed'],
  [/^caller\.optedOut$/, 'isOptedOut', 'isNotOptedOut'],
  [/^verification\.pending$/, 'isPending', 'isNotPending'],
  [/^crm\.found$/, 'knowsCaller', 'knowsNot'],
  [/^ai\..+\.ready$/, 'canAnswer', 'cannotAnswer'],
]

/** A yes or no of a fact as a verb, where there is one. */
export function verbOf(fact: string, isYes: boolean): TextKey | undefined {
  const found = verbs.find(([pattern]) => pattern.test(fact))
  return found?.[isYes ? 1 : 2]
}

const compared: Readonly<Record<OperatorName, TextKey>> = {
  equal: 'equal',
  notEqual: 'notEqual',
  in: 'oneOf',
  notIn: 'noneOf',
  contains: 'contains',
  doesNotContain: 'doesNotContain',
  lessThan: 'lessThan',
  lessThanInclusive: 'lessThanInclusive',
  greaterThan: 'greaterThan',
  greaterThanInclusive: 'greaterThanInclusive',
}

/** An operator with what it compares with, after “is”: `at least 80`. An unknown operator stands as it is. */
export function comparison(operator: string, value: string, words: Words): string {
  const known = operatorNames.find((one) => one === operator)
  return known ? plain(fill(words(compared[known]), { value })) : `${operator} ${value}`
}

function testOf({ fact, operator, value }: Leaf, words: Words): string {
  if (typeof value === 'boolean' && (operator === 'equal' || operator === 'notEqual')) {
    const verb = verbOf(fact, value === (operator === 'equal'))
    if (verb) return words(verb)
  }
  if (value === '' && operator === 'equal') return words('isEmpty')
  if (value === '' && operator === 'notEqual') return words('isNotEmpty')
  const operand = operandWords(value, fact, words)
  if (fact === 'caller.tags' && operator === 'contains')
    return plain(fill(words('isTagged'), { value: operand }))
  if (fact === 'caller.tags' && operator === 'doesNotContain')
    return plain(fill(words('isNotTagged'), { value: operand }))
  return plain(fill(words('compares'), { compared: comparison(operator, operand, words) }))
}

/** A condition as a clause; each test in it is a word that can be edited, at its place in the condition. */
export function conditionParts(
  condition: Condition,
  words: Words,
  field: Field = ['when'],
): Part[] {
  if ('fact' in condition)
    return fill(words('leaf'), {
      subject: subjectOf(condition.fact, words),
      test: word(testOf(condition, words), ...field),
    })
  if ('not' in condition)
    return fill(words('not'), { body: conditionParts(condition.not, words, [...field, 'not']) })
  const isAll = 'all' in condition
  const inner = isAll ? condition.all : condition.any
  const clauses = inner.map((one, index) => {
    const parts = conditionParts(one, words, [...field, isAll ? 'all' : 'any', index])
    return 'fact' in one || inner.length === 1 ? parts : fill(words('grouped'), { body: parts })
  })
  return joined(listed(clauses, words(isAll ? 'and' : 'or'), { words, most: 500 }))
}
