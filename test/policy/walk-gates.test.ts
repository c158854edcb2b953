import { describe, expect, it } from 'vitest'
import { compile } from '../../server/policy/compile.ts'
import { walk } from '../../server/policy/evaluate.ts'
import { splitPlace } from '../../server/policy/split.ts'
import type { FactValue } from '../../server/schema/facts.ts'
import {
  compileCondition,
  compileNodes,
  exits,
  installation,
  outcomes,
  pathOf,
  policyOf,
  reader,
  truth,
  walked,
  type Known,
  type Nodes,
} from './engine-support.ts'

const unknown = { unknown: 'timeout' } as const
const leave = (nodes: Nodes, facts: Known): string | null | undefined =>
  walked(walk(compileNodes(nodes), reader(facts))).path[0]?.exit

describe('a vip gate', () => {
  const gate = { kind: 'vip', minPriority: 80, tags: ['gold', 'board'], exits }
  it.each<[Known, string]>([
    [{ 'caller.priority': 80, 'caller.tags': [] }, 'yes'],
    [{ 'caller.priority': 79, 'caller.tags': ['x', 'board'] }, 'yes'],
    [{ 'caller.priority': 79, 'caller.tags': ['goldfish'] }, 'no'],
    [{ 'caller.priority': unknown, 'caller.tags': ['gold'] }, 'yes'],
    [{ 'caller.priority': 79, 'caller.tags': unknown }, 'unknown'],
  ])('leaves for %j by %s', (facts, exit) => {
    expect(leave({ gate, ...outcomes }, facts)).toBe(exit)
  })
})

describe('a velocity gate', () => {
  it.each<[object, string]>([
    [{ scope: 'number' }, 'velocity.number.60m'],
    [{ scope: 'prefix' }, 'velocity.prefix.60m'],
    [{ scope: 'prefix', digits: 4 }, 'velocity.prefix4.60m'],
  ])('%j counts %s', (scope, fact) => {
    const gate = {
      kind: 'velocity',
      ...scope,
      limit: 3,
      windowMinutes: 60,
      exits: { exceeded: 'y', within: 'n' },
    }
    expect(leave({ gate, ...outcomes }, { [fact]: 3 })).toBe('within')
    expect(leave({ gate, ...outcomes }, { [fact]: 4 })).toBe('exceeded')
  })
})

describe('an agents gate', () => {
  const all = { available: 'y', busy: 'n', dnd: 'n', offline: 'n' }
  it.each<[object, string]>([
    [{ team: 'support' }, 'agents.support.status'],
    [{ agent: 'ana' }, 'agent.ana.status'],
    [{ owner: true }, 'agents.owner.status'],
  ])('%j asks for %s', (who, fact) => {
    const nodes = { gate: { kind: 'agents', ...who, exits: all }, ...outcomes }
    for (const status of Object.keys(all)) expect(leave(nodes, { [fact]: status })).toBe(status)
    expect(leave(nodes, {})).toBe('unknown')
  })

  it('goes to the fallback for a status left out without an unknown exit', () => {
    const gate = { kind: 'agents', team: 'support', exits: { available: 'y' } }
    const result = walk(
      compileNodes({ gate, ...outcomes }),
      reader({ 'agents.support.status': 'busy' }),
    )
    expect(pathOf(walked(result))).toBe('gate:unknown fallback')
  })
})

describe('a switch gate', () => {
  const on = (fact: string, more: object = { default: 'n' }) => ({
    gate: {
      kind: 'switch',
      fact,
      exits: { gold: 'y', '3': 'y', true: 'y', unknown: 'u', ...more },
    },
    ...outcomes,
  })
  it.each<[string, FactValue | typeof unknown, string]>([
    ['caller.tier', 'gold', 'gold'],
    ['caller.tier', 'silver', 'default'],
    ['caller.tier', 'unknown', 'default'],
    ['caller.tier', 'default', 'default'],
    ['caller.tier', unknown, 'unknown'],
    ['caller.priority', 3, '3'],
    ['caller.known', true, 'true'],
    ['call.ctaPayload', '__proto__', 'default'],
    ['call.ctaPayload', 'constructor', 'default'],
    ['call.ctaPayload', 'toString', 'default'],
  ])('on %s leaves for %j by %s', (fact, value, exit) => {
    expect(leave(on(fact), { [fact]: value })).toBe(exit)
  })

  it('leaves by unknown for a value without exit when there is no default', () => {
    expect(leave(on('caller.tier', {}), { 'caller.tier': 'silver' })).toBe('unknown')
  })
})

