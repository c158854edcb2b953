import { describe, expect, it } from 'vitest'
import type { PastCall, PastWay } from '../../server/policy/replay.ts'
import { factsOf, groupsOf, replayCall, replayCalls } from '../../server/policy/replay.ts'
import type { Decision, PathStep } from '../../server/schema/decision.ts'
import type { FactSeen, FactValue } from '../../server/schema/facts.ts'
import { compileNodes } from './engine-support.ts'

const exits = { yes: 'in', no: 'out', unknown: 'out' }
const ends = { in: { kind: 'voicemail' }, out: { kind: 'reject', message: { text: 'Bye.' } } }
const asks = (fact: string, value: unknown, operator = 'equal') => ({
  kind: 'condition',
  when: { fact, operator, value },
  exits,
})
const gate = (fact: string, value: unknown, operator = 'equal') =>
  compileNodes({ gate: asks(fact, value, operator), ...ends })
const seen = (value: FactValue): FactSeen => ({ value, source: 'test', ms: 3 })

const steps = (...path: [string, string | null][]): PathStep[] =>
  path.map(([node, exit]) => ({ node, exit }))
const wayIn: PastWay = {
  outcome: 'voicemail',
  node: 'in',
  fallback: false,
  path: steps(['gate', 'yes'], ['in', null]),
}
const wayOut: PastWay = {
  outcome: 'reject',
  node: 'out',
  fallback: false,
  path: steps(['gate', 'no'], ['out', null]),
}
const past = (more: Partial<PastCall> = {}): PastCall => ({
  ref: 'ref-1',
  at: Date.parse('2026-11-20T09:00:00Z'),
  line: '1001',
  media: 'video',
  phone: '+447700900777',
  userId: 'GB.42',
  release: '1-abc',
  way: wayIn,
  facts: {},
  ...more,
})

describe('a call decided again', () => {
  it.each<[string, FactValue]>([
    ['call.id', 'ref-1'],
    ['call.number', '1001'],
    ['call.media', 'video'],
    ['caller.phone', '+447700900777'],
    ['caller.userId', 'GB.42'],
  ])('has %s from its row in the journal', (fact, value) => {
    const after = { outcome: 'voicemail', node: 'in' }
    expect(replayCall(gate(fact, value), past())).toEqual({
      kind: 'same',
      after,
      path: wayIn.path,
    })
    expect(replayCall(gate(fact, 'other'), past())).toMatchObject({ kind: 'changed' })
  })

  it('has its instant from its row too', () => {
    const at = '2026-11-20T09:00:00Z'
    expect(replayCall(gate('call.at', at, 'greaterThanInclusive'), past()).kind).toBe('same')
    expect(replayCall(gate('call.at', at, 'greaterThan'), past()).kind).toBe('changed')
  })

  it('goes by what was seen before what the row says', () => {
    const call = past({ facts: { 'call.number': seen('1002') } })
    expect(replayCall(gate('call.number', '1002'), call).kind).toBe('same')
    expect(replayCall(gate('call.number', '1001'), call).kind).toBe('changed')
  })

  it.each(['caller.phone', 'caller.userId', 'caller.country'])(
    'is undecidable where nobody noted %s',
    (fact) => {
      const call = past({ phone: undefined, userId: undefined })
      expect(replayCall(gate(fact, 'x'), call)).toEqual({ kind: 'undecidable', missing: [fact] })
    },
  )

  it('names each fact it misses once, and none that it has', () => {
    const equal = (fact: string, value: string) => ({ fact, operator: 'equal', value })
    const when = {
      any: [
        equal('caller.tier', 'gold'),
        equal('caller.tier', 'silver'),
        equal('caller.country', 'GB'),
        equal('caller.language', 'en'),
      ],
    }
    const compiled = compileNodes({ gate: { kind: 'condition', when, exits }, ...ends })
    const call = past({ facts: { 'caller.country': seen('FR') } })
    expect(replayCall(compiled, call)).toEqual({
      kind: 'undecidable',
      missing: ['caller.tier', 'caller.language'],
    })
  })

  it('takes a fact of another kind for unknown', () => {
    const compiled = compileNodes({
      gate: { ...asks('caller.priority', 5), exits: { yes: 'in', no: 'in', unknown: 'out' } },
      ...ends,
    })
    const call = past({ facts: { 'caller.priority': seen('five') } })
    expect(replayCall(compiled, call)).toMatchObject({ kind: 'changed', after: { node: 'out' } })
  })

  it('is changed where it ends at another node of the same kind, or otherwise at the same node', () => {
    const compiled = gate('call.number', '1001')
    const moved = past({ way: { ...wayIn, node: 'elsewhere' } })
    expect(replayCall(compiled, moved).kind).toBe('changed')
    const other = past({ way: { ...wayIn, outcome: 'accept' } })
    expect(replayCall(compiled, other).kind).toBe('changed')
  })

  it('passes effects on its way', () => {
    const tag = { kind: 'tag', tags: ['seen'], next: 'gate' }
    const compiled = compileNodes({ tag, gate: asks('call.number', '1001'), ...ends })
    expect(replayCall(compiled, past())).toMatchObject({
      kind: 'same',
      path: steps(['tag', 'next'], ['gate', 'yes'], ['in', null]),
    })
  })

  it('ends in the fallback again where the engine failed', () => {
    const fallback = steps(['fallback', null])
    const way: PastWay = {
      outcome: 'reject',
      node: 'fallback',
      fallback: 'engine_error',
      path: fallback,
    }
    expect(replayCall(gate('call.number', '1001'), past({ way }))).toEqual({
      kind: 'same',
      after: { outcome: 'reject', node: 'fallback' },
      path: fallback,
    })
  })

  it('goes to the fallback where a gate has no way for unknown', () => {
    const { unknown: _, ...known } = exits
    const compiled = compileNodes({ gate: { ...asks('crm.found', true), exits: known }, ...ends })
    const facts = { 'crm.found': { unknown: 'timeout', source: 'crm', ms: 80 } } as const
    expect(replayCall(compiled, past({ facts }))).toEqual({
      kind: 'changed',
      after: { outcome: 'reject', node: 'fallback' },
      path: steps(['gate', 'unknown'], ['fallback', null]),
    })
  })

  it('runs out of time only where it did, with the gate last before the fallback', () => {
    const late = (...path: PathStep[]): PastCall =>
      past({ way: { outcome: 'reject', node: 'fallback', fallback: 'budget_exhausted', path } })
    const compiled = gate('crm.found', true)
    const undecidable = { kind: 'undecidable', missing: ['crm.found'] }
    const at = steps(['gate', null], ['fallback', null])
    expect(replayCall(compiled, late(...at))).toMatchObject({ kind: 'same', path: at })
    expect(replayCall(compiled, late(...steps(['fallback', null])))).toEqual(undecidable)
    const before = steps(['gate', 'yes'], ['other', null], ['fallback', null])
    expect(replayCall(compiled, late(...before))).toEqual(undecidable)
  })
})

