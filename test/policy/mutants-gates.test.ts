import { describe, expect, it } from 'vitest'
import { mutatedConditions } from '../../server/policy/mutants/conditions.ts'
import { mutatedGates } from '../../server/policy/mutants/gates.ts'
import type { Installation } from '../../server/schema/installation.ts'
import { emptyInstallation } from '../../server/schema/installation.ts'
import type { Condition, Leaf, OperatorName } from '../../server/schema/policy.ts'
import { isGate } from '../../server/schema/policy.ts'
import { agentSchema } from '../../server/schema/seeds.ts'
import { policyOf } from './engine-support.ts'

const leaf = (operator: string, value: Leaf['value'], fact = 'f'): Leaf => ({
  fact,
  operator,
  value,
})
const changes = (condition: Condition): [string, Condition][] =>
  mutatedConditions(condition).map((one) => [one.change, one.condition])
const a = leaf('equal', 'x', 'a')
const b = leaf('equal', 'y', 'b')
const c = leaf('equal', 'z', 'c')
const notA = leaf('notEqual', 'x', 'a')
const notB = leaf('notEqual', 'y', 'b')
const [a1, b1] = ['a ≠ "x" instead of a = "x"', 'b ≠ "y" instead of b = "y"']

describe('a condition with one fault', () => {
  it.each<[OperatorName, string, [OperatorName, string][]]>([
    ['equal', '=', [['notEqual', '≠']]],
    ['notEqual', '≠', [['equal', '=']]],
    ['in', 'in', [['notIn', 'not in']]],
    ['notIn', 'not in', [['in', 'in']]],
    ['contains', 'contains', [['doesNotContain', 'does not contain']]],
    ['doesNotContain', 'does not contain', [['contains', 'contains']]],
    [
      'lessThan',
      '<',
      [
        ['lessThanInclusive', '≤'],
        ['greaterThanInclusive', '≥'],
      ],
    ],
    [
      'lessThanInclusive',
      '≤',
      [
        ['lessThan', '<'],
        ['greaterThan', '>'],
      ],
    ],
    [
      'greaterThan',
      '>',
      [
        ['greaterThanInclusive', '≥'],
        ['lessThanInclusive', '≤'],
      ],
    ],
    [
      'greaterThanInclusive',
      '≥',
      [
        ['greaterThan', '>'],
        ['lessThan', '<'],
      ],
    ],
  ])('has another operator than %s', (operator, sign, others) => {
    expect(changes(leaf(operator, 'x'))).toEqual(
      others.map(([other, its]) => [`f ${its} "x" instead of f ${sign} "x"`, leaf(other, 'x')]),
    )
  })

  it('has a number one lower and one higher', () => {
    expect(changes(leaf('equal', 5))).toEqual([
      ['f ≠ 5 instead of f = 5', leaf('notEqual', 5)],
      ['f = 4 instead of f = 5', leaf('equal', 4)],
      ['f = 6 instead of f = 5', leaf('equal', 6)],
    ])
  })

  it('has a list without each of its entries, but never an empty one', () => {
    expect(changes(leaf('in', ['p', 'q']))).toEqual([
      ['f not in ["p","q"] instead of f in ["p","q"]', leaf('notIn', ['p', 'q'])],
      ['f in ["q"] instead of f in ["p","q"]', leaf('in', ['q'])],
      ['f in ["p"] instead of f in ["p","q"]', leaf('in', ['p'])],
    ])
    expect(changes(leaf('in', ['p']))).toHaveLength(1)
    expect(changes(leaf('in', []))).toHaveLength(1)
  })

  it('has a long list without each of its first 20 entries', () => {
    const entries = Array.from({ length: 25 }, (_, index) => `e${index}`)
    const shorter = changes(leaf('in', entries)).slice(1)
    expect(shorter).toHaveLength(20)
    expect(shorter.map(([, condition]) => condition)).toContainEqual(
      leaf(
        'in',
        entries.filter((entry) => entry !== 'e19'),
      ),
    )
    expect(shorter.map(([, condition]) => condition)).not.toContainEqual(
      leaf(
        'in',
        entries.filter((entry) => entry !== 'e20'),
      ),
    )
  })

  it.each<[string, Leaf['value'], string]>([
    ['true', true, 'true'],
    ['another fact', { fact: 'other.fact' }, 'other.fact'],
  ])('keeps %s that it compares with', (_, value, words) => {
    expect(changes(leaf('equal', value))).toEqual([
      [`f ≠ ${words} instead of f = ${words}`, leaf('notEqual', value)],
    ])
  })

  it('has no other operator for one that does not exist', () => {
    expect(changes(leaf('like', 'x'))).toEqual([])
    expect(changes(leaf('like', 1))).toEqual([
      ['f like 0 instead of f like 1', leaf('like', 0)],
      ['f like 2 instead of f like 1', leaf('like', 2)],
    ])
    expect(changes(leaf('constructor', 'x'))).toEqual([])
  })

  it('has the other group, a part left out, or a fault in a part', () => {
    expect(changes({ all: [a, b] })).toEqual([
      ['any instead of all of its parts', { any: [a, b] }],
      ['without a = "x"', { all: [b] }],
      ['without b = "y"', { all: [a] }],
      [a1, { all: [notA, b] }],
      [b1, { all: [a, notB] }],
    ])
    expect(changes({ any: [a, b] })).toEqual([
      ['all instead of any of its parts', { all: [a, b] }],
      ['without a = "x"', { any: [b] }],
      ['without b = "y"', { any: [a] }],
      [a1, { any: [notA, b] }],
      [b1, { any: [a, notB] }],
    ])
  })

  it('has only faults in its part where a group has one part', () => {
    expect(changes({ all: [a] })).toEqual([[a1, { all: [notA] }]])
    expect(changes({ any: [{ all: [a] }] })).toEqual([[a1, { any: [{ all: [notA] }] }]])
  })

  it('forgets a `not`, or has a fault behind it', () => {
    expect(changes({ not: a })).toEqual([
      ['without the "not" before a = "x"', a],
      [a1, { not: notA }],
    ])
  })

  it('names parts shortly, however deep', () => {
    const deep: Condition = { any: [{ not: { all: [a, { any: [b, c] }] } }, { not: { not: a } }] }
    expect(changes(deep).map(([change]) => change)).toEqual([
      'all instead of any of its parts',
      'without not (all of (a = "x", any of (b = "y", c = "z")))',
      'without not (not (a = "x"))',
      'without the "not" before all of (a = "x", any of (b = "y", c = "z"))',
      'any instead of all of its parts',
      'without a = "x"',
      'without any of (b = "y", c = "z")',
      a1,
      'all instead of any of its parts',
      'without b = "y"',
      'without c = "z"',
      b1,
      'c ≠ "z" instead of c = "z"',
      'without the "not" before not (a = "x")',
      'without the "not" before a = "x"',
      a1,
    ])
  })
})

