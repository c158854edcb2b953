import { describe, expect, it } from 'vitest'
import type { MadeCase } from '../../server/policy/case-of-call.ts'
import { caseOfCall } from '../../server/policy/case-of-call.ts'
import { walk } from '../../server/policy/evaluate.ts'
import type { Case } from '../../server/schema/cases.ts'
import type { Decision } from '../../server/schema/decision.ts'
import { hidden } from '../../server/schema/privacy.ts'
import type { Known, Nodes } from './engine-support.ts'
import { compileNodes, installation, reader, walked } from './engine-support.ts'

const at = '2026-11-20T09:07:30.500Z'
const exits = { yes: 'in', no: 'out', unknown: 'out' }
const ends = { in: { kind: 'voicemail' }, out: { kind: 'reject', message: { text: 'Bye.' } } }
const leaf = (fact: string, operator: string, value: unknown) => ({ fact, operator, value })
const asks = (...leaves: unknown[]): Nodes => ({
  gate: { kind: 'condition', when: { all: leaves }, exits },
  ...ends,
})

/** What a call with these facts was decided to be. */
function decisionOf(nodes: Nodes, facts: Known): Decision {
  const {
    outcome,
    node,
    path,
    facts: seen,
    unknown,
    fallback,
    trace,
  } = walked(walk(compileNodes(nodes), reader(facts)))
  const end = { outcome: outcome.kind, node }
  return {
    ...{ at, policy: 'test', release: '1-abc', ...end, path, facts: seen, unknown, fallback },
    ...{ trace, ms: 1, budgetMs: 150, final: end, steps: [] },
  }
}
const madeOf = (nodes: Nodes, decision: Decision): MadeCase =>
  caseOfCall({ decision, compiled: compileNodes(nodes), installation })
const made = (nodes: Nodes, facts: Known): MadeCase => madeOf(nodes, decisionOf(nodes, facts))

const usual = { name: 'as on 2026-11-20 09:07 UTC', at: '2026-11-20T09:07:00.000Z' }
const isIn = { outcome: 'voicemail', path: ['gate', 'in'] } as const
const isOut = { outcome: 'reject', path: ['gate', 'out'] } as const

