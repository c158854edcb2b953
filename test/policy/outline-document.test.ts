import { describe, expect, it } from 'vitest'
import { bareNode, documentOf } from '../../server/policy/outline/document.ts'
import { groupsOf } from '../../server/policy/outline/groups.ts'
import { outlineOf } from '../../server/policy/outline/outline.ts'
import { english } from '../../server/policy/say/words.ts'
import type { PolicyNode } from '../../server/schema/policy.ts'
import { isGate } from '../../server/schema/policy.ts'
import type { Nodes } from './engine-support.ts'
import { policyOf } from './engine-support.ts'

const end = { kind: 'voicemail' }
const bye = { kind: 'reject', silent: true, reason: 'spam' }
const tag = (next: string) => ({ kind: 'tag', tags: ['seen'], next })
const vip = (exits: Record<string, string>) => ({ kind: 'vip', minPriority: 80, exits })
const tier = (exits: Record<string, string>) => ({ kind: 'switch', fact: 'caller.tier', exits })
const nodeOf = (node: Record<string, unknown>): PolicyNode => {
  const { one } = policyOf({ one: node }).nodes
  if (!one) throw new Error('there is one node')
  return one
}

describe('the document of an outline', () => {
  it.each<[string, Nodes]>([
    [
      'a gate with all its exits',
      { gate: vip({ unknown: 'end', yes: 'bye', no: 'end' }), end, bye },
    ],
    ['a gate without any', { gate: vip({}), end }],
    ['a gate without a way for unknown', { gate: vip({ yes: 'end', no: 'bye' }), end, bye }],
    [
      'a gate that leads only to what does not exist',
      { gate: vip({ no: 'gone', unknown: 'lost' }) },
    ],
    ['a switch', { gate: tier({ unknown: 'end', b: 'bye', default: 'end', a: 'bye' }), end, bye }],
    ['effects in a row', { late: end, first: tag('second'), second: tag('late') }],
    ['ends that go on, or do not', { ring: { otherwise: 'box', ...end }, box: end, bye }],
    ['an end that goes on to what does not exist', { ring: { ...end, otherwise: 'gone' } }],
    ['a circle', { first: tag('second'), second: tag('first') }],
  ])('is the same as before, with %s', (_, nodes) => {
    const policy = policyOf(nodes, { layout: { gate: { x: 1, y: 2 } } })
    const again = documentOf(outlineOf(policy, english))
    expect(again).toStrictEqual(policy)
    // the order of nodes, fields and exits too
    expect(JSON.stringify(again)).toBe(JSON.stringify(policy))
  })

  it('leaves out a node that has no line', () => {
    const outline = outlineOf(policyOf({ gate: vip({ yes: 'end', no: 'bye' }), end, bye }), english)
    const lines = outline.lines.filter(({ id }) => id !== 'bye')
    expect(Object.keys(documentOf({ ...outline, lines }).nodes)).toEqual(['gate', 'end'])
    const others = outline.lines.filter(({ id }) => id !== 'gate')
    expect(Object.keys(documentOf({ ...outline, lines: others }).nodes)).toEqual(['end', 'bye'])
  })
})

describe('a step without where it leads', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'a gate, with the names of its exits in their order',
      tier({ unknown: 'a', silver: 'b', default: 'a', gold: 'b' }),
      tier({ unknown: '', silver: '', default: '', gold: '' }),
    ],
    ['an effect', tag('a'), tag('')],
    ['an end that goes on', { ...end, otherwise: 'a' }, { ...end, otherwise: '' }],
    ['an end that does not', end, end],
    ['a reject', bye, bye],
  ])('is %s', (_, node, bare) => {
    expect(bareNode(nodeOf(node))).toStrictEqual(bare)
    expect(JSON.stringify(bareNode(nodeOf(node)))).toBe(JSON.stringify(bare))
  })
})

describe('the ways out of a gate', () => {
  it.each<[string, Record<string, string>, ReturnType<typeof groupsOf>]>([
    [
      'stand together where they lead to the same, without `unknown`',
      { available: 'a', busy: 'b', dnd: 'a', offline: 'b', unknown: 'a' },
      [
        { to: 'a', exits: ['available', 'dnd'] },
        { to: 'b', exits: ['busy', 'offline'] },
      ],
    ],
    [
      'stand by themselves where they lead nowhere',
      { dnd: 'a' },
      [
        { to: undefined, exits: ['available'] },
        { to: undefined, exits: ['busy'] },
        { to: 'a', exits: ['dnd'] },
        { to: undefined, exits: ['offline'] },
      ],
    ],
  ])('%s', (_, exits, groups) => {
    const gate = nodeOf({ kind: 'agents', team: 'support', exits })
    expect(isGate(gate) && groupsOf(gate)).toEqual(groups)
  })
})