const calendar = { zone: 'UTC', weekly: {}, holidays: [], overrides: [] }
const installation: Installation = {
  ...emptyInstallation,
  calendars: { support: calendar, sales: calendar, night: calendar },
  agents: [
    agentSchema.parse({ id: 'ana', teams: ['support'] }),
    agentSchema.parse({ id: 'ben', teams: ['sales', 'night'] }),
  ],
}
type Bare = Readonly<Record<string, unknown>>

/** The faults of a gate: what each says, and what the gate asks then, without its kind and exits. */
function faults(kind: string, parts: Bare, of: Installation = installation): [string, Bare][] {
  const { gate } = policyOf({ gate: { kind, ...parts, exits: {} } }).nodes
  if (!gate || !isGate(gate)) throw new Error(`${kind} is no gate`)
  return mutatedGates(gate, of).map((one) => {
    const { kind: same, exits, ...rest } = one.gate
    expect([same, exits]).toEqual([kind, {}])
    return [one.change, rest]
  })
}

describe('a gate with one fault', () => {
  it.each<[string, string, Bare, [string, Bare][]]>([
    [
      'by priority',
      'vip',
      { minPriority: 80 },
      [
        ['priority 79 or more instead of 80', { minPriority: 79 }],
        ['priority 81 or more instead of 80', { minPriority: 81 }],
      ],
    ],
    ['by one tag', 'vip', { tags: ['p'] }, []],
    [
      'by tags',
      'vip',
      { tags: ['p', 'q'] },
      [
        ['without the tag "p"', { tags: ['q'] }],
        ['without the tag "q"', { tags: ['p'] }],
      ],
    ],
    [
      'by priority and tag',
      'vip',
      { minPriority: 0, tags: ['p'] },
      [
        ['priority -1 or more instead of 0', { minPriority: -1, tags: ['p'] }],
        ['priority 1 or more instead of 0', { minPriority: 1, tags: ['p'] }],
        ['without the priority 0', { tags: ['p'] }],
        ['without the tag "p"', { minPriority: 0 }],
      ],
    ],
    [
      'by how often this caller called',
      'velocity',
      { scope: 'caller', limit: 5, windowMinutes: 10 },
      [
        ['more than 4 instead of 5 calls', { scope: 'caller', limit: 4, windowMinutes: 10 }],
        ['more than 6 instead of 5 calls', { scope: 'caller', limit: 6, windowMinutes: 10 }],
        ['in 20 instead of 10 minutes', { scope: 'caller', limit: 5, windowMinutes: 20 }],
        ['calls by number instead of caller', { scope: 'number', limit: 5, windowMinutes: 10 }],
      ],
    ],
    [
      'with a limit that cannot be lower and the longest window that can be doubled',
      'velocity',
      { scope: 'number', limit: 0, windowMinutes: 720 },
      [
        ['more than 1 instead of 0 calls', { scope: 'number', limit: 1, windowMinutes: 720 }],
        ['in 1440 instead of 720 minutes', { scope: 'number', limit: 0, windowMinutes: 1440 }],
        ['calls by caller instead of number', { scope: 'caller', limit: 0, windowMinutes: 720 }],
      ],
    ],
    [
      'with a window that cannot be doubled',
      'velocity',
      { scope: 'prefix', limit: 1, windowMinutes: 721 },
      [
        ['more than 0 instead of 1 calls', { scope: 'prefix', limit: 0, windowMinutes: 721 }],
        ['more than 2 instead of 1 calls', { scope: 'prefix', limit: 2, windowMinutes: 721 }],
        ['in 360 instead of 721 minutes', { scope: 'prefix', limit: 1, windowMinutes: 360 }],
        ['calls by caller instead of prefix', { scope: 'caller', limit: 1, windowMinutes: 721 }],
      ],
    ],
    [
      'with the first other calendar',
      'hours',
      { calendar: 'support' },
      [['the calendar "sales" instead of "support"', { calendar: 'sales' }]],
    ],
    [
      'with another calendar than one of the caller',
      'hours',
      { calendar: 'sla' },
      [['the calendar "support" instead of "sla"', { calendar: 'support' }]],
    ],
    [
      'with the first other team',
      'agents',
      { team: 'support' },
      [['asks the team "sales" instead of the team "support"', { team: 'sales' }]],
    ],
    [
      'with a team instead of an agent',
      'agents',
      { agent: 'ana' },
      [['asks the team "support" instead of ana', { team: 'support' }]],
    ],
    [
      'with a team instead of the owner',
      'agents',
      { owner: true },
      [['asks the team "support" instead of the owner', { team: 'support' }]],
    ],
    [
      'with a share of none or of all',
      'split',
      { percent: 30 },
      [
        ['0 % instead of 30 % of callers', { percent: 0 }],
        ['100 % instead of 30 % of callers', { percent: 100 }],
      ],
    ],
    [
      'with a share of all where it was none',
      'split',
      { percent: 0 },
      [['100 % instead of 0 % of callers', { percent: 100 }]],
    ],
    [
      'with a share of none where it was all',
      'split',
      { percent: 100 },
      [['0 % instead of 100 % of callers', { percent: 0 }]],
    ],
    ['in its condition', 'condition', { when: { all: [a] } }, [[a1, { when: { all: [notA] } }]]],
    ['that asks a CRM has none', 'crm', { deadlineMs: 80 }, []],
    ['that is a switch has none', 'switch', { fact: 'caller.tier' }, []],
  ])('%s', (_, kind, parts, expected) => {
    expect(faults(kind, parts)).toStrictEqual(expected)
  })

  it('has no other calendar nor team where there is none', () => {
    const only: Installation = {
      ...installation,
      calendars: { support: calendar },
      agents: installation.agents.slice(0, 1),
    }
    expect(faults('hours', { calendar: 'support' }, only)).toEqual([])
    expect(faults('agents', { team: 'support' }, only)).toEqual([])
    expect(faults('agents', { owner: true }, emptyInstallation)).toEqual([])
  })

  it('keeps its name', () => {
    const parts = { label: 'Important?', minPriority: 80, tags: ['p'] }
    expect(faults('vip', parts).map(([, { label }]) => label)).toEqual(
      Array<string>(4).fill('Important?'),
    )
  })
})