describe('a case made of a call', () => {
  it.each<[string, Nodes, Known, Partial<Case>]>([
    [
      'the number called, also one that the policy does not name',
      asks(leaf('call.number', 'notEqual', '1001')),
      { 'call.number': '1002' },
      { call: { number: '1002' } },
    ],
    [
      'how it was called',
      asks(leaf('call.media', 'equal', 'video')),
      { 'call.media': 'video' },
      { call: { media: 'video' } },
    ],
    [
      'what its link and button brought, where the policy asks for it',
      asks(leaf('call.ctaPayload', 'equal', 'book'), leaf('call.deeplinkPayload', 'in', ['sale'])),
      { 'call.ctaPayload': 'book', 'call.deeplinkPayload': 'sale' },
      { call: { ctaPayload: 'book', deeplinkPayload: 'sale' } },
    ],
    [
      'facts of the caller',
      asks(leaf('caller.tier', 'equal', 'gold'), leaf('caller.priority', 'greaterThan', 3)),
      { 'caller.tier': 'gold', 'caller.priority': 4 },
      { caller: { tier: 'gold', priority: 4 } },
    ],
    [
      'none that a stranger has anyway',
      asks(
        leaf('caller.tier', 'equal', 'none'),
        leaf('velocity.caller.10m', 'lessThan', 5),
        leaf('history.calls', 'equal', 0),
        leaf('verification.pending', 'equal', false),
        leaf('hours.support', 'equal', 'closed'),
      ),
      {
        'caller.tier': 'none',
        'velocity.caller.10m': 1,
        'history.calls': 0,
        'verification.pending': false,
        'hours.support': 'closed',
      },
      {},
    ],
    [
      'those that a stranger has otherwise',
      asks(
        leaf('velocity.caller.10m', 'lessThan', 5),
        leaf('history.calls', 'lessThan', 9),
        leaf('verification.pending', 'equal', true),
        leaf('hours.support', 'equal', 'open'),
      ),
      {
        'velocity.caller.10m': 2,
        'history.calls': 7,
        'verification.pending': true,
        'hours.support': 'open',
      },
      {
        facts: {
          'velocity.caller.10m': 2,
          'history.calls': 7,
          'verification.pending': true,
          'hours.support': 'open',
        },
      },
    ],
    [
      'who was at work, even if nobody is today either',
      asks(leaf('agents.support.status', 'equal', 'offline')),
      { 'agents.support.status': 'offline' },
      { facts: { 'agents.support.status': 'offline' } },
    ],
    [
      'whether the caller was on a list',
      asks(leaf('caller.blocked', 'equal', false), leaf('caller.allowed', 'equal', true)),
      { 'caller.blocked': false, 'caller.allowed': true },
      { facts: { 'caller.allowed': true } },
    ],
    [
      'that the caller was blocked',
      asks(leaf('caller.blocked', 'equal', true)),
      { 'caller.blocked': true },
      { facts: { 'caller.blocked': true } },
    ],
    [
      'no fact that nobody declared, whatever it is',
      asks(leaf('caller.attributes.age', 'notEqual', 17)),
      { 'caller.attributes.age': 41 },
      { caller: { 'attributes.age': hidden } },
    ],
    [
      'of tags only those that the policy asks for',
      asks(leaf('caller.tags', 'contains', 'vip')),
      { 'caller.tags': ['patient', 'vip', 'divorced'] },
      { caller: { tags: ['vip'] } },
    ],
    [
      'no tags where the policy asks for none that the caller has',
      asks(leaf('caller.tags', 'doesNotContain', 'vip')),
      { 'caller.tags': ['patient'] },
      {},
    ],
    [
      'the state of a calendar that the policy does not name',
      asks(leaf('hours.support', 'notEqual', 'open'), leaf('caller.known', 'equal', true)),
      { 'hours.support': 'holiday', 'caller.known': true },
      { caller: { known: true }, facts: { 'hours.support': 'holiday' } },
    ],
    [
      'instants as text',
      asks(leaf('caller.attributes.i1', 'lessThan', '2026-11-20T09:00:00Z')),
      { 'caller.attributes.i1': Date.parse('2026-11-19T08:00:00Z') },
      { caller: { 'attributes.i1': '2026-11-19T08:00:00.000Z' } },
    ],
    [
      'numbers that are no instants',
      asks(leaf('crm.score', 'greaterThan', 4), leaf('crm.tier', 'equal', 'gold')),
      { 'crm.score': 5, 'crm.tier': 'gold' },
      { facts: { 'crm.score': 5, 'crm.tier': 'gold' } },
    ],
  ])('holds %s', (_, nodes, facts, expected) => {
    expect(made(nodes, facts)).toEqual({
      kind: 'made',
      case: { ...usual, ...expected, expect: isIn },
    })
  })

  it('holds what was not known, in its facts and in what it expects', () => {
    const nodes = asks(leaf('crm.found', 'equal', true), leaf('caller.priority', 'equal', 5))
    const facts: Known = { 'crm.found': { unknown: 'error' }, 'caller.priority': 5 }
    expect(made(nodes, facts)).toEqual({
      kind: 'made',
      case: {
        ...usual,
        caller: { priority: 5 },
        facts: { 'crm.found': 'unknown' },
        expect: { ...isOut, unknown: ['crm.found'] },
      },
    })
  })

  it('takes the values of a switch for words of the policy', () => {
    const tiers = { gold: 'in', default: 'out', unknown: 'out' }
    const nodes = { gate: { kind: 'switch', fact: 'caller.tier', exits: tiers }, ...ends }
    expect(made(nodes, { 'caller.tier': 'gold' })).toEqual({
      kind: 'made',
      case: { ...usual, caller: { tier: 'gold' }, expect: isIn },
    })
    // any other could be as personal as a name
    expect(made(nodes, { 'caller.tier': 'our Jo' })).toEqual({
      kind: 'made',
      case: { ...usual, caller: { tier: hidden }, expect: isOut },
    })
  })

  it.each(['call.ctaPayload', 'call.deeplinkPayload'])('does not hold what came as %s', (fact) => {
    const nodes = asks(leaf(fact, 'notEqual', 'sale'))
    const name = fact.slice('call.'.length)
    expect(made(nodes, { [fact]: 'order 4711' })).toEqual({
      kind: 'made',
      case: { ...usual, call: { [name]: hidden }, expect: isIn },
    })
    expect(made(nodes, { [fact]: '' })).toEqual({
      kind: 'made',
      case: { ...usual, call: { [name]: '' }, expect: isIn },
    })
  })

  it('keeps the very instant only where the minute leads another way', () => {
    const later = asks(leaf('call.at', 'greaterThanInclusive', '2026-11-20T09:07:30Z'))
    const facts: Known = { 'call.at': Date.parse(at), 'call.id': 'ref-1' }
    expect(made(later, facts)).toEqual({
      kind: 'made',
      case: { ...usual, at, expect: isIn },
    })
    const early = asks(
      leaf('call.at', 'greaterThanInclusive', '2026-11-20T09:07:00Z'),
      leaf('call.id', 'notEqual', ''),
    )
    expect(made(early, facts)).toEqual({ kind: 'made', case: { ...usual, expect: isIn } })
  })

  it('may end in the fallback, for want of a way for unknown', () => {
    const { unknown: _, ...known } = exits
    const gate = { kind: 'crm', exits: { found: known.yes, missing: known.no } }
    const nodes = { gate, ...ends }
    expect(made(nodes, { 'crm.found': { unknown: 'timeout' } })).toEqual({
      kind: 'made',
      case: {
        ...usual,
        facts: { 'crm.found': 'unknown' },
        expect: { outcome: 'reject', path: ['gate', 'fallback'], unknown: ['crm.found'] },
      },
    })
  })

  it('tells what the policy chose, not what came of it', () => {
    const nodes = asks(leaf('caller.phone', 'notEqual', ''))
    const decision = decisionOf(nodes, { 'caller.phone': '+447700900777' })
    const busy = { node: 'in', outcome: 'voicemail', why: 'busy', at } as const
    const went: Decision = {
      ...decision,
      steps: [busy],
      final: { outcome: 'reject', node: 'out' },
    }
    expect(madeOf(nodes, went)).toEqual(madeOf(nodes, decision))
    expect(madeOf(nodes, went)).toMatchObject({
      case: { caller: { phone: hidden }, expect: isIn },
    })
  })
})

