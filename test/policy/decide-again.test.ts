import { describe, expect, it } from 'vitest'
import { compile } from '../../server/policy/compile.ts'
import type { DecidedAgain } from '../../server/policy/flight/decide-again.ts'
import {
  decideAgain,
  isSame,
  recordedWays,
  wayOf,
} from '../../server/policy/flight/decide-again.ts'
import type { Decision } from '../../server/schema/decision.ts'
import type { FactSeen, FactValue } from '../../server/schema/facts.ts'
import type { Policy } from '../../server/schema/policy.ts'
import { installation, policyOf } from './engine-support.ts'

const nodes = {
  known: {
    kind: 'condition',
    when: { fact: 'caller.known', operator: 'equal', value: true },
    exits: { yes: 'team', no: 'score', unknown: 'score' },
  },
  team: { kind: 'accept', target: { team: 'support' }, otherwise: 'score' },
  score: {
    kind: 'condition',
    when: { fact: 'crm.score', operator: 'greaterThan', value: 10 },
    exits: { yes: 'ai', no: 'vm', unknown: 'vm' },
  },
  ai: { kind: 'ai_pickup', assistant: 'reception', otherwise: 'vm' },
  vm: { kind: 'voicemail' },
}
const compiledWith = (fallback: Policy['fallback']) =>
  compile(policyOf(nodes, { fallback }), installation)
const reject = { kind: 'reject', message: { text: 'Sorry.' } } as const
const compiled = compiledWith(reject)

const seen = (value: FactValue, ms = 1): FactSeen => ({ value, source: 'test', ms })
const step = (text: string) => {
  const [node = '', exit] = text.split(':')
  return { node, exit: exit ?? null }
}
const path = (text: string) => text.split(' ').map(step)
const told = (steps: readonly { node: string; exit: string | null }[]) =>
  steps.map(({ node, exit }) => (exit === null ? node : `${node}:${exit}`)).join(' ')

/** A caller who is known reached the team; what is not said is as then. */
function decision(more: Partial<Decision> = {}): Decision {
  return {
    ...{ at: '2026-11-21T09:00:00.000Z', policy: 'test', release: '1-abc', unknown: [] },
    ...{ outcome: 'accept', node: 'team', path: path('known:yes team'), ms: 1, budgetMs: 150 },
    ...{ fallback: false, steps: [], trace: [], final: { outcome: 'accept', node: 'team' } },
    facts: { 'caller.known': seen(true), 'crm.score': seen(30) },
    ...more,
  }
}
/** An outcome that could not be done, and what was passed after it. */
const failed = (
  node: string,
  outcome: Decision['outcome'],
  then?: string,
): Decision['steps'][0] => ({
  ...{ node, outcome, why: 'no_answer', at: '2026-11-21T09:00:20.000Z' },
  ...(then === undefined ? {} : { path: path(then) }),
})

function again(one: Decision, by = compiled, facts?: Record<string, FactSeen>): DecidedAgain {
  const result = decideAgain(by, one, facts)
  if (result.kind !== 'decided') throw new Error(`missing: ${result.missing.join()}`)
  return result.decided
}
const short = ({ node, outcome, path: passed, ways, final, fallback }: DecidedAgain) => ({
  ...{ node, outcome, path: told(passed), ways: ways.map(told), fallback },
  final: `${final.outcome} at ${final.node}`,
})

