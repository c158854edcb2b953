import { describe, expect, it } from 'vitest'
import { compile } from '../../server/policy/compile.ts'
import { fallbackWalk, run, walk } from '../../server/policy/evaluate.ts'
import { factsOnTape, unroll } from '../../server/policy/trace.ts'
import type { Condition } from '../../server/schema/policy.ts'
import {
  compileCondition,
  compileNodes,
  exits,
  installation,
  outcomes,
  pathOf,
  pending,
  policyOf,
  reader,
  walked,
  type Known,
} from './engine-support.ts'

const unknown = { unknown: 'timeout' } as const
const attribute = (name: string): string => `caller.attributes.${name}`
const leaf = (name: string): Condition => ({
  fact: attribute(name),
  operator: 'equal',
  value: true,
})

/** The first node of a walk as the trace shows it. */
const traced = (gate: object, facts: Known) => {
  const result = walk(compileNodes({ gate, ...outcomes }), reader(facts))
  return result.kind === 'walked' ? result.trace[0] : result.seen.trace[0]
}

describe('the trace of a gate by value', () => {
  const gate = {
    kind: 'switch',
    fact: 'caller.priority',
    exits: { '3': 'y', '5': 'y', default: 'n', unknown: 'u' },
  }
  const asked = { at: '', fact: 'caller.priority' }
  it.each<[string, Known[string], object]>([
    [
      'with an exit for it',
      3,
      { exit: '3', leaves: [{ ...asked, operator: 'equal', operand: 3, value: 3, result: true }] },
    ],
    [
      'without one',
      4,
      {
        exit: 'default',
        leaves: [{ ...asked, operator: 'notIn', operand: ['3', '5'], value: 4, result: true }],
      },
    ],
    [
      'that is unknown',
      unknown,
      {
        exit: 'unknown',
        result: 'unknown',
        leaves: [{ ...asked, operator: 'in', operand: ['3', '5'], result: 'unknown' }],
      },
    ],
    [
      'that is pending',
      'pending',
      {
        exit: null,
        result: 'unknown',
        leaves: [{ ...asked, operator: 'in', operand: ['3', '5'], result: 'unknown' }],
      },
    ],
  ])('tells a value %s', (_, value, told) => {
    const trace = traced(gate, { 'caller.priority': value })
    expect(trace).toEqual({ node: 'gate', kind: 'switch', ...told })
  })

  it('has no result where a value was known', () => {
    expect(traced(gate, { 'caller.priority': 3 })).not.toHaveProperty('result')
  })
})

describe('the trace of a split', () => {
  const gate = { kind: 'split', percent: 100, exits: { in: 'y', out: 'n', unknown: 'u' } }
  const asked = { at: '', fact: 'caller.key', operator: 'split', operand: 100 }
  it.each<[Known[string], object]>([
    ['a', { exit: 'in', result: true, leaves: [{ ...asked, value: 'a', result: true }] }],
    [unknown, { exit: 'unknown', result: 'unknown', leaves: [{ ...asked, result: 'unknown' }] }],
    ['pending', { exit: null, result: 'unknown', leaves: [{ ...asked, result: 'unknown' }] }],
  ])('for %j', (key, told) => {
    expect(traced(gate, { 'caller.key': key })).toEqual({ node: 'gate', kind: 'split', ...told })
  })

  it('for somebody who stays outside', () => {
    expect(traced({ ...gate, percent: 0 }, { 'caller.key': 'a' })).toEqual({
      node: 'gate',
      kind: 'split',
      exit: 'out',
      result: false,
      leaves: [{ ...asked, operand: 0, value: 'a', result: false }],
    })
  })

  it('waits for the key of the caller', () => {
    const compiled = compileNodes({ gate, ...outcomes })
    expect(pending(walk(compiled, reader({ 'caller.key': 'pending' })))).toMatchObject({
      at: 'gate',
      waitingFor: ['caller.key'],
      reachable: ['caller.key'],
    })
  })
})

