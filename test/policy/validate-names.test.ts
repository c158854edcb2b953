import { describe, expect, it } from 'vitest'
import type { PolicyNode } from '../../server/schema/policy.ts'
import type { ProblemDraft } from '../../server/policy/validate/problems.ts'
import {
  error,
  listOf,
  nameOf,
  nodeAt,
  nodeOf,
  someProblems,
  warning,
} from '../../server/policy/validate/problems.ts'
import { didYouMean, nearest } from '../../server/policy/validate/suggest.ts'
import { policyOf } from './validate-example.ts'

const numbered = (count: number, prefix = 'n') =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`)

describe('the word that was meant', () => {
  // prettier-ignore
  const words: [word: string, known: string[], meant: string | undefined][] = [
    ['open', ['open'], 'open'],
    ['open', [], undefined],
    // up to five letters, one slip
    ['opne', ['closed', 'open'], 'open'],
    ['poen', ['open'], 'open'],
    ['opeen', ['open'], 'open'],
    ['opn', ['open'], 'open'],
    ['pen', ['open'], 'open'],
    ['ipen', ['open'], 'open'],
    ['opem', ['open'], 'open'],
    ['ipem', ['open'], undefined],
    ['noep', ['open'], undefined],
    ['op', ['open'], undefined],
    ['openly', ['open'], 'open'],
    ['openlys', ['open'], undefined],
    ['a', ['b'], 'b'],
    ['', ['b'], 'b'],
    ['', ['bc'], undefined],
    // up to eight, two
    ['clised', ['closed'], 'closed'],
    ['clisedd', ['closed'], 'closed'],
    ['clisde', ['closed'], 'closed'],
    ['lcosde', ['closed'], 'closed'],
    ['dlised', ['closed'], 'closed'],
    ['dlises', ['closed'], undefined],
    ['xxopening', ['opening'], 'opening'],
    ['holi', ['holiday'], undefined],
    // three from nine on
    ['halidaays', ['holiday'], 'holiday'],
    ['holidayxyz', ['holiday'], 'holiday'],
    ['holidayxyzw', ['holiday'], undefined],
    // letters that were swapped do not come back apart
    ['cazzzzzz', ['abczzzzzz'], undefined],
    // capitals do not count
    ['OPEN', ['open'], 'open'],
    ['opne', ['OPEN'], 'OPEN'],
    // the nearest, of two as near the first
    ['closet', ['closer', 'closed'], 'closer'],
    ['agents.supprt', ['agents.sport', 'agents.support'], 'agents.support'],
    ['agents.supprt', ['agents.support', 'agents.sport'], 'agents.support'],
  ]
  it.each(words)('%s among %j is %s', (word, known, meant) => {
    expect(nearest(word, known)).toBe(meant)
  })

  it('is not looked for where the word is longer than 80 letters', () => {
    expect(nearest('x'.repeat(80), ['x'.repeat(79)])).toBe('x'.repeat(79))
    expect(nearest('x'.repeat(81), ['x'.repeat(81)])).toBeUndefined()
  })

  it('is looked for among the first thousand', () => {
    const others = numbered(999, 'something-else-')
    expect(nearest('opne', [...others, 'open'])).toBe('open')
    expect(nearest('opne', [...others, 'other', 'open'])).toBeUndefined()
  })

  it('stands before the rest of a hint', () => {
    expect(didYouMean('opne', ['open'])).toBe('Did you mean "open"? ')
    expect(didYouMean('opne', ['closed'])).toBe('')
  })
})

describe('a list in a sentence', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
    [numbered(8), 'n1, n2, n3, n4, n5, n6, n7 and n8'],
    [numbered(9), 'n1, n2, n3, n4, n5, n6, n7, n8 and 1 more'],
    [numbered(20), 'n1, n2, n3, n4, n5, n6, n7, n8 and 12 more'],
  ])('of %j is %j', (words, sentence) => {
    expect(listOf(words)).toBe(sentence)
  })

  it('may be shorter or longer', () => {
    expect(listOf(numbered(3), 2)).toBe('n1, n2 and 1 more')
    expect(listOf(numbered(3), 1)).toBe('n1 and 2 more')
    expect(listOf(numbered(9), 9)).toBe('n1, n2, n3, n4, n5, n6, n7, n8 and n9')
  })
})

describe('problems', () => {
  const draft: ProblemDraft = {
    code: 'cycle',
    path: ['nodes', 'a'],
    message: 'Round.',
    hint: 'Stop.',
  }

  it('are errors or warnings', () => {
    expect(error(draft)).toEqual({ severity: 'error', ...draft })
    expect(warning(draft)).toEqual({ severity: 'warning', ...draft })
  })

  it('are looked for until there are enough', () => {
    const asked: number[] = []
    const find = (count: number) => {
      asked.push(count)
      return Array.from({ length: count }, () => error(draft))
    }
    expect(someProblems([], find)).toEqual([])
    expect(someProblems([1, 0, 2], find)).toHaveLength(3)
    expect(asked).toEqual([1, 0, 2])
    asked.length = 0
    expect(someProblems([60, 40, 1], find)).toHaveLength(100)
    expect(asked).toEqual([60, 40])
    asked.length = 0
    expect(someProblems([60, 70, 1], find)).toHaveLength(100)
    expect(someProblems([2, 2, 2], find, 3)).toHaveLength(3)
    expect(asked).toEqual([60, 70, 2, 2])
  })

  it('belong to a node by their path', () => {
    expect(nodeAt(['nodes', 'a', 'next'])).toEqual({ node: 'a' })
    expect(nodeAt(['nodes', 'a'])).toEqual({ node: 'a' })
    expect(nodeAt(['nodes'])).toEqual({})
    expect(nodeAt(['nodes', 1])).toEqual({})
    expect(nodeAt(['numbers', 'a'])).toEqual({})
    expect(nodeAt([])).toEqual({})
  })

  it('name a node by its label, else by its id', () => {
    const node = { kind: 'voicemail' } satisfies PolicyNode
    expect(nameOf('vm', { ...node, label: 'Mailbox' })).toBe('"Mailbox"')
    expect(nameOf('vm', node)).toBe('"vm"')
    expect(nameOf('vm', undefined)).toBe('"vm"')
  })

  it('know nodes only by their own names', () => {
    const policy = policyOf({ a: { kind: 'voicemail' } })
    expect(nodeOf(policy, 'a')).toEqual({ kind: 'voicemail' })
    for (const id of ['b', 'toString', '__proto__']) expect(nodeOf(policy, id)).toBeUndefined()
  })
})
