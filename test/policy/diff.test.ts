import { describe, expect, it } from 'vitest'
import { diffPolicies } from '../../server/policy/diff.ts'
import type { Policy } from '../../server/schema/policy.ts'
import { policySchema } from '../../server/schema/policy.ts'
import { policyOf } from './engine-support.ts'

const exits = { yes: 'in', no: 'out' }
const vip = { kind: 'vip', minPriority: 80, tags: ['p', 'q'], exits }
const nodes = { gate: vip, in: { kind: 'voicemail' }, out: { kind: 'voicemail' } }
const before = policyOf(nodes)
const fields = (gate: Record<string, unknown>) =>
  diffPolicies(before, policyOf({ ...nodes, gate })).nodes

describe('what differs between two policies', () => {
  it('is nothing between a policy and a copy, wherever its nodes stand', () => {
    const copy = policySchema.parse(JSON.parse(JSON.stringify(before)))
    const layout = { gate: { x: 1, y: 2 } }
    expect(diffPolicies(before, { ...copy, layout })).toEqual({ nodes: [], settings: [] })
    expect(diffPolicies({ ...before, layout }, copy)).toEqual({ nodes: [], settings: [] })
  })

  it.each<[string, Record<string, unknown>, unknown[]]>([
    [
      'another value',
      { ...vip, minPriority: 70 },
      [{ path: ['minPriority'], before: 80, after: 70 }],
    ],
    [
      'another exit, by its path',
      { ...vip, exits: { ...exits, no: 'in' } },
      [{ path: ['exits', 'no'], before: 'out', after: 'in' }],
    ],
    [
      'an exit more and one less',
      { ...vip, exits: { yes: 'in', unknown: 'out' } },
      [
        { path: ['exits', 'no'], before: 'out', after: undefined },
        { path: ['exits', 'unknown'], before: undefined, after: 'out' },
      ],
    ],
    [
      'a list as a whole',
      { ...vip, tags: ['p', 'r'] },
      [{ path: ['tags'], before: ['p', 'q'], after: ['p', 'r'] }],
    ],
    [
      'a list that is gone',
      { kind: 'vip', minPriority: 80, exits },
      [{ path: ['tags'], before: ['p', 'q'], after: undefined }],
    ],
    [
      'a condition where something else was',
      {
        kind: 'condition',
        when: { fact: 'caller.known', operator: 'equal', value: true },
        exits,
      },
      [
        { path: ['kind'], before: 'vip', after: 'condition' },
        { path: ['minPriority'], before: 80, after: undefined },
        { path: ['tags'], before: ['p', 'q'], after: undefined },
        {
          path: ['when'],
          before: undefined,
          after: { fact: 'caller.known', operator: 'equal', value: true },
        },
      ],
    ],
  ])('is %s', (_, gate, expected) => {
    expect(fields(gate)).toEqual([{ id: 'gate', change: 'changed', fields: expected }])
  })

  it('tells a list from one value, and an operand that is a fact from a list', () => {
    const when = (value: unknown) => ({
      kind: 'condition',
      when: { fact: 'caller.tags', operator: 'contains', value },
      exits,
    })
    const paths = (was: unknown, is: unknown) =>
      diffPolicies(
        policyOf({ ...nodes, gate: when(was) }),
        policyOf({ ...nodes, gate: when(is) }),
      ).nodes.flatMap((node) => node.fields)
    const path = ['when', 'value']
    expect(paths(['x'], 'x')).toEqual([{ path, before: ['x'], after: 'x' }])
    expect(paths('x', ['x'])).toEqual([{ path, before: 'x', after: ['x'] }])
    expect(paths({ fact: 'f' }, ['f'])).toEqual([{ path, before: { fact: 'f' }, after: ['f'] }])
    expect(paths(['f'], { fact: 'f' })).toEqual([{ path, before: ['f'], after: { fact: 'f' } }])
    expect(paths({ fact: 'f' }, { fact: 'g' })).toEqual([
      { path: [...path, 'fact'], before: 'f', after: 'g' },
    ])
    expect(paths(['x', 'y'], ['x', 'y'])).toEqual([])
  })

  it('are nodes in the order of the new one, and then those that are gone', () => {
    const after = policyOf({
      added: { kind: 'voicemail' },
      in: { kind: 'voicemail', greeting: 'hello' },
      gate: { ...vip, exits: { yes: 'in', no: 'added' } },
    })
    expect(diffPolicies(before, after).nodes).toEqual([
      { id: 'added', change: 'added', fields: [] },
      {
        id: 'in',
        change: 'changed',
        fields: [{ path: ['greeting'], before: undefined, after: 'hello' }],
      },
      {
        id: 'gate',
        change: 'changed',
        fields: [{ path: ['exits', 'no'], before: 'out', after: 'added' }],
      },
      { id: 'out', change: 'removed', fields: [] },
    ])
  })

  it('goes by own names, also of nodes and exits called as objects have them', () => {
    const named = policyOf({ ...nodes, toString: { kind: 'voicemail' } })
    expect(diffPolicies(before, named).nodes).toEqual([
      { id: 'toString', change: 'added', fields: [] },
    ])
    expect(diffPolicies(named, before).nodes).toEqual([
      { id: 'toString', change: 'removed', fields: [] },
    ])
    const plain = { kind: 'switch', fact: 'caller.tier', exits: { default: 'in' } }
    const odd = { ...plain, exits: { default: 'in', toString: 'out' } }
    const [was, is] = [plain, odd].map((gate) => policyOf({ ...nodes, gate }))
    if (!was || !is) throw new Error('two policies were made')
    const path = ['exits', 'toString']
    expect(diffPolicies(was, is).nodes[0]?.fields).toEqual([
      { path, before: undefined, after: 'out' },
    ])
    expect(diffPolicies(is, was).nodes[0]?.fields).toEqual([
      { path, before: 'out', after: undefined },
    ])
  })

  it('is also in the settings', () => {
    const after: Policy = {
      ...before,
      name: 'New',
      numbers: ['1001'],
      budgetMs: 200,
      start: 'in',
      fallback: { kind: 'reject', message: { text: 'Later.' } },
    }
    expect(diffPolicies(before, after)).toEqual({
      nodes: [],
      settings: [
        { path: ['name'], before: 'Test', after: 'New' },
        { path: ['numbers'], before: ['*'], after: ['1001'] },
        { path: ['budgetMs'], before: 150, after: 200 },
        { path: ['start'], before: 'gate', after: 'in' },
        { path: ['fallback', 'message', 'text'], before: 'Sorry.', after: 'Later.' },
      ],
    })
  })
})
