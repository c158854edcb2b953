import { describe, expect, it } from 'vitest'
import { compile } from '../../server/policy/compile.ts'
import { walk } from '../../server/policy/evaluate.ts'
import { operatorNamed } from '../../server/policy/operators.ts'
import { nodeTraceSchema } from '../../server/schema/decision.ts'
import type { Leaf } from '../../server/schema/policy.ts'
import {
  compileCondition,
  compileNodes,
  installation,
  outcomes,
  reader,
  truth,
  walked,
  type Known,
} from './engine-support.ts'
import { times } from '../chance.ts'
import { mainLine, quietDay } from './main-line.ts'
import { randomFrom } from './random-conditions.ts'

const unknown = { unknown: 'timeout' } as const
const leaf = (fact: string, operator: string, value: Leaf['value']): Leaf => ({
  fact,
  operator,
  value,
})

describe('the trace', () => {
  const when = {
    all: [
      { any: [leaf('caller.tier', 'in', ['gold', 'silver']), leaf('caller.known', 'equal', true)] },
      { not: leaf('crm.tier', 'equal', 'risk') },
      leaf('caller.priority', 'greaterThan', { fact: 'history.calls' }),
      leaf('caller.tags', 'contains', 'x'),
    ],
  }
  const facts: Known = {
    'caller.tier': 'gold',
    'crm.tier': unknown,
    'caller.priority': 2,
    'history.calls': 3,
  }

  it('tells of every leaf what it came to, with the values seen', () => {
    const [gate] = walked(walk(compileCondition(when), reader(facts))).trace
    expect(gate).toMatchObject({ node: 'gate', kind: 'condition', exit: 'no', result: false })
    expect(gate?.leaves).toEqual([
      {
        fact: 'caller.tier',
        operator: 'in',
        ...at('all.0.any.0'),
        operand: ['gold', 'silver'],
        value: 'gold',
        result: true,
      },
      {
        ...at('all.0.any.1'),
        fact: 'caller.known',
        operator: 'equal',
        operand: true,
        result: 'not_evaluated',
      },
      {
        ...at('all.1.not'),
        fact: 'crm.tier',
        operator: 'equal',
        operand: 'risk',
        result: 'unknown',
      },
      {
        ...at('all.2'),
        fact: 'caller.priority',
        operator: 'greaterThan',
        operand: 3,
        value: 2,
        result: false,
      },
      {
        ...at('all.3'),
        fact: 'caller.tags',
        operator: 'contains',
        operand: 'x',
        result: 'not_evaluated',
      },
    ])
  })

  it('covers every node of the path, and is what the schema of a decision takes', () => {
    const { trace, path } = walked(walk(compile(mainLine, installation), reader(quietDay)))
    expect(trace.map(({ node, exit }) => ({ node, exit }))).toEqual(path)
    expect(trace.map((one) => nodeTraceSchema.parse(JSON.parse(JSON.stringify(one))))).toEqual(
      JSON.parse(JSON.stringify(trace)),
    )
  })

  it('tells of a gate by value which value it was', () => {
    const gate = { kind: 'switch', fact: 'caller.tier', exits: { gold: 'y', default: 'n' } }
    const leaves = (tier: Known[string]) =>
      walked(walk(compileNodes({ gate, ...outcomes }), reader({ 'caller.tier': tier }))).trace[0]
        ?.leaves
    expect(leaves('gold')).toMatchObject([{ operator: 'equal', operand: 'gold', value: 'gold' }])
    expect(leaves('tin')).toMatchObject([{ operator: 'notIn', operand: ['gold'], value: 'tin' }])
    expect(leaves(unknown)).toMatchObject([{ fact: 'caller.tier', result: 'unknown' }])
  })

  it('of one walk cannot be changed through another', () => {
    const compiled = compile(mainLine, installation)
    const first = walked(walk(compiled, reader(quietDay)))
    const before = JSON.stringify(first)
    first.trace.length = 0
    first.path.length = 0
    const [step] = walked(walk(compiled, reader(quietDay))).path
    expect(() => Object.assign(step ?? {}, { node: 'x' })).toThrow()
    expect(JSON.stringify(walked(walk(compiled, reader(quietDay))))).toBe(before)
  })
})