describe('the leaves of a condition', () => {
  /** What became of each leaf, in order: true, false, unknown or not evaluated. */
  const results = (when: Condition, facts: Known): string[] =>
    (walked(walk(compileCondition(when), reader(facts))).trace[0]?.leaves ?? []).map(
      ({ at, result }) => `${at}=${result}`,
    )
  const factsOf = (values: readonly Known[string][]): Known =>
    Object.fromEntries(values.map((value, index) => [`crm.f${index}`, value]))
  const leaves = (count: number): Condition[] =>
    Array.from({ length: count }, (_, index) => ({
      fact: `crm.f${index}`,
      operator: 'equal',
      value: true,
    }))
  const skipped = 'not_evaluated'

  it.each<['all' | 'any', Known[string][], (boolean | string)[]]>([
    ['all', [false], [false]],
    ['all', [true], [true]],
    ['all', [false, true], [false, skipped]],
    ['all', [true, false], [true, false]],
    ['all', [true, false, true], [true, false, skipped]],
    ['all', [true, unknown, false, true], [true, 'unknown', false, skipped]],
    ['all', [unknown, true, true, true], ['unknown', true, true, true]],
    ['any', [true, false], [true, skipped]],
    ['any', [false, true, false], [false, true, skipped]],
    ['any', [false, false, true, false], [false, false, true, skipped]],
    ['any', [unknown, unknown, true, false], ['unknown', 'unknown', true, skipped]],
    ['any', [unknown, false, false, false], ['unknown', false, false, false]],
  ])('of %s with %j are %j', (group, values, expected) => {
    const conditions = leaves(values.length)
    const when = group === 'all' ? { all: conditions } : { any: conditions }
    const told = expected.map((result, index) => `${group}.${index}=${result}`)
    expect(results(when, factsOf(values))).toEqual(told)
  })

  it('are named by where they stand', () => {
    const when = { not: { any: [{ all: [{ not: leaf('b1') }, leaf('b2')] }, leaf('b1')] } }
    const facts = { [attribute('b1')]: true, [attribute('b2')]: true }
    expect(results(when, facts)).toEqual([
      'not.any.0.all.0.not=true',
      'not.any.0.all.1=not_evaluated',
      'not.any.1=true',
    ])
    expect(results(leaf('b1'), facts)).toEqual(['=true'])
  })

  it('that compare two facts tell both values', () => {
    const when = { fact: attribute('n1'), operator: 'lessThan', value: { fact: attribute('n2') } }
    const told = { at: '', fact: attribute('n1'), operator: 'lessThan' }
    const shown = (n1: Known[string], n2: Known[string]) =>
      traced({ kind: 'condition', when, exits }, { [attribute('n1')]: n1, [attribute('n2')]: n2 })
        ?.leaves
    expect(shown(1, 2)).toEqual([{ ...told, operand: 2, value: 1, result: true }])
    expect(shown(2, 1)).toEqual([{ ...told, operand: 1, value: 2, result: false }])
    expect(shown(unknown, 1)).toEqual([{ ...told, operand: 1, result: 'unknown' }])
    expect(shown(1, unknown)).toEqual([{ ...told, value: 1, result: 'unknown' }])
    const both = { any: [leaf('b1'), when] }
    const skippedLeaf = traced(
      { kind: 'condition', when: both, exits },
      { [attribute('b1')]: true },
    )?.leaves[1]
    expect(skippedLeaf).toEqual({ ...told, at: 'any.1', result: 'not_evaluated' })
    expect(skippedLeaf).not.toHaveProperty('operand')
  })

  it('that are asked for instants tell milliseconds', () => {
    const nine = Date.parse('2026-11-20T09:00:00Z')
    const when = (operator: string, value: string | string[] | number): Condition => ({
      fact: 'call.at',
      operator,
      value,
    })
    const shown = (condition: Condition, at: number) =>
      traced({ kind: 'condition', when: condition, exits }, { 'call.at': at })
    const list = when('in', ['2026-11-20T08:00:00Z', '2026-11-20T10:00:00+01:00'])
    expect(shown(list, nine)).toMatchObject({
      exit: 'yes',
      leaves: [{ operand: [nine - 3_600_000, nine] }],
    })
    expect(shown(list, nine + 1)?.exit).toBe('no')
    expect(shown(when('equal', nine), nine)?.exit).toBe('yes')
  })

  it.each<[string, Condition]>([
    ['"in" on caller.tier needs a list', { fact: 'caller.tier', operator: 'in', value: 'gold' }],
    ['"notIn" on caller.tier needs', { fact: 'caller.tier', operator: 'notIn', value: 'gold' }],
    [
      '"in" on caller.tier needs a list',
      { fact: 'caller.tier', operator: 'in', value: { fact: 'caller.name' } },
    ],
    [
      '"notIn" on caller.tier needs a list',
      { fact: 'caller.tier', operator: 'notIn', value: { fact: 'caller.name' } },
    ],
    [
      'there is no fact "caller.nothing"',
      { fact: 'caller.tier', operator: 'equal', value: { fact: 'caller.nothing' } },
    ],
    ['an empty "all" decides nothing', { all: [] }],
    ['an empty "any" decides nothing', { any: [] }],
    ['an empty "any" decides nothing', { all: [leaf('b1'), { not: { any: [] } }] }],
    ['"later" is not an instant', { fact: 'call.at', operator: 'in', value: ['later'] }],
  ])('are refused: %s', (message, when) => {
    let caught: unknown
    try {
      compileCondition(when)
    } catch (error) {
      caught = error
    }
    const error = caught instanceof Error ? caught : new Error('nothing was refused')
    expect(error.message).toContain(`node "gate": ${message}`)
    expect(error.cause).toBeInstanceOf(Error)
  })

  it('may compare with a list that is a fact', () => {
    const within = (operator: string) =>
      compileCondition({ fact: 'caller.tier', operator, value: { fact: 'caller.tags' } })
    const facts = reader({ 'caller.tier': 'gold', 'caller.tags': ['gold'] })
    expect(walked(walk(within('in'), facts)).node).toBe('y')
    expect(walked(walk(within('notIn'), facts)).node).toBe('n')
  })
})

