import { describe, expect, it } from 'vitest'
import { compile } from '../../server/policy/compile.ts'
import { walk } from '../../server/policy/evaluate.ts'
import type { Condition } from '../../server/schema/policy.ts'
import {
  compileNodes,
  exits,
  installation,
  outcomes,
  pathOf,
  pending,
  reader,
  walked,
  type Known,
  type Nodes,
} from './engine-support.ts'
import { mainLine, quietDay } from './main-line.ts'

const unknown = { unknown: 'timeout' } as const
const crm = (field: string): Condition => ({ fact: `crm.${field}`, operator: 'equal', value: 1 })
const local = (name: string): Condition => ({
  fact: `caller.attributes.${name}`,
  operator: 'equal',
  value: true,
})
const condition = (when: Condition, to: object = exits) => ({ kind: 'condition', when, exits: to })
const walkNodes = (nodes: Nodes, facts: Known) =>
  walk(compileNodes({ ...nodes, ...outcomes }), reader(facts))
const allPending: Known = Object.fromEntries(
  ['crm.a', 'crm.b', 'crm.c', 'crm.d', 'crm.found'].map((name) => [name, 'pending']),
)

describe('a pending fact', () => {
  const main = compile(mainLine, installation)

  it('stops the walk at the gate that needs it', () => {
    const result = pending(walk(main, reader({ ...quietDay, 'crm.found': 'pending' })))
    expect(result).toMatchObject({
      at: 'crm',
      waitingFor: ['crm.found'],
      reachable: ['crm.found'],
    })
    expect(result.seen.path.at(-1)).toEqual({ node: 'crm', exit: null })
    expect(result.seen.trace.at(-1)).toMatchObject({
      node: 'crm',
      result: 'unknown',
      leaves: [{ fact: 'crm.found', result: 'unknown' }],
    })
    expect(result.seen.facts).not.toHaveProperty('crm.found')
  })

  it('does not stop a walk that passes by another way', () => {
    const closed = { ...quietDay, 'crm.found': 'pending', 'hours.support': 'closed' } as const
    expect(walked(walk(main, reader(closed))).node).toBe('sorry')
  })

  it('is waited for wherever a gate of any kind needs it', () => {
    for (const name of Object.keys(quietDay)) {
      const result = pending(walk(main, reader({ ...quietDay, [name]: 'pending' })))
      expect(result.waitingFor).toEqual([name])
    }
  })

  it('does not matter to a condition decided without it', () => {
    const any = condition({ any: [crm('a'), local('b1')] })
    const all = condition({ all: [crm('a'), local('b1')] })
    expect(walked(walkNodes({ any }, { ...allPending, 'caller.attributes.b1': true })).node).toBe(
      'y',
    )
    expect(walked(walkNodes({ all }, { ...allPending, 'caller.attributes.b1': false })).node).toBe(
      'n',
    )
  })

  it('is waited for although another fact is unknown, as it may still decide', () => {
    const gate = condition({ all: [local('b1'), crm('a')] })
    const facts: Known = { ...allPending, 'caller.attributes.b1': unknown }
    expect(pending(walkNodes({ gate }, facts)).waitingFor).toEqual(['crm.a'])
    expect(walked(walkNodes({ gate }, { ...facts, 'crm.a': 2 })).node).toBe('n')
    expect(walked(walkNodes({ gate }, { ...facts, 'crm.a': 1 })).node).toBe('u')
  })

  it('is not waited for in a group that is decided without it', () => {
    const gate = condition({ all: [{ any: [crm('a'), local('b1')] }, crm('b')] })
    const facts: Known = { ...allPending, 'caller.attributes.b1': true }
    expect(pending(walkNodes({ gate }, facts)).waitingFor).toEqual(['crm.b'])
  })
})