const at = (place: string) => ({ at: place, value: undefined })

describe('evaluation', () => {
  it('is deterministic: 10,000 random fact sets walked twice, in two orders', () => {
    const random = randomFrom(99)
    const pick = <T>(...values: T[]): T | undefined => values[Math.floor(random() * values.length)]
    const some = <T extends Known[string]>(value: T | undefined) =>
      pick<Known[string] | undefined>(value, value, value, unknown, 'pending') ?? unknown
    const sets = Array.from({ length: times(10_000) }, () => ({
      'caller.blocked': some(random() < 0.1),
      'velocity.caller.10m': some(Math.floor(random() * 8)),
      'caller.priority': some(Math.floor(random() * 100)),
      'hours.support': some(pick('open', 'open', 'closed', 'holiday')),
      'crm.found': some(random() < 0.5),
      'agents.support.status': some(pick('available', 'busy', 'dnd', 'offline')),
    }))
    const once = compile(mainLine, installation)
    const again = compile(structuredClone(mainLine), installation)
    const results = sets.map((facts) => JSON.stringify(walk(once, reader(facts))))
    const reversed = sets.toReversed().map((facts) => JSON.stringify(walk(again, reader(facts))))
    expect(results.filter((result, index) => result !== reversed.at(-1 - index))).toEqual([])
    expect(new Set(results).size).toBeGreaterThan(times(300))
  })

  it('leaves the policy and the facts as they are', () => {
    const before = JSON.stringify(mainLine)
    const tags = Object.freeze(['a'])
    const compiled = compileCondition(leaf('caller.tags', 'contains', 'a'))
    expect(truth(compiled, reader({ 'caller.tags': tags }))).toBe('y')
    walk(compile(mainLine, installation), reader(quietDay))
    expect(JSON.stringify(mainLine)).toBe(before)
  })

  it('passes on what an operator or the reader throws', () => {
    const compiled = compileCondition(leaf('caller.known', 'equal', true))
    const failing = () => {
      throw new Error('broken source')
    }
    expect(() => walk(compiled, failing)).toThrow('broken source')
    expect(() => operatorNamed('in')('a', undefined)).toThrow(TypeError)
  })

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'takes %s for text',
    (text) => {
      const same = compileCondition(leaf('caller.name', 'equal', text))
      const listed = compileCondition(leaf('caller.tags', 'contains', text))
      expect(truth(same, reader({ 'caller.name': text }))).toBe('y')
      expect(truth(listed, reader({ 'caller.tags': [] }))).toBe('n')
      const named = () => compileCondition(leaf(`caller.${text}`, 'equal', 'x'))
      expect(named).toThrow(`there is no fact "caller.${text}"`)
      expect(Object.keys(Object.prototype)).toEqual([])
    },
  )
})

describe('the operators', () => {
  it.each<[Parameters<typeof operatorNamed>[0], unknown, unknown, boolean]>([
    ['equal', '5', 5, false],
    ['notEqual', 'a', 'b', true],
    ['in', 'a', ['a', 'b'], true],
    ['notIn', 'a', ['a', 'b'], false],
    ['contains', ['a'], 'a', true],
    ['contains', 'abc', 'a', false],
    ['doesNotContain', ['a'], 'b', true],
    ['lessThan', 1, 1, false],
    ['lessThanInclusive', 1, 1, true],
    ['greaterThan', Number.NaN, 0, false],
    ['greaterThanInclusive', 1, 1, true],
  ])('%s of %j and %j is %s, as in json-rules-engine', (name, value, operand, result) => {
    expect(operatorNamed(name)(value, operand)).toBe(result)
  })
})