describe('a compiled policy', () => {
  const nodes = {
    first: { kind: 'condition', when: { all: [leaf('b1'), leaf('b2')] }, exits },
    y: { kind: 'tag', tags: ['x'], next: 'second' },
    second: {
      kind: 'condition',
      when: { any: [leaf('b2'), leaf('b1')] },
      exits: { yes: 'n', no: 'n' },
    },
    n: { kind: 'voicemail' },
    u: { kind: 'voicemail' },
  }
  const compiled = compileNodes(nodes)
  const both = { [attribute('b1')]: true, [attribute('b2')]: true }

  it('is frozen, and so is what its walks share', () => {
    const { graph, leaves } = compiled
    expect(Object.isFrozen(compiled)).toBe(true)
    for (const { step } of graph.exits) expect(Object.isFrozen(step)).toBe(true)
    for (const one of leaves) expect(Object.isFrozen(one.notEvaluated)).toBe(true)
    for (const id of Object.keys(nodes)) {
      const last = graph.node(id)?.last
      expect([last?.step, last?.trace, last?.trace.leaves].every(Object.isFrozen)).toBe(true)
    }
    const gates = compileNodes({
      gate: { kind: 'split', percent: 5, exits: { in: 'more', out: 'n' } },
      more: { kind: 'switch', fact: 'caller.tier', exits: { a: 'y', default: 'n' } },
      ...outcomes,
    })
    for (const one of gates.leaves) expect(Object.isFrozen(one.notEvaluated)).toBe(true)
  })

  it('knows its nodes by name', () => {
    expect(compiled.graph.start.id).toBe('first')
    expect(compiled.graph.node('first')).toBe(compiled.graph.start)
    expect(compiled.graph.node('fallback')).toBeUndefined()
    expect(compiled.graph.node('toString')).toBeUndefined()
    expect(compiled.graph.fallback).toMatchObject({ id: 'fallback', kind: 'reject', exits: [] })
    expect(compiled.graph.node('y')).toMatchObject({ effect: nodes.y, firstLeaf: 0, leafCount: 0 })
    const [first, second] = [compiled.graph.node('first'), compiled.graph.node('second')]
    expect([first?.leafCount, second?.leafCount]).toEqual([2, 2])
    expect([first?.firstLeaf, second?.firstLeaf].toSorted()).toEqual([0, 2])
  })

  it('names each fact once', () => {
    expect(compiled.facts.toSorted()).toEqual([attribute('b1'), attribute('b2')])
    expect(compiled.remoteFacts).toEqual([])
  })

  it('tells how long a fact is waited for', () => {
    const crm = { kind: 'crm', deadlineMs: 200, exits: { found: 'y', missing: 'n' } }
    const patient = compileNodes({ crm, ...outcomes })
    expect(patient.remoteFacts).toEqual(['crm.found'])
    expect(['crm.found', 'crm.tier', 'caller.tier', 'no.fact'].map(patient.deadlineOf)).toEqual([
      200, 200, 0, 0,
    ])
  })

  it('shows every leaf of every node that a walk passed, and no other', () => {
    const result = walked(walk(compiled, reader(both)))
    expect(pathOf(result)).toBe('first:yes y:next second:yes n')
    expect(result.trace.map(({ node, kind, leaves }) => [node, kind, leaves.length])).toEqual([
      ['first', 'condition', 2],
      ['y', 'tag', 0],
      ['second', 'condition', 2],
      ['n', 'voicemail', 0],
    ])
    expect(result.trace[1]).toEqual({ node: 'y', kind: 'tag', exit: 'next', leaves: [] })
    expect(result.trace[3]).toEqual({ node: 'n', kind: 'voicemail', exit: null, leaves: [] })
    expect(result.effects).toEqual([{ node: 'y', effect: nodes.y }])
  })

  it('shows each fact and each unknown one once, in the order they were asked for', () => {
    const result = walked(walk(compiled, reader({ [attribute('b1')]: unknown })))
    expect(Object.keys(result.facts)).toEqual([attribute('b1'), attribute('b2')])
    expect(result.unknown).toEqual([attribute('b1'), attribute('b2')])
    const yes = walked(walk(compiled, reader(both)))
    expect(Object.keys(yes.facts)).toEqual([attribute('b1'), attribute('b2')])
    expect(yes.unknown).toEqual([])
  })

  it('shows no fact that nobody has read', () => {
    const values = compiled.facts.map(() => true)
    const { tape } = run(compiled, values)
    expect(factsOnTape(compiled, tape, [])).toEqual({ facts: {}, unknown: [] })
  })

  it('does not read the tape of another policy', () => {
    const { start: from } = compiled.graph
    expect(() => unroll(compiled, { from, tape: [~99], values: [] })).toThrow(
      'the tape is of another policy',
    )
  })

  it('begins where it is told to', () => {
    expect(pathOf(walked(walk(compiled, reader(both), { from: 'second' })))).toBe('second:yes n')
    expect(() => walk(compiled, reader(both), { from: 'nowhere' })).toThrow(
      'policy "test" has no node "nowhere"',
    )
    const node = compiled.graph.node('n')
    expect(run(compiled, [], node)).toEqual({ end: node, tape: [] })
  })

  it('reads each fact once', () => {
    const asked: string[] = []
    walk(compiled, (name) => {
      asked.push(name)
      return { value: true, source: 'test', ms: 1 }
    })
    expect(asked).toEqual(compiled.facts)
  })
})

