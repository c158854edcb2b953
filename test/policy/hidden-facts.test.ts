import { describe, expect, it } from 'vitest'
import { hideFacts, type Hiding } from '../../server/policy/hidden-facts.ts'
import type { Decision } from '../../server/schema/decision.ts'
import type { FactSeen } from '../../server/schema/facts.ts'
import { leafTrace as leaf } from './leaf-trace.ts'

const seen = (value: Exclude<FactSeen, { unknown: string }>['value']): FactSeen => ({
  value,
  source: 'test',
  ms: 1,
})
const late: FactSeen = { unknown: 'timeout', source: 'crm', ms: 80 }

const decision: Decision = {
  at: '2026-11-20T09:00:00Z',
  policy: 'main-line',
  release: '1-abc',
  outcome: 'accept',
  node: 'ring',
  path: [
    { node: 'name', exit: 'Vera' },
    { node: 'tier', exit: 'gold' },
    { node: 'ring', exit: null },
  ],
  facts: {
    'caller.name': seen('Vera'),
    'caller.tier': seen('gold'),
    'caller.blocked': seen(true),
    'crm.city': late,
  },
  unknown: ['crm.city'],
  ms: 1,
  budgetMs: 150,
  fallback: false,
  final: { outcome: 'voicemail', node: 'vm' },
  steps: [
    {
      node: 'ring',
      outcome: 'accept',
      why: 'no_answer',
      at: '2026-11-20T09:00:01Z',
      path: [
        { node: 'again', exit: 'Vera' },
        { node: 'vm', exit: null },
      ],
    },
    { node: 'vm', outcome: 'voicemail', why: 'error', at: '2026-11-20T09:00:02Z' },
  ],
  trace: [
    {
      node: 'name',
      kind: 'switch',
      exit: 'Vera',
      leaves: [leaf({ fact: 'caller.name', operand: 'Vera', value: 'Vera' })],
    },
    {
      node: 'tier',
      kind: 'condition',
      exit: 'yes',
      result: true,
      leaves: [
        leaf({ operand: 'gold', value: 'gold' }),
        leaf({ operand: 'Vera', value: 'gold' }),
        leaf({ fact: 'caller.owner', operator: 'equal', operand: 'ada', value: 'Vera' }),
        leaf({ fact: 'caller.blocked', operand: true, value: true }),
        leaf({ fact: 'crm.city', operand: 'Rome', result: 'unknown' }),
        leaf({ fact: 'caller.phone', operand: '+49', result: 'not_evaluated' }),
      ],
    },
    { node: 'ring', kind: 'accept', exit: null, leaves: [] },
  ],
}

const hide = (names: readonly string[], more: Partial<Hiding> = {}): Decision =>
  hideFacts(decision, {
    isHidden: (name) => names.includes(name),
    mask: (value) => `<${String(value)}>`,
    placeholder: '•••',
    ...more,
  })

const leaves = (shown: Decision, node: number) =>
  shown.trace[node]?.leaves.map(({ fact, operand, value }) => [fact, operand, value])

describe('a decision without the values of some facts', () => {
  const shown = hide(['caller.name', 'caller.blocked', 'crm.city'])

  it('masks the values it saw, and keeps all else of the facts', () => {
    expect(shown.facts).toEqual({
      'caller.name': { value: '<Vera>', source: 'test', ms: 1 },
      'caller.tier': { value: 'gold', source: 'test', ms: 1 },
      'caller.blocked': { value: '<true>', source: 'test', ms: 1 },
      'crm.city': { unknown: 'timeout', source: 'crm', ms: 80 },
    })
  })

  it('hides what they were compared with, and their values wherever else they stand', () => {
    expect(leaves(shown, 0)).toEqual([['caller.name', '•••', '•••']])
    expect(leaves(shown, 1)).toEqual([
      ['caller.tier', 'gold', 'gold'],
      ['caller.tier', '•••', 'gold'],
      ['caller.owner', 'ada', '•••'],
      ['caller.blocked', '•••', '•••'],
      ['crm.city', '•••', undefined],
      ['caller.phone', '+49', undefined],
    ])
  })

  it('hides the exits that are named like them, on every way', () => {
    expect(shown.path.map(({ exit }) => exit)).toEqual(['•••', 'gold', null])
    expect(shown.trace.map(({ exit }) => exit)).toEqual(['•••', 'yes', null])
    expect(shown.steps.map(({ path }) => path)).toEqual([
      [
        { node: 'again', exit: '•••' },
        { node: 'vm', exit: null },
      ],
      undefined,
    ])
  })

  it('does not take a yes or no for a secret', () => {
    const others = { ...decision, facts: { ...decision.facts, 'caller.known': seen(true) } }
    const isHidden = (name: string) => name === 'caller.known'
    const { trace } = hideFacts(others, { isHidden, mask: String, placeholder: '•••' })
    expect(trace).toEqual(decision.trace)
  })

  it('tells lists and numbers from texts that read like them', () => {
    const facts = { 'caller.tags': seen(['a', 'b']), 'caller.priority': seen(5) }
    const trace = [
      {
        node: 'x',
        kind: 'condition',
        exit: '5',
        leaves: [
          leaf({ operand: ['a', 'b'], value: 'a' }),
          leaf({ operand: 5, value: '5' }),
          leaf({ operand: 'a,b' }),
        ],
      },
    ]
    const isHidden = (name: string) => Object.hasOwn(facts, name)
    const shownLists = hideFacts(
      { ...decision, facts, trace },
      { isHidden, mask: () => '?', placeholder: '•••' },
    )
    expect(leaves(shownLists, 0)).toEqual([
      ['caller.tier', '•••', 'a'],
      ['caller.tier', '•••', '5'],
      ['caller.tier', 'a,b', undefined],
    ])
    expect(shownLists.trace[0]?.exit).toBe('5')
  })

  it('hides what a fact was compared with although nobody saw its value', () => {
    expect(leaves(hide(['caller.phone']), 1)?.at(-1)).toEqual(['caller.phone', '•••', undefined])
  })

  it('leaves out no part of a leaf, and adds none', () => {
    const [first] = shown.trace[0]?.leaves ?? []
    const unknown = shown.trace[1]?.leaves[4]
    expect(first).toEqual(leaf({ fact: 'caller.name', operand: '•••', value: '•••' }))
    expect(Object.keys(unknown ?? {})).toEqual(['at', 'fact', 'operator', 'result', 'operand'])
  })

  it('asks with what was seen where something was', () => {
    const hidden = hide([], { isHidden: (_, fact) => fact !== undefined && 'value' in fact })
    expect(Object.values(hidden.facts).map((one) => 'value' in one && one.value)).toEqual([
      '<Vera>',
      '<gold>',
      '<true>',
      false,
    ])
    expect(leaves(hidden, 1)?.slice(3)).toEqual([
      ['caller.blocked', '•••', '•••'],
      ['crm.city', 'Rome', undefined],
      ['caller.phone', '+49', undefined],
    ])
  })

  it('is the same when nothing is to be hidden', () => {
    expect(hide([])).toEqual(decision)
  })

  it('leaves the decision itself as it is', () => {
    const before = structuredClone(decision)
    hide(['caller.name', 'caller.tier', 'caller.blocked', 'crm.city'])
    expect(decision).toEqual(before)
  })
})
