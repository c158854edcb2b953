import { describe, expect, it } from 'vitest'
import { compileCondition } from '../../server/policy/conditions/condition.ts'
import { pendingSlots, possibleResults } from '../../server/policy/conditions/possible.ts'
import type { SlotValue } from '../../server/policy/conditions/truth.ts'
import { factSlots } from '../../server/policy/slots.ts'
import { installation } from './engine-support.ts'

/** A condition on facts of which each is asked for once: `true`, `false`, unknown or pending. */
type State = 'T' | 'F' | 'U' | 'P'
type Tree = State | { all: Tree[] } | { any: Tree[] } | { not: Tree }

const states = ['T', 'F', 'U', 'P'] as const
const valueOf: Record<State, SlotValue> = { T: true, F: false, U: null, P: undefined }

function compiled(tree: Tree) {
  const slots = factSlots(installation)
  const values: SlotValue[] = []
  const conditionOf = (one: Tree): Parameters<typeof compileCondition>[1] => {
    if (typeof one === 'object') {
      if ('not' in one) return { not: conditionOf(one.not) }
      return 'all' in one ? { all: one.all.map(conditionOf) } : { any: one.any.map(conditionOf) }
    }
    values.push(valueOf[one])
    return { fact: `crm.f${values.length}`, operator: 'equal', value: true }
  }
  return { condition: compileCondition({ slots, leaves: [] }, conditionOf(tree)), values }
}

const settled = ['F', 'T', 'U'] as const
type Settled = (typeof settled)[number]
const product = <A, B>(all: readonly A[], others: readonly B[]): [A, B][] =>
  all.flatMap((a) => others.map((b): [A, B] => [a, b]))

/** What a condition can come to, by trying every way in which its pending facts can be settled. */
function tried(tree: Tree): Set<Settled> {
  if (typeof tree !== 'object') return new Set(tree === 'P' ? settled : [tree])
  if ('not' in tree) {
    const opposite = { T: 'F', F: 'T', U: 'U' } as const
    return new Set([...tried(tree.not)].map((one) => opposite[one]))
  }
  const parts = 'all' in tree ? tree.all : tree.any
  const [decides, otherwise] = 'all' in tree ? (['F', 'T'] as const) : (['T', 'F'] as const)
  const together = (a: Settled, b: Settled): Settled => {
    if (a === decides || b === decides) return decides
    return a === 'U' || b === 'U' ? 'U' : otherwise
  }
  return parts.reduce<Set<Settled>>(
    (before, part) =>
      new Set(product([...before], [...tried(part)]).map(([a, b]) => together(a, b))),
    new Set([otherwise]),
  )
}

const pairs: Tree[] = product(states, states).flatMap(([a, b]): Tree[] => [
  { all: [a, b] },
  { any: [a, b] },
  { not: { all: [a, b] } },
  { not: { any: [{ not: a }, b] } },
])
const groups: Tree[] = [
  ...product(pairs, states).flatMap(([pair, one]): Tree[] => [
    { all: [pair, one] },
    { any: [one, pair] },
    { all: [one, 'P', pair] },
    { any: [pair, 'P', one] },
  ]),
]

describe('what a condition may still come to', () => {
  it('is what it comes to for some values of its pending facts, and nothing else', () => {
    const wrong = [...states, ...pairs, ...groups].filter((tree) => {
      const { condition, values } = compiled(tree)
      const names = possibleResults(condition, values).map((result) => settled[result])
      return names.join() !== settled.filter((one) => tried(tree).has(one)).join()
    })
    expect(wrong).toEqual([])
  })

  it.each<[Tree, number[]]>([
    ['T', [1]],
    ['F', [0]],
    ['U', [2]],
    ['P', [0, 1, 2]],
    [{ all: ['U', 'P'] }, [0, 2]],
    [{ any: ['U', 'P'] }, [1, 2]],
    [{ not: { all: ['U', 'P'] } }, [1, 2]],
    [{ all: ['F', 'P'] }, [0]],
    [{ any: ['T', 'P'] }, [1]],
    [{ all: ['U', { any: ['P', 'U'] }] }, [2]],
  ])('of %j is %j', (tree, results) => {
    const { condition, values } = compiled(tree)
    expect(possibleResults(condition, values)).toEqual(results)
  })
})

describe('the pending facts that a condition waits for', () => {
  it.each<[Tree, number[]]>([
    ['T', []],
    ['P', [0]],
    [{ all: ['P', 'P'] }, [0, 1]],
    [{ all: ['T', 'P'] }, [1]],
    [{ all: ['P', 'F'] }, []],
    [{ any: ['P', 'T'] }, []],
    [{ any: ['P', 'U', 'F'] }, [0]],
    [{ not: 'P' }, [0]],
    [{ all: [{ any: ['P', 'T'] }, 'P'] }, [2]],
    [{ any: [{ all: ['P', 'F'] }, { not: 'P' }] }, [2]],
  ])('of %j are those numbered %j', (tree, slots) => {
    const { condition, values } = compiled(tree)
    expect(pendingSlots(condition, values)).toEqual(slots)
  })

  it('are all of them that could change it', () => {
    const wrong = [...pairs, ...groups].filter((tree) => {
      if (tried(tree).size === 1) return false
      const { condition, values } = compiled(tree)
      const waited = new Set(pendingSlots(condition, values))
      // with those it does not wait for settled in any way, it can come to the same
      const rest = values.map((value, slot) =>
        value === undefined && !waited.has(slot) ? null : value,
      )
      const results = possibleResults(condition, rest)
      return results.join() !== possibleResults(condition, values).join()
    })
    expect(wrong).toEqual([])
  })
})

describe('two facts that are compared', () => {
  const condition = compileCondition(
    { slots: factSlots(installation), leaves: [] },
    { fact: 'caller.priority', operator: 'lessThan', value: { fact: 'history.calls' } },
  )
  it.each<[SlotValue[], number[], number[]]>([
    [[1, 2], [1], []],
    [[2, 1], [0], []],
    [[undefined, 1], [0, 1, 2], [0]],
    [[1, undefined], [0, 1, 2], [1]],
    [
      [undefined, undefined],
      [0, 1, 2],
      [0, 1],
    ],
    [[null, undefined], [2], []],
    [[undefined, null], [2], []],
  ])('as %j may come to %j and wait for %j', (values, results, slots) => {
    expect(possibleResults(condition, values)).toEqual(results)
    expect(pendingSlots(condition, values)).toEqual(slots)
  })
})