describe('a split gate', () => {
  const nodes = (percent: number) => ({
    gate: { kind: 'split', percent, exits: { in: 'y', out: 'n', unknown: 'u' } },
    ...outcomes,
  })
  const callers = Array.from({ length: 20_000 }, (_, index) => `+4915${1_000_000 + index}`)

  it.each([1, 10, 50, 99])('lets %i percent of callers in, give or take', (percent) => {
    const compiled = compileNodes(nodes(percent))
    const inside = callers.filter((key) => truth(compiled, reader({ 'caller.key': key })) === 'y')
    expect(Math.abs((inside.length / callers.length) * 100 - percent)).toBeLessThan(0.85)
  })

  it('lets nobody in at 0 and everybody at 100', () => {
    for (const key of callers.slice(0, 1000)) {
      expect(leave(nodes(0), { 'caller.key': key })).toBe('out')
      expect(leave(nodes(100), { 'caller.key': key })).toBe('in')
    }
  })

  it('spreads callers evenly over a hundred bins', () => {
    const bins = new Array<number>(100).fill(0)
    const place = splitPlace('main-line', 'trial')
    for (const key of callers)
      bins[Math.floor(place(key))] = (bins[Math.floor(place(key))] ?? 0) + 1
    const expected = callers.length / bins.length
    const chiSquared = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    expect(chiSquared).toBeLessThan(148.2)
  })

  it('draws anew for every node and policy, and never changes for one caller', () => {
    const both = callers.filter(
      (key) => splitPlace('p', 'a')(key) < 50 && splitPlace('p', 'b')(key) < 50,
    )
    expect(both.length / callers.length).toBeCloseTo(0.25, 1)
    expect(splitPlace('p', 'ab')('c')).not.toBe(splitPlace('pa', 'b')('c'))
    expect(splitPlace('main-line', 'trial')('+4915112345678')).toBeCloseTo(48.392358, 6)
  })

  it('leaves by unknown for a caller without key', () => {
    expect(leave(nodes(50), {})).toBe('unknown')
  })
})

describe('a fact of another type', () => {
  const equal = (fact: string, value: string | number | boolean) =>
    compileCondition({ fact, operator: 'notEqual', value })
  it.each<[string, FactValue]>([
    ['caller.priority', '80'],
    ['caller.priority', Number.NaN],
    ['caller.priority', Number.POSITIVE_INFINITY],
    ['caller.blocked', 'true'],
    ['caller.tier', 3],
    ['call.at', '2026-11-20T09:00:00Z'],
  ])('%s = %j is unknown', (fact, value) => {
    const result = walked(walk(equal(fact, 1), reader({ [fact]: value })))
    expect(result.node).toBe('u')
    expect(result.facts[fact]).toEqual({ unknown: 'type', source: 'test', ms: 1 })
    expect(result.unknown).toEqual([fact])
  })

  it('is known when nobody declared the fact', () => {
    for (const value of ['80', 80, true])
      expect(truth(equal('crm.anything', 1), reader({ 'crm.anything': value }))).toBe('y')
  })
})

describe('an instant', () => {
  it('is written as ISO text and compared as milliseconds', () => {
    const since = (value: string) =>
      compileCondition({ fact: 'call.at', operator: 'greaterThanInclusive', value })
    const at = reader({ 'call.at': Date.parse('2026-11-20T09:00:00Z') })
    expect(truth(since('2026-11-20T10:00:00+01:00'), at)).toBe('y')
    expect(truth(since('2026-11-20T09:00:01Z'), at)).toBe('n')
    expect(() => since('tomorrow')).toThrow('"tomorrow" is not an instant')
  })
})

describe('compiling', () => {
  const condition = (when: object) => ({ gate: { kind: 'condition', when, exits }, ...outcomes })
  it.each<[string, Nodes]>([
    [
      'node "gate": there is no fact "caller.prioritty"',
      condition({ fact: 'caller.prioritty', operator: 'equal', value: 1 }),
    ],
    [
      'node "gate": there is no operator "matches"',
      condition({ fact: 'caller.tier', operator: 'matches', value: 'x' }),
    ],
    [
      'node "gate": "in" on caller.tier needs a list',
      condition({ fact: 'caller.tier', operator: 'in', value: 'gold' }),
    ],
    [
      'node "gate": there is no fact "hours.nights"',
      {
        gate: {
          kind: 'hours',
          calendar: 'nights',
          exits: { open: 'y', closed: 'n', holiday: 'n' },
        },
        ...outcomes,
      },
    ],
    [
      'there is no node "z"',
      { gate: { kind: 'vip', minPriority: 1, exits: { yes: 'z', no: 'n' } }, ...outcomes },
    ],
    [
      'node "gate" has no exit "no"',
      { gate: { kind: 'vip', minPriority: 1, exits: { yes: 'y' } }, ...outcomes },
    ],
    [
      'node "a" leads back to itself',
      { a: { kind: 'tag', tags: ['x'], next: 'b' }, b: { kind: 'voicemail', otherwise: 'a' } },
    ],
    ['there is no node "toString"', { a: { kind: 'tag', tags: ['x'], next: 'toString' } }],
  ])('refuses: %s', (message, nodes) => {
    expect(() => compileNodes(nodes)).toThrow(message)
  })

  it('refuses a start that is not there', () => {
    const policy = policyOf(outcomes, { start: 'nowhere' })
    expect(() => compile(policy, installation)).toThrow('there is no node "nowhere"')
  })
})