describe('a decision made again', () => {
  it('takes the same way with the facts it was made with', () => {
    const made = again(decision())
    expect(short(made)).toEqual({
      ...{ node: 'team', outcome: 'accept', path: 'known:yes team', ways: [], fallback: false },
      final: 'accept at team',
    })
    expect(made.facts).toEqual({ 'caller.known': seen(true) })
    expect(made.trace.map(({ node }) => node)).toEqual(['known', 'team'])
  })

  it('takes another way with stand-ins for its facts', () => {
    const facts = { 'caller.known': seen(false), 'crm.score': seen(3) }
    expect(short(again(decision(), compiled, facts))).toMatchObject({
      node: 'vm',
      path: 'known:no score:no vm',
    })
  })

  it('says which facts are missing, and makes none up', () => {
    const facts = { 'caller.known': seen(false) }
    expect(decideAgain(compiled, decision({ facts }))).toEqual({
      kind: 'undecidable',
      missing: ['crm.score'],
    })
    expect(decideAgain(compiled, decision({ facts: {} }))).toEqual({
      kind: 'undecidable',
      missing: ['caller.known'],
    })
  })

  it('hands on whatever else goes wrong', () => {
    const facts = {
      get 'caller.known'(): FactSeen {
        throw new RangeError('broken')
      },
    }
    expect(() => decideAgain(compiled, decision(), facts)).toThrow(new RangeError('broken'))
  })

  it('fails again where the engine failed', () => {
    const made = again(decision({ fallback: 'engine_error' }))
    expect(short(made)).toEqual({
      ...{ node: 'fallback', outcome: 'reject', path: 'fallback', ways: [] },
      ...{ fallback: 'engine_error', final: 'reject at fallback' },
    })
    expect(made.facts).toEqual({})
  })

  it('runs out of time at the same gate where a fact was not there', () => {
    const facts = { 'caller.known': seen(false) }
    const made = again(decision({ facts, fallback: 'budget_exhausted' }))
    expect(short(made)).toMatchObject({
      node: 'fallback',
      path: 'known:no score fallback',
      fallback: 'budget_exhausted',
    })
    expect(made.facts).toEqual(facts)
  })
})

describe('a fact that came after the budget was exhausted', () => {
  const budget = 'budget_exhausted'
  const leaf = (fact: string) => ({
    node: 'score',
    kind: 'condition',
    exit: null,
    leaves: [{ at: 'all.0', fact, operator: 'equal', result: true as const }],
  })
  const score = (ms: number, known = false) => ({
    'caller.known': seen(known),
    'crm.score': seen(30, ms),
  })

  it.each<[string, Partial<Decision>, string]>([
    ['was not there', { fallback: budget, facts: score(150) }, 'known:no score fallback'],
    ['was there a moment before', { fallback: budget, facts: score(149) }, 'known:no score:yes ai'],
    ['was there where the budget was not', { facts: score(150) }, 'known:no score:yes ai'],
    [
      'was there where a gate compared it',
      { fallback: budget, facts: score(150), trace: [leaf('caller.known'), leaf('crm.score')] },
      'known:no score:yes ai',
    ],
    [
      'was not there where gates compared others',
      { fallback: budget, facts: score(150), trace: [leaf('caller.known')] },
      'known:no score fallback',
    ],
    [
      'was there where it needs no network',
      { fallback: budget, facts: { ...score(1), 'caller.known': seen(false, 150) } },
      'known:no score:yes ai',
    ],
  ])('%s', (_, more, expected) => {
    expect(told(again(decision(more)).path)).toBe(expected)
  })
})