describe('reachable pending facts', () => {
  const reachable = (nodes: Nodes, facts: Known): string[] =>
    pending(walkNodes(nodes, { ...allPending, ...facts })).reachable.toSorted()

  it('are those behind every exit that could be taken', () => {
    const nodes = {
      first: condition(crm('a'), { yes: 'left', no: 'right', unknown: 'u' }),
      left: condition(crm('b')),
      right: { kind: 'tag', tags: ['x'], next: 'last' },
      last: { kind: 'crm', exits: { found: 'y', missing: 'n' } },
      elsewhere: condition(crm('d')),
    }
    expect(reachable(nodes, {})).toEqual(['crm.a', 'crm.b', 'crm.found'])
  })

  it('are not those behind a gate that is already decided the other way', () => {
    const nodes = {
      first: condition(crm('a'), { yes: 'middle', no: 'middle', unknown: 'middle' }),
      middle: condition(local('b1'), { yes: 'left', no: 'right', unknown: 'right' }),
      left: condition(crm('b')),
      right: condition(crm('c')),
    }
    expect(reachable(nodes, { 'caller.attributes.b1': true })).toEqual(['crm.a', 'crm.b'])
    expect(reachable(nodes, {})).toEqual(['crm.a', 'crm.c'])
  })

  it('are not those behind an exit the waiting gate can no longer take', () => {
    const gateTo = { yes: 'left', no: 'right', unknown: 'u' }
    const sides = { left: condition(crm('b')), right: condition(crm('c')) }
    const all = { first: condition({ all: [local('b1'), crm('a')] }, gateTo), ...sides }
    const any = { first: condition({ any: [local('b1'), crm('a')] }, gateTo), ...sides }
    const not = { first: condition({ not: { all: [local('b1'), crm('a')] } }, gateTo), ...sides }
    const b1 = { 'caller.attributes.b1': unknown }
    expect(reachable(all, b1)).toEqual(['crm.a', 'crm.c'])
    expect(reachable(any, b1)).toEqual(['crm.a', 'crm.b'])
    expect(reachable(not, b1)).toEqual(['crm.a', 'crm.b'])
  })

  it('are only those behind the exit of a gate by value that is decided', () => {
    const sides = { left: condition(crm('b')), right: condition(crm('c')) }
    const first = condition(crm('a'), { yes: 'next', no: 'next', unknown: 'next' })
    const hours = {
      kind: 'hours',
      calendar: 'support',
      exits: { open: 'left', closed: 'right', holiday: 'right', unknown: 'right' },
    }
    const split = (percent: number) => ({
      kind: 'split',
      percent,
      exits: { in: 'left', out: 'right', unknown: 'u' },
    })
    const key = { 'caller.key': 'somebody' }
    expect(reachable({ first, next: hours, ...sides }, { 'hours.support': 'open' })).toEqual([
      'crm.a',
      'crm.b',
    ])
    expect(reachable({ first, next: hours, ...sides }, { 'hours.support': unknown })).toEqual([
      'crm.a',
      'crm.c',
    ])
    expect(reachable({ first, next: split(0), ...sides }, key)).toEqual(['crm.a', 'crm.c'])
    expect(reachable({ first, next: split(100), ...sides }, key)).toEqual(['crm.a', 'crm.b'])
  })

  it.each<[string, object]>([
    [
      'value',
      { kind: 'switch', fact: 'crm.a', exits: { x: 'left', default: 'middle', unknown: 'right' } },
    ],
    [
      'chance',
      { kind: 'split', percent: 50, exits: { in: 'left', out: 'middle', unknown: 'right' } },
    ],
    ['comparison', condition(crm('a'), { yes: 'left', no: 'middle', unknown: 'right' })],
  ])('are those behind every exit of a gate by %s that waits', (_, gate) => {
    const sides = {
      left: condition(crm('b')),
      middle: condition(crm('c')),
      right: condition(crm('d')),
    }
    const own = 'percent' in gate ? 'caller.key' : 'crm.a'
    const facts: Known = { 'caller.key': 'pending' }
    expect(reachable({ gate, ...sides }, facts)).toEqual(
      [own, 'crm.b', 'crm.c', 'crm.d'].toSorted(),
    )
  })

  it('are found where ways part and meet again many times', () => {
    const gates = Array.from({ length: 40 }, (_, index) => {
      const next = index === 39 ? 'last' : `g${index + 1}`
      return [`g${index}`, condition(crm('a'), { yes: next, no: next, unknown: next })]
    })
    const nodes: Nodes = { ...Object.fromEntries(gates), last: condition(crm('b')) }
    expect(reachable(nodes, {})).toEqual(['crm.a', 'crm.b'])
  })

  it('are none of an outcome’s `otherwise`', () => {
    const nodes = {
      first: condition(crm('a'), { yes: 'ring', no: 'ring', unknown: 'ring' }),
      ring: { kind: 'accept', target: { team: 'support' }, otherwise: 'later' },
      later: condition(crm('b')),
    }
    expect(reachable(nodes, {})).toEqual(['crm.a'])
    const compiled = compileNodes({ ...nodes, ...outcomes })
    const resumed = pending(walk(compiled, reader(allPending), { from: 'later' }))
    expect(resumed.waitingFor).toEqual(['crm.b'])
    const settled = walk(compiled, reader({ 'crm.b': 1 }), { from: 'later' })
    expect(pathOf(walked(settled))).toBe('later:yes y')
  })
})
