import { describe, expect, it } from 'vitest'
import { exitsOf, targetOf, withTarget } from '../../server/policy/exits.ts'
import type { PolicyNode } from '../../server/schema/policy.ts'
import { policyOf } from './engine-support.ts'

const nodeOf = (node: object): PolicyNode => {
  const found = policyOf({ node }).nodes['node']
  if (!found) throw new Error('no node')
  return found
}
const when = { fact: 'caller.known', operator: 'equal', value: true }
const truth = nodeOf({ kind: 'condition', when, exits: { yes: 'a', no: 'b' } })
const tag = nodeOf({ kind: 'tag', tags: ['x'], next: 'a' })
const ring = nodeOf({ kind: 'accept', target: { team: 'support' }, otherwise: 'vm' })
const voicemail = nodeOf({ kind: 'voicemail' })
const reject = nodeOf({ kind: 'reject', silent: true })

describe('the exits of a node', () => {
  it.each<[object, string]>([
    [truth, 'no yes unknown'],
    [
      { kind: 'hours', calendar: 'support', exits: { open: 'a', closed: 'b', holiday: 'c' } },
      'open closed holiday unknown',
    ],
    [{ kind: 'vip', minPriority: 1, exits: { yes: 'a', no: 'b' } }, 'no yes unknown'],
    [
      {
        kind: 'velocity',
        scope: 'caller',
        limit: 3,
        windowMinutes: 5,
        exits: { exceeded: 'a', within: 'b' },
      },
      'within exceeded unknown',
    ],
    [
      { kind: 'agents', team: 'support', exits: { available: 'a' } },
      'available busy dnd offline unknown',
    ],
    [{ kind: 'crm', exits: { found: 'a', missing: 'b' } }, 'found missing unknown'],
    [{ kind: 'split', percent: 5, exits: { in: 'a', out: 'b' } }, 'out in unknown'],
    [
      {
        kind: 'switch',
        fact: 'caller.tier',
        exits: { unknown: 'a', gold: 'a', default: 'b', tin: 'c' },
      },
      'gold tin default unknown',
    ],
    [tag, 'next'],
    [ring, 'otherwise'],
    [voicemail, 'otherwise'],
    [reject, ''],
  ])('%j are %s', (node, exits) => {
    expect(exitsOf(nodeOf(node)).join(' ')).toBe(exits)
  })
})

describe('where an exit leads', () => {
  it.each<[PolicyNode, string, string | undefined]>([
    [truth, 'yes', 'a'],
    [truth, 'no', 'b'],
    [truth, 'unknown', undefined],
    [truth, 'toString', undefined],
    [tag, 'next', 'a'],
    [tag, 'otherwise', undefined],
    [ring, 'otherwise', 'vm'],
    [ring, 'next', undefined],
    [voicemail, 'otherwise', undefined],
    [reject, 'otherwise', undefined],
  ])('of %j by %s is %s', (node, exit, to) => {
    expect(targetOf(node, exit)).toBe(to)
  })

  it('is nowhere where a draft leaves it empty', () => {
    expect(targetOf(withTarget(truth, 'yes', ''), 'yes')).toBeUndefined()
    expect(targetOf(withTarget(tag, 'next', undefined), 'next')).toBeUndefined()
    expect(targetOf(withTarget(ring, 'otherwise', ''), 'otherwise')).toBeUndefined()
  })
})

describe('a node with another target', () => {
  const exits = (node: PolicyNode) => ('exits' in node ? Object.entries(node.exits) : undefined)

  it('keeps the exits of a gate in their order', () => {
    expect(exits(withTarget(truth, 'yes', 'z'))).toEqual([
      ['yes', 'z'],
      ['no', 'b'],
    ])
    expect(exits(withTarget(truth, 'no', 'z'))).toEqual([
      ['yes', 'a'],
      ['no', 'z'],
    ])
  })

  it('gets a new exit at the end', () => {
    expect(exits(withTarget(truth, 'unknown', 'z'))).toEqual([
      ['yes', 'a'],
      ['no', 'b'],
      ['unknown', 'z'],
    ])
  })

  it('loses an exit that leads nowhere', () => {
    expect(exits(withTarget(truth, 'yes', undefined))).toEqual([['no', 'b']])
    expect(exits(withTarget(truth, 'unknown', undefined))).toEqual([
      ['yes', 'a'],
      ['no', 'b'],
    ])
  })

  it('keeps all else of it', () => {
    expect(withTarget(truth, 'yes', 'z')).toEqual({ ...truth, exits: { yes: 'z', no: 'b' } })
    expect(withTarget(tag, 'next', 'z')).toEqual({ ...tag, next: 'z' })
    expect(withTarget(tag, 'next', undefined)).toEqual({ ...tag, next: '' })
    expect(withTarget(voicemail, 'otherwise', 'z')).toEqual({ ...voicemail, otherwise: 'z' })
    expect(withTarget(ring, 'otherwise', 'z')).toEqual({ ...ring, otherwise: 'z' })
    const { otherwise: _, ...alone } = ring as PolicyNode & { otherwise?: string }
    const without = withTarget(ring, 'otherwise', undefined)
    expect(without).toEqual(alone)
    expect('otherwise' in without).toBe(false)
  })

  it('is the same where a node has no exits', () => {
    expect(withTarget(reject, 'otherwise', 'z')).toBe(reject)
  })
})