describe('a call that makes no case', () => {
  it.each(['budget_exhausted', 'engine_error', 'no_policy'] as const)(
    'ended by %s and not by facts',
    (fallback) => {
      const nodes = asks(leaf('caller.priority', 'equal', 5))
      const decision = { ...decisionOf(nodes, { 'caller.priority': 5 }), fallback }
      expect(madeOf(nodes, decision)).toEqual({ kind: 'refused', why: 'not_by_facts' })
    },
  )

  it.each(['caller.key', 'caller.phone', 'caller.userId', 'caller.name'])(
    'takes a way that only this caller takes: %s',
    (fact) => {
      const nodes = asks(leaf(fact, 'equal', 'Jo of Leeds'))
      expect(made(nodes, { [fact]: 'Jo of Leeds' })).toEqual({
        kind: 'refused',
        why: 'needs_the_caller',
      })
      const other = made(nodes, { [fact]: 'Al of York' })
      expect(other).toMatchObject({ kind: 'made', case: { expect: isOut } })
      expect(JSON.stringify(other)).not.toContain('York')
    },
  )

  it('is none that anybody without a name takes', () => {
    expect(made(asks(leaf('caller.name', 'equal', '')), { 'caller.name': '' })).toEqual({
      kind: 'made',
      case: { ...usual, expect: isIn },
    })
  })

  it('says what its release does not do', () => {
    const nodes = asks(leaf('caller.priority', 'equal', 5))
    const decision = decisionOf(nodes, { 'caller.priority': 5 })
    const wrong: Decision = { ...decision, outcome: 'reject' }
    expect(madeOf(nodes, wrong)).toEqual({ kind: 'refused', why: 'needs_the_caller' })
  })
})
