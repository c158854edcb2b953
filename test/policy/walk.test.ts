import { describe, expect, it } from 'vitest'
import { compile } from '../../server/policy/compile.ts'
import { fallbackWalk, walk } from '../../server/policy/evaluate.ts'
import {
  compileNodes,
  installation,
  outcomes,
  pathOf,
  policyOf,
  reader,
  walked,
  type Known,
} from './engine-support.ts'
import { mainLine, quietDay } from './main-line.ts'

const compiled = compile(mainLine, installation)
const unknown = { unknown: 'timeout' } as const
const walkMain = (facts: Known, from?: string) =>
  walked(walk(compiled, reader({ ...quietDay, ...facts }), from === undefined ? {} : { from }))

describe('the main line', () => {
  it.each<[string, Known, string]>([
    ['a blocked caller', { 'caller.blocked': true }, 'blocked:yes bye'],
    [
      'a sixth call in ten minutes',
      { 'velocity.caller.10m': 6 },
      'blocked:no spam:exceeded hold:next tooMany',
    ],
    [
      'a VIP at the sixth call',
      { 'velocity.caller.10m': 5, 'caller.priority': 80 },
      'blocked:no spam:within vip:yes alert:next toOwner',
    ],
    [
      'a holiday',
      { 'hours.support': 'holiday' },
      'blocked:no spam:within vip:no hours:holiday sorry',
    ],
    [
      'a closed desk',
      { 'hours.support': 'closed' },
      'blocked:no spam:within vip:no hours:closed sorry',
    ],
    [
      'a caller the CRM does not know',
      { 'crm.found': false },
      'blocked:no spam:within vip:no hours:open crm:missing lead',
    ],
    [
      'somebody at the desk',
      {},
      'blocked:no spam:within vip:no hours:open crm:found team:available toTeam',
    ],
    [
      'a busy desk',
      { 'agents.support.status': 'busy' },
      'blocked:no spam:within vip:no hours:open crm:found team:busy ai',
    ],
    [
      'a desk not to be disturbed',
      { 'agents.support.status': 'dnd' },
      'blocked:no spam:within vip:no hours:open crm:found team:dnd sorry',
    ],
    [
      'an offline desk, whose exit is left out',
      { 'agents.support.status': 'offline' },
      'blocked:no spam:within vip:no hours:open crm:found team:unknown toTeam',
    ],
    [
      'nothing known at all',
      Object.fromEntries(Object.keys(quietDay).map((name) => [name, unknown])),
      'blocked:unknown spam:unknown vip:unknown hours:unknown crm:unknown team:unknown toTeam',
    ],
  ])('walks for %s', (_, facts, path) => {
    const result = walkMain(facts)
    expect(pathOf(result)).toBe(path)
    expect(result).toMatchObject({ node: path.split(' ').at(-1), fallback: false })
    expect(result.outcome).toBe(mainLine.nodes[result.node])
  })

  it('notes the effects it passes', () => {
    expect(walkMain({ 'velocity.caller.10m': 6 }).effects).toEqual([
      { node: 'hold', effect: mainLine.nodes.hold },
    ])
    expect(walkMain({}).effects).toEqual([])
  })

  it('shows only the facts that the path compared, and which of them were unknown', () => {
    const result = walkMain({ 'hours.support': unknown, 'crm.found': false })
    expect(result.facts['hours.support']).toEqual({ unknown: 'timeout', source: 'test', ms: 1 })
    expect(result.facts['agents.support.status']).toBeUndefined()
    expect(result.unknown).toEqual(['hours.support'])
  })

  it('goes on from another node', () => {
    expect(pathOf(walkMain({}, 'vm'))).toBe('vm')
    expect(pathOf(walkMain({}, 'team'))).toBe('team:available toTeam')
    expect(() => walkMain({}, 'nowhere')).toThrow('no node "nowhere"')
  })

  it('names its facts, the remote ones and how long they are waited for', () => {
    expect(compiled.facts.toSorted()).toEqual(Object.keys(quietDay).toSorted())
    expect(compiled.remoteFacts).toEqual(['crm.found'])
    expect(compiled.deadlineOf('crm.tier')).toBe(80)
    expect(compiled.deadlineOf('caller.blocked')).toBe(0)
  })
})

describe('the fallback', () => {
  const gate = {
    kind: 'hours',
    calendar: 'support',
    exits: { open: 'y', closed: 'n', holiday: 'n' },
  }

  it('answers where an unknown exit is left out', () => {
    const result = walked(walk(compileNodes({ gate, ...outcomes }), reader({})))
    expect(pathOf(result)).toBe('gate:unknown fallback')
    expect(result).toMatchObject({ node: 'fallback', fallback: 'unknown_exit' })
    expect(result.outcome).toMatchObject({ kind: 'reject', message: { text: 'Sorry.' } })
    expect(result.trace.at(-1)).toEqual({
      node: 'fallback',
      kind: 'reject',
      exit: null,
      leaves: [],
    })
  })

  it('is not mistaken for a node of that name', () => {
    const nodes = { gate: { ...gate, exits: { ...gate.exits, open: 'fallback' } }, ...outcomes }
    const policy = policyOf({ ...nodes, fallback: { kind: 'voicemail' } })
    const result = walk(compile(policy, installation), reader({ 'hours.support': 'open' }))
    expect(result).toMatchObject({ fallback: false, outcome: { kind: 'voicemail' } })
  })

  it('ends a walk whose budget is exhausted, keeping what it came past', () => {
    const waiting = walk(compiled, reader({ ...quietDay, 'crm.found': 'pending' }))
    if (waiting.kind !== 'pending') throw new Error('not pending')
    const result = fallbackWalk(compiled, 'budget_exhausted', waiting.seen)
    expect(pathOf(result)).toBe('blocked:no spam:within vip:no hours:open crm fallback')
    expect(result).toMatchObject({ node: 'fallback', fallback: 'budget_exhausted' })
    expect(result.facts['hours.support']).toMatchObject({ value: 'open' })
    expect(pathOf(fallbackWalk(compiled, 'engine_error'))).toBe('fallback')
  })
})

describe('the deadline for the CRM', () => {
  const crm = (deadlineMs?: number) => ({
    kind: 'crm',
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    exits: { found: 'y', missing: 'n' },
  })
  it.each([
    [[120, 40], 120],
    [[40], 40],
    [[undefined, 40], 80],
    [[], 80],
  ])('of gates with %j is %i', (deadlines, expected) => {
    const gates = Object.fromEntries(deadlines.map((ms, index) => [`gate${index}`, crm(ms)]))
    expect(compileNodes({ ...gates, ...outcomes }).crmDeadlineMs).toBe(expected)
  })
})
