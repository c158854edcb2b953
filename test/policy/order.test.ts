import { describe, expect, it } from 'vitest'
import { nodesFromEnd } from '../../server/policy/order.ts'
import { edgesOf } from '../../server/schema/policy.ts'
import { exits, outcomes, policyOf, type Nodes } from './engine-support.ts'

const tag = (next: string) => ({ kind: 'tag', tags: ['x'], next })
const vip = (yes: string, no: string) => ({ kind: 'vip', minPriority: 1, exits: { yes, no } })
const ring = (otherwise: string) => ({ kind: 'accept', target: { owner: true }, otherwise })
const order = (nodes: Nodes): string[] => nodesFromEnd(policyOf(nodes)).map(({ id }) => id)

describe('the nodes of a policy from its end', () => {
  it.each<[string, Nodes, string]>([
    ['one after the other', { a: tag('b'), b: ring('c'), c: { kind: 'voicemail' } }, 'c b a'],
    [
      'first what the last exit leads to',
      { a: vip('y', 'n'), y: { kind: 'voicemail' }, n: { kind: 'voicemail' } },
      'n y a',
    ],
    [
      'a node that several lead to once, before all of them',
      { a: vip('b', 'c'), b: tag('d'), c: tag('d'), d: { kind: 'voicemail' } },
      'd c b a',
    ],
    [
      'those that nothing leads to after the others',
      { a: tag('z'), lost: tag('a'), alone: { kind: 'voicemail' }, z: { kind: 'voicemail' } },
      'z a lost alone',
    ],
  ])('%s', (_, nodes, ids) => {
    expect(order(nodes).join(' ')).toBe(ids)
  })

  it('are there with what they are, each after all it leads to', () => {
    const policy = policyOf({ gate: { kind: 'vip', minPriority: 1, exits }, ...outcomes })
    const ordered = nodesFromEnd(policy)
    expect(Object.fromEntries(ordered.map(({ id, node }) => [id, node]))).toEqual(policy.nodes)
    const place = (id: string) => ordered.findIndex((one) => one.id === id)
    for (const { id, node } of ordered)
      for (const { to } of edgesOf(node)) expect(place(to)).toBeLessThan(place(id))
  })

  it('can be a chain of 20,000', () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => [`n${index}`, tag(`n${index + 1}`)])
    const policy = policyOf({ n0: tag('end'), end: { kind: 'voicemail' } })
    const nodes = { ...policy.nodes, ...Object.fromEntries(chain), n20000: policy.nodes['end'] }
    const ordered = nodesFromEnd({ ...policy, nodes } as typeof policy)
    expect(ordered[0]?.id).toBe('n20000')
    expect(ordered).toHaveLength(20_002)
  })

  it.each<[string, Nodes]>([
    ['node "a" leads back to itself', { a: tag('a') }],
    ['node "b" leads back to itself', { a: tag('b'), b: vip('y', 'c'), c: ring('b'), ...outcomes }],
    [
      'node "lost" leads back to itself',
      { a: { kind: 'voicemail' }, lost: tag('more'), more: tag('lost') },
    ],
    ['there is no node "gone"', { a: tag('gone') }],
    ['there is no node "gone"', { a: vip('y', 'y'), b: ring('gone'), ...outcomes }],
    ['there is no node "toString"', { a: tag('toString') }],
  ])('are refused: %s', (message, nodes) => {
    expect(() => order(nodes)).toThrow(message)
  })
})