describe('a walk that ends in the fallback', () => {
  const compiled = compile(policyOf(outcomes), installation)
  it('shows nothing but the fallback where nothing was seen', () => {
    expect(fallbackWalk(compiled, 'engine_error')).toEqual({
      kind: 'walked',
      outcome: { kind: 'reject', message: { text: 'Sorry.' } },
      node: 'fallback',
      fallback: 'engine_error',
      path: [{ node: 'fallback', exit: null }],
      effects: [],
      facts: {},
      unknown: [],
      trace: [{ node: 'fallback', kind: 'reject', exit: null, leaves: [] }],
    })
  })

  it('keeps what was seen', () => {
    const seen = {
      path: [{ node: 'a', exit: 'yes' }],
      effects: [{ node: 'b', effect: { kind: 'tag' as const, tags: ['x'], next: 'c' } }],
      facts: { 'caller.tier': { unknown: 'error' as const, source: 'test', ms: 1 } },
      unknown: ['caller.tier'],
      trace: [{ node: 'a', kind: 'vip', exit: 'yes', leaves: [] }],
    }
    expect(fallbackWalk(compiled, 'budget_exhausted', seen)).toMatchObject({
      ...seen,
      path: [...seen.path, { node: 'fallback', exit: null }],
      trace: [...seen.trace, { node: 'fallback' }],
    })
  })
})