describe('many calls decided again', () => {
  const compiled = gate('caller.tier', 'gold')
  const tier = (value: string, way: PastWay) => past({ way, facts: { 'caller.tier': seen(value) } })
  const stays = tier('gold', wayIn)
  const leaves = tier('none', wayIn)
  const comes = tier('gold', wayOut)
  const missing = past({ way: wayOut })

  it('are counted by what they come to', () => {
    const replay = replayCalls(compiled, [stays, leaves, missing, comes, stays, missing])
    expect(replay).toEqual({
      calls: 6,
      same: 2,
      changed: [
        { call: leaves, after: { outcome: 'reject', node: 'out' }, path: wayOut.path },
        { call: comes, after: { outcome: 'voicemail', node: 'in' }, path: wayIn.path },
      ],
      undecidable: [missing, missing],
      missing: { 'caller.tier': 2 },
      flow: [
        { node: 'gate', exit: 'yes', was: 3, calls: 3 },
        { node: 'in', exit: null, was: 3, calls: 3 },
        { node: 'gate', exit: 'no', was: 1, calls: 1 },
        { node: 'out', exit: null, was: 1, calls: 1 },
      ],
    })
  })

  it('have no flow where none could be decided', () => {
    expect(replayCalls(compiled, [missing])).toMatchObject({ same: 0, flow: [] })
    expect(replayCalls(compiled, [])).toMatchObject({ calls: 0, same: 0, missing: {} })
  })

  it('are told apart at a step that was an end and is a gate', () => {
    const ended = past({ way: { ...wayIn, node: 'gate', path: steps(['gate', null]) } })
    const call = { ...ended, facts: { 'caller.tier': seen('gold') } }
    expect(replayCalls(compiled, [call]).flow).toEqual([
      { node: 'gate', exit: null, was: 1, calls: 0 },
      { node: 'gate', exit: 'yes', was: 0, calls: 1 },
      { node: 'in', exit: null, was: 0, calls: 1 },
    ])
  })

  it('are grouped by what they were and would be, the most first', () => {
    const { changed } = replayCalls(compiled, [leaves, comes, comes])
    const [first, second, third] = changed
    expect(groupsOf(changed)).toEqual([
      { from: 'reject', to: 'voicemail', calls: [second, third] },
      { from: 'voicemail', to: 'reject', calls: [first] },
    ])
    expect(groupsOf([])).toEqual([])
  })
})

describe('the facts of a decision', () => {
  const facts = {
    'caller.tier': { value: 'gold', source: 'caller', ms: 1 },
    'crm.found': { value: true, source: 'crm', ms: 150 },
    'crm.tier': { value: 'gold', source: 'crm', ms: 151 },
  } as const
  const leaf = { at: 'all.0', fact: 'crm.tier', operator: 'equal', result: true } as const
  const decision: Decision = {
    at: '2026-11-20T09:00:00.000Z',
    policy: 'test',
    release: '1-abc',
    ...{ outcome: 'reject', node: 'fallback', path: [], unknown: [], ms: 151, budgetMs: 150 },
    fallback: 'budget_exhausted',
    final: { outcome: 'reject', node: 'fallback' },
    steps: [],
    trace: [{ node: 'gate', kind: 'condition', exit: null, leaves: [leaf] }],
    facts,
  }

  it('are those that came in time or were compared, where time ran out', () => {
    expect(Object.keys(factsOf(decision))).toEqual(['caller.tier', 'crm.tier'])
  })

  it('are all of them otherwise', () => {
    expect(factsOf({ ...decision, fallback: false })).toEqual(facts)
    expect(factsOf({ ...decision, fallback: 'unknown_exit' })).toEqual(facts)
  })
})
