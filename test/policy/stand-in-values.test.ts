import { describe, expect, it } from 'vitest'
import { compile } from '../../server/policy/compile.ts'
import { walk } from '../../server/policy/evaluate.ts'
import { decideAgain, isSame } from '../../server/policy/flight/decide-again.ts'
import { withStandIns } from '../../server/policy/flight/stand-ins.ts'
import type { Decision } from '../../server/schema/decision.ts'
import type { FactSeen, FactValue } from '../../server/schema/facts.ts'
import type { Nodes } from './engine-support.ts'
import { compileNodes, installation, policyOf, walked } from './engine-support.ts'

type Given = Readonly<Record<string, FactValue | null>>

const seenOf = (facts: Given): Record<string, FactSeen> =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      value === null
        ? { unknown: 'not_found', source: 'test', ms: 3 }
        : { value, source: 'test', ms: 3 },
    ]),
  )

const ends: Nodes = { y: { kind: 'voicemail' }, n: { kind: 'voicemail' }, u: { kind: 'voicemail' } }
const yes = { yes: 'y', no: 'n', unknown: 'u' }
const leaf = (fact: string, operator: string, value: unknown) => ({ fact, operator, value })
const gate = (when: object, exits: object = yes): Nodes => ({
  gate: { kind: 'condition', when, exits },
  ...ends,
})

/** A call decided by these nodes, with these facts. */
function decided(nodes: Nodes, facts: Given, more: Partial<Decision> = {}): Decision {
  const seen = seenOf(facts)
  const result = walked(walk(compileNodes(nodes), (name) => seen[name]))
  const { outcome, node, path, unknown, trace } = result
  const at = '2026-11-21T09:00:00.000Z'
  return {
    ...{ at, policy: 'test', release: '1-abc', outcome: outcome.kind, node, path, facts: seen },
    ...{ unknown, ms: 1, budgetMs: 150, fallback: false, steps: [], trace },
    final: { outcome: outcome.kind, node },
    ...more,
  }
}

/** What stands for the facts, all hidden but those that are shown. */
function standIn(nodes: Nodes, facts: Given, shown: readonly string[] = []) {
  const decision = decided(nodes, facts)
  const compiled = compileNodes(nodes)
  const isHidden = (name: string): boolean => !shown.includes(name)
  const stand = withStandIns({ compiled, installation, decision, isHidden })
  const again = decideAgain(compiled, stand.decision)
  if (stand.replays)
    expect(again.kind === 'decided' && isSame(stand.decision, again.decided)).toBe(true)
  const values = Object.entries(stand.decision.facts).map(
    ([name, seen]) => [name, 'value' in seen ? seen.value : seen.unknown] as const,
  )
  return { ...stand, values: Object.fromEntries(values) }
}

describe('a stand-in for one hidden fact', () => {
  const attribute = (name: string) => `caller.attributes.${name}`
  const day = 86_400_000
  const since = '2026-11-20T00:00:00Z'
  it.each<[string, string, unknown, FactValue, FactValue]>([
    // what stands for a value that passes, then for one that does not
    [attribute('n1'), 'greaterThan', 17, 44, 18],
    [attribute('n1'), 'greaterThan', 17, 12, 0],
    [attribute('n1'), 'lessThan', -5, -9, -6],
    ['crm.score', 'equal', 7, 7, 7],
    ['caller.name', 'notEqual', '', 'Wilhelmina', '···'],
    ['caller.name', 'equal', '', '', ''],
    [attribute('s1'), 'equal', 'gold', 'gold', 'gold'],
    [attribute('s1'), 'equal', 'gold', 'platinum', '···'],
    [attribute('shoe'), 'equal', 43, 43, 43],
    [attribute('shoe'), 'equal', 43, 44, '···'],
    ['caller.known', 'equal', true, true, true],
    ['caller.known', 'equal', true, false, false],
    ['caller.tags', 'contains', 'a', ['z', 'a'], ['a']],
    ['caller.tags', 'contains', 'a', ['z'], []],
    [attribute('i1'), 'lessThan', since, Date.parse(since) - 5, 0],
    [attribute('i1'), 'greaterThan', since, Date.parse(since) + 5 * day, Date.parse(since) + 1],
    ['agents.support.status', 'equal', 'busy', 'busy', 'busy'],
    ['agents.support.status', 'equal', 'busy', 'dnd', '···'],
  ])('%s %s %s, when it was %o: %o', (fact, operator, value, was, stand) => {
    const told = standIn(gate(leaf(fact, operator, value)), { [fact]: was })
    expect(told).toMatchObject({ hidden: [fact], replays: true })
    expect(told.values).toEqual({ [fact]: stand })
    expect(told.decision.facts[fact]).toMatchObject({ source: 'test', ms: 3 })
  })

  it.each<[string, string, FactValue, FactValue, FactValue]>([
    ['n', 'greaterThan', 50, 90, 51],
    ['n', 'equal', 50, 50, 50],
    ['n', 'lessThan', 50, 20, 0],
    ['n', 'lessThan', -50, -90, -51],
    ['i', 'greaterThan', 1_000, 3_000, 1_000 + day],
    ['i', 'equal', 1_000, 1_000, 1_000],
    ['i', 'lessThan', -1_000, -3_000, -1_000 - day],
  ])(
    'compared with another fact: %s1 %s %d, when it was %d: %d',
    (type, operator, beside, was, stand) => {
      const [one, other] = [attribute(`${type}1`), attribute(`${type}2`)]
      const nodes = gate(leaf(one, operator, { fact: other }))
      const told = standIn(nodes, { [one]: was, [other]: beside }, [other])
      expect(told).toMatchObject({ hidden: [one], replays: true })
      expect(told.values).toEqual({ [one]: stand, [other]: beside })
    },
  )

  it.each([10, 90])('is a made-up caller on the same side of a split of %d %%', (percent) => {
    const exits = { in: 'y', out: 'n', unknown: 'u' }
    const nodes = { half: { kind: 'split', percent, exits }, ...ends }
    const sides = new Map<string, unknown>()
    for (let index = 0; index < 60; index += 1) {
      const told = standIn(nodes, { 'caller.key': `+4915${index}` })
      expect(told.replays).toBe(true)
      const { node } = told.decision
      const [key] = Object.values(told.values)
      expect(key).toMatch(/^(caller [1-9]\d*|···|something else)$/)
      if (sides.has(node)) expect(key).toBe(sides.get(node))
      sides.set(node, key)
    }
    expect([...sides.keys()].toSorted()).toEqual(['n', 'y'])
  })
})

