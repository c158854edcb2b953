import { describe, expect, it } from 'vitest'
import { isEquivalent } from '../../server/policy/mutants/equivalent.ts'
import type { Mutant } from '../../server/policy/mutants/mutants.ts'
import { mostMutants, mutantsOf } from '../../server/policy/mutants/mutants.ts'
import { mutationScore, mutationSteps } from '../../server/policy/mutants/score.ts'
import type { World } from '../../server/policy/simulate.ts'
import type { Case } from '../../server/schema/cases.ts'
import type { Nodes } from './engine-support.ts'
import { installation, policyOf } from './engine-support.ts'

const end = { kind: 'voicemail' }
const bye = { kind: 'reject', message: { text: 'Bye.' } }
const tag = (next: string) => ({ kind: 'tag', tags: ['seen'], next })
const crm = (exits: Record<string, string>) => ({ kind: 'crm', exits })
const vip = (exits: Record<string, string>) => ({ kind: 'vip', minPriority: 80, exits })
const told = (nodes: Nodes) =>
  mutantsOf(policyOf(nodes), installation).map(({ node, exit, change }) => [node, exit, change])

describe('an exit that leads elsewhere', () => {
  it('leads where the next one leads that goes elsewhere', () => {
    const exits = { available: 'a', busy: 'b', dnd: 'b', offline: 'c', unknown: 'a' }
    const nodes = { gate: { kind: 'agents', agent: 'ana', exits }, a: end, b: end, c: bye }
    const of = policyOf(nodes)
    const ways = mutantsOf(of, installation).filter(({ exit }) => exit !== undefined)
    expect(ways.map(({ node, change }) => [node, change])).toEqual([
      ['gate', '"available" leads to "b" instead of "a"'],
      ['gate', '"busy" leads to "c" instead of "b"'],
      ['gate', '"dnd" leads to "c" instead of "b"'],
      ['gate', '"offline" leads to "a" instead of "c"'],
      ['gate', '"unknown" leads to "b" instead of "a"'],
    ])
    expect(ways.map(({ exit }) => exit)).toEqual(Object.keys(exits))
    const [, busy] = ways
    expect(busy?.policy).toEqual(
      policyOf({ ...nodes, gate: { ...nodes.gate, exits: { ...exits, busy: 'c' } } }),
    )
  })

  it('does not exist where all of a gate lead to the same', () => {
    expect(told({ gate: crm({ found: 'end', missing: 'end', unknown: 'end' }), end })).toEqual([])
    expect(told({ end, apart: bye })).toEqual([])
  })
})

describe('an effect left out', () => {
  const nodes = {
    first: tag('gate'),
    gate: crm({ found: 'note', missing: 'note', unknown: 'ring' }),
    ring: { kind: 'accept', target: { owner: true }, otherwise: 'note' },
    other: { ...end, otherwise: 'first' },
    before: tag('note'),
    note: { kind: 'notify', level: 'info', text: 'Look', next: 'end' },
    ...{ end, bye },
  }
  const skipped = (id: string): Mutant | undefined =>
    mutantsOf(policyOf(nodes), installation).find(({ node }) => node === id)

  it('is led around, from gates, effects and ends', () => {
    const { note: _, ...others } = nodes
    expect(skipped('note')).toEqual({
      node: 'note',
      change: 'the notify is left out',
      policy: policyOf({
        ...others,
        gate: crm({ found: 'end', missing: 'end', unknown: 'ring' }),
        ring: { ...nodes.ring, otherwise: 'end' },
        before: tag('end'),
      }),
    })
  })

  it('leaves the start to the next one', () => {
    const { first: _, ...others } = nodes
    expect(skipped('first')).toEqual({
      node: 'first',
      change: 'the tag is left out',
      policy: policyOf({ ...others, other: { ...end, otherwise: 'gate' } }, { start: 'gate' }),
    })
  })
})

describe('very many mutants', () => {
  const tags = Array.from({ length: 98 }, (_, index) => `t${index}`)
  const gate = { kind: 'vip', tags, exits: { yes: 'end', no: 'bye' } }
  /** Each of these gates has a mutant for each tag, and two by its ways: a hundred. */
  const mutants = (gates: number): Mutant[] => {
    const names = Array.from({ length: gates }, (_, index) => `g${index}`)
    const nodes = Object.fromEntries(names.map((name) => [name, gate]))
    return mutantsOf(policyOf({ ...nodes, end, bye }), installation)
  }

  it('are tried up to 2,000', () => {
    expect(mostMutants).toBe(2000)
    expect(mutants(20)).toHaveLength(2000)
  })

  it('are chosen evenly where there are more', () => {
    const chosen = mutants(40)
    expect(chosen).toHaveLength(2000)
    // every second one
    expect(chosen.slice(47, 52).map(({ node, change }) => [node, change])).toEqual([
      ['g0', 'without the tag "t94"'],
      ['g0', 'without the tag "t96"'],
      ['g0', '"yes" leads to "bye" instead of "end"'],
      ['g1', 'without the tag "t0"'],
      ['g1', 'without the tag "t2"'],
    ])
    expect(chosen.at(-1)).toMatchObject({ node: 'g39', exit: 'yes' })
  })
})