describe('outcomes that could not be done', () => {
  it('give way to what is otherwise, with all that is passed then', () => {
    const made = again(decision({ steps: [failed('team', 'accept', 'score:yes ai')] }))
    expect(short(made)).toEqual({
      ...{ node: 'team', outcome: 'accept', path: 'known:yes team', ways: ['score:yes ai'] },
      ...{ fallback: false, final: 'ai_pickup at ai' },
    })
    expect(Object.keys(made.facts)).toEqual(['caller.known', 'crm.score'])
    expect(made.trace.map(({ node }) => node)).toEqual(['known', 'team', 'score', 'ai'])
  })

  it('give way one after the other, and at last to the fallback', () => {
    const first = failed('team', 'accept', 'score:yes ai')
    const second = failed('ai', 'ai_pickup', 'vm')
    const two = again(decision({ steps: [first, second] }))
    expect(short(two)).toMatchObject({ ways: ['score:yes ai', 'vm'], final: 'voicemail at vm' })
    const three = again(decision({ steps: [first, second, failed('vm', 'voicemail')] }))
    expect(short(three)).toMatchObject({
      ways: ['score:yes ai', 'vm'],
      final: 'reject at fallback',
    })
  })

  it.each<[string, Policy['fallback'], Decision['final']['outcome'], string]>([
    ['done', { kind: 'ai_pickup', assistant: 'reception' }, 'ai_pickup', 'ai_pickup at fallback'],
    ['not done', { kind: 'ai_pickup', assistant: 'reception' }, 'reject', 'reject at fallback'],
    ['done', reject, 'reject', 'reject at fallback'],
    ['tried before', { kind: 'voicemail' }, 'reject', 'reject at fallback'],
    [
      'tried at first',
      { kind: 'accept', target: { team: 'support' } },
      'accept',
      'reject at fallback',
    ],
  ])('give way to a fallback that was %s then: %o', (_, fallback, outcome, final) => {
    const facts = { 'caller.known': seen(true), 'crm.score': seen(3) }
    const steps = [failed('team', 'accept', 'score:no vm'), failed('vm', 'voicemail')]
    const one = decision({ facts, steps, final: { outcome, node: 'fallback' } })
    expect(short(again(one, compiledWith(fallback))).final).toBe(final)
  })

  it('give way to no reject where another node was done in the end', () => {
    const voicemail = compiledWith({ kind: 'voicemail' })
    const facts = { 'caller.known': seen(false) }
    const final = { outcome: 'reject', node: 'fallback' } as const
    const late = decision({ facts, fallback: 'budget_exhausted', final })
    expect(short(again(late, voicemail)).final).toBe('voicemail at fallback')
    const steps = [failed('team', 'accept', 'score:yes ai')]
    expect(short(again(decision({ steps, final }), voicemail)).final).toBe('ai_pickup at ai')
    const elsewhere = { outcome: 'reject', node: 'no' } as const
    const lost = [failed('team', 'accept', 'score fallback')]
    const known = { 'caller.known': seen(true) }
    const one = decision({ facts: known, steps: lost, final: elsewhere })
    expect(short(again(one, voicemail)).final).toBe('voicemail at fallback')
  })

  it('give way to the built-in reject where the fallback is what could not be done', () => {
    const steps = [failed('fallback', 'voicemail')]
    const facts = { 'caller.known': seen(false) }
    const one = decision({ facts, steps, fallback: 'budget_exhausted' })
    const made = again(one, compiledWith({ kind: 'voicemail' }))
    expect(short(made)).toMatchObject({ outcome: 'voicemail', final: 'reject at fallback' })
    expect(made.ways).toEqual([])
  })

  it('end in the fallback where time ran out on the way', () => {
    const facts = { 'caller.known': seen(true) }
    const late = decision({ facts, steps: [failed('team', 'accept', 'score fallback')] })
    expect(short(again(late))).toMatchObject({
      node: 'team',
      fallback: false,
      ways: ['score fallback'],
      final: 'reject at fallback',
    })
    const inTime = decision({ facts, steps: [failed('team', 'accept', 'score:yes ai')] })
    expect(decideAgain(compiled, inTime)).toEqual({ kind: 'undecidable', missing: ['crm.score'] })
  })
})

describe('two decisions', () => {
  const steps = [failed('team', 'accept', 'score:yes ai'), failed('ai', 'ai_pickup')]
  const recorded = decision({ steps, final: { outcome: 'ai_pickup', node: 'ai' } })
  const made: DecidedAgain = {
    ...{ outcome: 'accept', node: 'team', path: path('known:yes team'), fallback: false },
    ...{ ways: [path('score:yes ai')], final: { outcome: 'ai_pickup', node: 'ai' } },
    ...{ facts: {}, trace: [] },
  }

  it('have the ways that were recorded', () => {
    expect(recordedWays(recorded)).toEqual([path('score:yes ai')])
    expect(recordedWays(decision())).toEqual([])
  })

  it.each<[string, Partial<DecidedAgain>, boolean, boolean]>([
    ['nothing', {}, true, true],
    ['what they read', { facts: { x: seen(1) }, fallback: 'unknown_exit' }, true, true],
    ['their outcome', { outcome: 'reject' }, false, false],
    ['the node that was chosen', { node: 'vm' }, false, true],
    ['an exit', { path: path('known:unknown team') }, false, true],
    ['a node', { path: path('score:yes team') }, false, false],
    ['a node more', { path: path('known:yes score:yes team') }, false, false],
    ['an exit of a later way', { ways: [path('score:no ai')] }, false, true],
    ['a node of a later way', { ways: [path('score:yes vm')] }, false, false],
    ['a later way', { ways: [] }, false, false],
    ['what was done in the end', { final: { outcome: 'reject', node: 'ai' } }, false, false],
    ['where it ended', { final: { outcome: 'ai_pickup', node: 'vm' } }, false, false],
  ])('that differ in %s', (_, more, same, sameWay) => {
    expect(isSame(recorded, { ...made, ...more })).toBe(same)
    const way = wayOf({ ...recorded, ways: recordedWays(recorded) })
    expect(wayOf({ ...made, ...more }) === way).toBe(sameWay)
  })
})