describe('stand-ins', () => {
  const one = 'caller.attributes.n1'
  const two = 'caller.attributes.n2'
  const three = 'caller.attributes.s1'

  it('are not needed where nothing is hidden, or nothing was known', () => {
    const nodes = gate(leaf(one, 'greaterThan', 5))
    const compiled = compileNodes(nodes)
    const input = { compiled, installation }
    const open = decided(nodes, { [one]: 6 })
    const none = { hidden: [], replays: true }
    const shown = withStandIns({ ...input, decision: open, isHidden: () => false })
    expect(shown).toEqual({ decision: open, ...none })
    const unknown = decided(nodes, { [one]: null })
    const told = withStandIns({ ...input, decision: unknown, isHidden: () => true })
    expect(told).toEqual({ decision: unknown, ...none })
  })

  it('are found for facts in the order in which gates compared them, and told in that of the record', () => {
    const nodes = gate({
      all: [leaf(one, 'greaterThan', { fact: two }), leaf(three, 'equal', 'x')],
    })
    const told = standIn(nodes, { [three]: 'x', [two]: 4, [one]: 9 })
    expect(Object.keys(told.values)).toEqual([three, two, one])
    expect(told.hidden).toEqual([three, two, one])
    expect(told.values[one]).toBe(0)
    expect(told.values[two]).toBeLessThan(0)
  })

  it('leave the exits of the way that they take, where several lead to the same', () => {
    const exits = { gold: 'y', platinum: 'y', default: 'n', unknown: 'u' }
    const nodes = { tier: { kind: 'switch', fact: 'caller.tier', exits }, ...ends }
    const told = standIn(nodes, { 'caller.tier': 'platinum' })
    expect(told.values).toEqual({ 'caller.tier': 'gold' })
    expect(told.decision.path).toEqual([
      { node: 'tier', exit: 'gold' },
      { node: 'y', exit: null },
    ])
    expect(JSON.stringify(told.decision)).not.toContain('platinum')
  })

  const otherwise: Nodes = {
    team: { kind: 'accept', target: { team: 'support' }, otherwise: 'tier' },
    tier: {
      kind: 'switch',
      fact: 'caller.tier',
      exits: { gold: 'ai', platinum: 'ai', default: 'vm', unknown: 'vm' },
    },
    ai: { kind: 'ai_pickup', assistant: 'reception', otherwise: 'vm' },
    vm: { kind: 'voicemail' },
  }
  const failed = {
    node: 'team',
    outcome: 'accept',
    why: 'busy',
    at: '2026-11-21T09:00:20.000Z',
  } as const
  const path = [
    { node: 'tier', exit: 'platinum' },
    { node: 'ai', exit: null },
  ]

  it('leave the exits of ways that followed, too', () => {
    const facts = seenOf({ 'caller.tier': 'platinum' })
    const decision = decided(
      otherwise,
      {},
      {
        facts,
        steps: [{ ...failed, path }],
        final: { outcome: 'ai_pickup', node: 'ai' },
      },
    )
    const compiled = compileNodes(otherwise)
    const told = withStandIns({ compiled, installation, decision, isHidden: () => true })
    expect(told.replays).toBe(true)
    expect(told.decision.facts).toEqual(seenOf({ 'caller.tier': 'gold' }))
    expect(told.decision.steps).toEqual([
      { ...failed, path: [{ node: 'tier', exit: 'gold' }, path[1]] },
    ])
    expect(told.decision.trace.map(({ node }) => node)).toEqual(['team', 'tier', 'ai'])
    expect(JSON.stringify(told.decision)).not.toContain('platinum')
  })

  it('are found where time ran out, for the facts that were there', () => {
    const nodes = {
      first: {
        kind: 'condition',
        when: leaf(one, 'greaterThan', 17),
        exits: { yes: 'second', no: 'n', unknown: 'n' },
      },
      second: {
        kind: 'condition',
        when: leaf('crm.found', 'equal', true),
        exits: { yes: 'y', no: 'n', unknown: 'u' },
      },
      ...ends,
    }
    const compiled = compileNodes(nodes)
    const decision = decided(
      nodes,
      { [one]: 44, 'crm.found': true },
      {
        facts: seenOf({ [one]: 44 }),
        fallback: 'budget_exhausted',
        outcome: 'reject',
        node: 'fallback',
        path: [
          { node: 'first', exit: 'yes' },
          { node: 'second', exit: null },
          { node: 'fallback', exit: null },
        ],
        final: { outcome: 'reject', node: 'fallback' },
      },
    )
    const told = withStandIns({ compiled, installation, decision, isHidden: () => true })
    expect(told).toMatchObject({ hidden: [one], replays: true })
    expect(told.decision.facts).toEqual(seenOf({ [one]: 18 }))
    expect(told.decision).toMatchObject({ path: decision.path, fallback: 'budget_exhausted' })
  })

  it('are the first there are where the engine failed', () => {
    const nodes = gate(leaf(one, 'greaterThan', 17))
    const decision = decided(
      nodes,
      { [one]: 44 },
      {
        ...{ fallback: 'engine_error', outcome: 'reject', node: 'fallback' },
        path: [{ node: 'fallback', exit: null }],
        final: { outcome: 'reject', node: 'fallback' },
      },
    )
    const compiled = compileNodes(nodes)
    const told = withStandIns({ compiled, installation, decision, isHidden: () => true })
    expect(told.replays).toBe(true)
    expect(told.decision.facts).toEqual(seenOf({ [one]: 0 }))
  })

  it('tell nothing of other numbers that are hidden', () => {
    const nodes = gate(leaf(one, 'greaterThan', { fact: two }))
    const told = standIn(nodes, { 'crm.score': 777, [two]: 50, [one]: 90 }, [two])
    expect(told.values).toEqual({ 'crm.score': 0, [two]: 50, [one]: 51 })
  })

  it('leave nothing to compare where there are none', () => {
    const compiled = compileNodes(otherwise)
    const decision = decided(
      otherwise,
      {},
      {
        facts: seenOf({ 'caller.tier': 'platinum', 'caller.known': true }),
        steps: [
          {
            ...failed,
            path: [
              { node: 'tier', exit: 'platinum' },
              { node: 'vm', exit: null },
            ],
          },
          failed,
        ],
        trace: [
          {
            node: 'tier',
            kind: 'switch',
            exit: 'platinum',
            leaves: [{ at: '', fact: 'caller.tier', operator: 'equal', value: 'x', result: true }],
          },
          { node: 'vm', kind: 'voicemail', exit: null, leaves: [] },
        ],
        path: [
          { node: 'team', exit: 'platinum' },
          { node: 'lost', exit: null },
        ],
      },
    )
    const isHidden = (name: string): boolean => name === 'caller.tier'
    const told = withStandIns({ compiled, installation, decision, isHidden })
    expect(told).toEqual({
      hidden: ['caller.tier'],
      replays: false,
      decision: {
        ...decision,
        facts: seenOf({ 'caller.tier': '···', 'caller.known': true }),
        steps: [
          {
            ...failed,
            path: [
              { node: 'tier', exit: '···' },
              { node: 'vm', exit: null },
            ],
          },
          failed,
        ],
        trace: [
          { node: 'tier', kind: 'switch', exit: '···', leaves: [] },
          { node: 'vm', kind: 'voicemail', exit: null, leaves: [] },
        ],
        path: [
          { node: 'team', exit: '···' },
          { node: 'lost', exit: null },
        ],
      },
    })
  })

  it('are for facts of an installation that has changed since, too', () => {
    const nodes = gate(leaf('agents.support.status', 'equal', 'busy'))
    const policy = policyOf(nodes)
    const decision = decided(nodes, { 'agents.support.status': 'dnd', 'hours.gone': 'open' })
    const compiled = compile(policy, installation)
    const told = withStandIns({ compiled, installation, decision, isHidden: () => true })
    expect(told).toMatchObject({ hidden: ['agents.support.status', 'hours.gone'], replays: true })
    expect(told.decision.facts['hours.gone']).toMatchObject({ value: '···' })
  })
})