const world: World = { installation, contacts: [], lists: { blocked: [], allowed: [] } }
const call = (priority: number, path: string[]): Case => ({
  name: `priority ${priority}`,
  at: '2026-11-20T09:00:00Z',
  caller: { priority },
  expect: { outcome: 'reject', path },
})

describe('a proof that no call notices a fault', () => {
  const inner = vip({ yes: 'in', no: 'out', unknown: 'out' })
  const ends = { in: bye, out: bye }
  const proven = (nodes: Nodes): string[] => {
    const policy = policyOf(nodes)
    return mutantsOf(policy, installation)
      .filter((mutant) => isEquivalent(policy, mutant, installation))
      .map(({ node, change }) => `${node}: ${change}`)
  }

  it('fails for each fault of a gate that every call comes to', () => {
    expect(proven({ gate: inner, ...ends })).toEqual([])
  })

  it('holds for an effect that no call comes to, and not for one that some come to', () => {
    const gate = (minPriority: number, exits: Record<string, string>) => ({
      kind: 'vip',
      minPriority,
      exits,
    })
    const first = gate(80, { yes: 'high', no: 'low', unknown: 'out' })
    const low = gate(90, { yes: 'never', no: 'some', unknown: 'out' })
    const nodes = { first, low, high: bye, never: tag('in'), some: tag('out'), ...ends }
    const found = proven(nodes)
    expect(found).toContain('never: the tag is left out')
    expect(found).not.toContain('some: the tag is left out')
    expect(found).toContain('low: "yes" leads to "some" instead of "never"')
    expect(found).not.toContain('low: "no" leads to "out" instead of "some"')
    expect(found).toContain('low: priority 91 or more instead of 90')
    expect(found).not.toContain('first: priority 81 or more instead of 80')
  })

  it('is not given for a node that is no gate and no effect, or does not exist', () => {
    const policy = policyOf({ gate: inner, ...ends })
    const mutant = (node: string): Mutant => ({ node, change: 'none', policy })
    expect(isEquivalent(policy, mutant('in'), installation)).toBe(false)
    expect(isEquivalent(policy, mutant('none'), installation)).toBe(false)
    expect(isEquivalent(policy, mutant('gate'), installation)).toBe(true)
  })
})

describe('scoring step by step', () => {
  const policy = policyOf({ gate: vip({ yes: 'in', no: 'out' }), in: bye, out: bye })
  const cases = [call(80, ['gate', 'in']), call(0, ['gate', 'out'])]

  it('tells before each mutant how far it is', () => {
    const steps = mutationSteps(policy, cases, world)
    const progress: unknown[] = []
    for (let step = steps.next(); !step.done; step = steps.next()) progress.push(step.value)
    expect(progress).toEqual([0, 1, 2, 3].map((done) => ({ done, total: 4 })))
  })

  it('counts what the cases notice, and names the rest without its document', () => {
    expect(mutationScore(policy, cases, world)).toEqual({
      mutants: 4,
      killed: 3,
      equivalent: 0,
      score: 75,
      survivors: [{ node: 'gate', change: 'priority 79 or more instead of 80' }],
    })
  })

  it('is rounded down', () => {
    const one = [call(100, ['gate', 'in'])]
    expect(mutationScore(policy, one, world)).toMatchObject({ mutants: 4, killed: 1, score: 25 })
    const often = { kind: 'velocity', scope: 'number', limit: 5, windowMinutes: 10 }
    const exits = { exceeded: 'in', within: 'out' }
    const velocity = policyOf({ gate: { ...often, exits }, in: bye, out: bye })
    // a first call notices only where it is led
    const first = [call(0, ['gate', 'out'])]
    expect(mutationScore(velocity, first, world)).toMatchObject({
      mutants: 6,
      killed: 1,
      score: 16,
    })
  })

  it('does not count what no call can notice', () => {
    const always = { kind: 'velocity', scope: 'number', limit: 0, windowMinutes: 10 }
    const nodes = {
      gate: { ...always, exits: { exceeded: 'in', within: 'out' } },
      in: end,
      out: bye,
    }
    const passed: Case = { ...call(0, ['gate', 'in']), expect: { outcome: 'voicemail' } }
    // every call counts itself, so that none is within a limit of 0
    expect(mutationScore(policyOf(nodes), [passed], world)).toEqual({
      ...{ mutants: 4, killed: 2, equivalent: 1, score: 50 },
      survivors: [
        { node: 'gate', change: 'in 20 instead of 10 minutes' },
        { node: 'gate', change: 'calls by caller instead of number' },
      ],
    })
  })

  it('is full where nothing can be wrong', () => {
    expect(mutationScore(policyOf({ end }), [], world)).toEqual({
      mutants: 0,
      killed: 0,
      equivalent: 0,
      score: 100,
      survivors: [],
    })
  })

  it('goes by the message too', () => {
    const nodes = {
      gate: vip({ yes: 'in', no: 'out', unknown: 'out' }),
      in: bye,
      out: { kind: 'reject', message: { text: 'Please write.' } },
    }
    const said: Case = {
      ...call(0, ['gate', 'out']),
      expect: { outcome: 'reject', message: 'Please write.' },
    }
    const { killed } = mutationScore(policyOf(nodes), [said], world)
    expect(killed).toBe(1)
    const wrong: Case = { ...said, expect: { outcome: 'reject', message: 'Bye.' } }
    expect(mutationScore(policyOf(nodes), [wrong], world).killed).toBe(0)
  })
})
