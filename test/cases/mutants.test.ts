import { describe, expect, it } from 'vitest'
import { mutantsOf } from '../../server/policy/mutants/mutants.ts'
import { isEquivalent } from '../../server/policy/mutants/equivalent.ts'
import { mutationScore } from '../../server/policy/mutants/score.ts'
import { validate } from '../../server/policy/validate/validate.ts'
import type { Case } from '../../server/schema/cases.ts'
import type { Policy } from '../../server/schema/policy.ts'
import { policySchema } from '../../server/schema/policy.ts'
import { shipped, world } from '../policies/world.ts'

const { installation } = world
const at = Date.parse('2026-11-20T09:00:00Z')
const reject = { kind: 'reject', message: { text: 'Please write to us here.' } }

/** One gate in front of two ends. */
function gated(gate: Record<string, unknown>, more: Record<string, unknown> = {}): Policy {
  return policySchema.parse({
    schema: 1,
    id: 'one',
    name: 'One',
    numbers: [],
    start: 'gate',
    fallback: reject,
    nodes: { gate, in: reject, out: reject, ...more },
  })
}
const asks = (when: unknown): Policy =>
  gated({ kind: 'condition', when, exits: { yes: 'in', no: 'out', unknown: 'out' } })
const over = (value: number) => ({ fact: 'caller.priority', operator: 'greaterThan', value })
const call = (priority: number, path: string[]): Case => ({
  name: `priority ${priority}`,
  at: '2026-11-17T10:00:00+01:00',
  caller: { priority },
  expect: { outcome: 'reject', path },
})

describe('mutants', () => {
  it.each(shipped)('are policies without errors: $policy.id', ({ policy }) => {
    const mutants = mutantsOf(policy, installation)
    expect(mutants.length).toBeGreaterThan(10)
    for (const mutant of mutants) {
      const found = validate(mutant.policy, { installation, at, exhaustiveLimit: 0 })
      expect(found.filter(({ severity }) => severity === 'error')).toEqual([])
      expect(mutant.policy).not.toEqual(policy)
    }
  })

  it('name the fault in words', () => {
    const policy = asks({ any: [over(5), { not: over(9) }] })
    const changes = mutantsOf(policy, installation).map(({ change }) => change)
    expect(changes).toEqual(
      expect.arrayContaining([
        'all instead of any of its parts',
        'without caller.priority > 5',
        'caller.priority ≥ 5 instead of caller.priority > 5',
        'caller.priority > 6 instead of caller.priority > 5',
        'without the "not" before caller.priority > 9',
        '"yes" leads to "out" instead of "in"',
      ]),
    )
  })

  it('skip an effect, wherever a call comes to it from', () => {
    const tag = { kind: 'tag', tags: ['seen'], next: 'in' }
    const policy = gated(
      { kind: 'vip', minPriority: 80, exits: { yes: 'tag', no: 'tag', unknown: 'out' } },
      { tag },
    )
    const mutant = mutantsOf(policy, installation).find(({ node }) => node === 'tag')
    expect(mutant?.policy.nodes).not.toHaveProperty('tag')
    expect(mutant?.policy.nodes['gate']).toMatchObject({ exits: { yes: 'in', no: 'in' } })
  })
})

describe('the mutation score', () => {
  it('is full only with a case on each side of a limit', () => {
    const policy = asks(over(5))
    const loose = mutationScore(policy, [call(0, ['gate', 'out']), call(50, ['gate', 'in'])], world)
    expect(loose.survivors.map(({ change }) => change)).toEqual([
      'caller.priority ≥ 5 instead of caller.priority > 5',
      'caller.priority > 4 instead of caller.priority > 5',
      'caller.priority > 6 instead of caller.priority > 5',
      '"unknown" leads to "in" instead of "out"',
    ])
    const unknown = { ...call(5, ['gate', 'out']), facts: { 'caller.priority': 'unknown' } }
    const tight = [call(5, ['gate', 'out']), call(6, ['gate', 'in']), unknown]
    expect(mutationScore(policy, tight, world)).toMatchObject({ score: 100, survivors: [] })
  })

  it('takes nothing from a case that fails already', () => {
    const wrong = [call(5, ['gate', 'in']), call(6, ['gate', 'out'])]
    expect(mutationScore(asks(over(5)), wrong, world)).toMatchObject({ killed: 0, score: 0 })
  })

  it('leaves out what the validator proves to be no fault', () => {
    const policy = asks({ any: [over(5), over(9)] })
    const mutants = mutantsOf(policy, installation)
    const isSame = (change: string): boolean => {
      const mutant = mutants.find((one) => one.change === change)
      if (!mutant) throw new Error(`no mutant: ${change}`)
      return isEquivalent(policy, mutant, installation)
    }
    expect(isSame('without caller.priority > 9')).toBe(true)
    expect(isSame('caller.priority > 8 instead of caller.priority > 9')).toBe(true)
    expect(isSame('without caller.priority > 5')).toBe(false)
    expect(isSame('all instead of any of its parts')).toBe(false)
    expect(mutationScore(policy, [], world).equivalent).toBeGreaterThan(0)
  })

  it('knows faults in what no call comes to, and past a gate that left none over', () => {
    const second = {
      kind: 'condition',
      when: over(3),
      exits: { yes: 'in', no: 'out', unknown: 'out' },
    }
    const policy = gated(
      { kind: 'condition', when: over(5), exits: { yes: 'second', no: 'out', unknown: 'out' } },
      { second },
    )
    const same = mutantsOf(policy, installation)
      .filter(({ node }) => node === 'second')
      .filter((mutant) => isEquivalent(policy, mutant, installation))
    expect(same.map(({ change }) => change)).toEqual([
      'caller.priority ≥ 3 instead of caller.priority > 3',
      'caller.priority > 2 instead of caller.priority > 3',
      'caller.priority > 4 instead of caller.priority > 3',
      '"no" leads to "in" instead of "out"',
      '"unknown" leads to "in" instead of "out"',
    ])
  })

  it.each(shipped)('of the shipped policy $policy.id is 95 % at least', ({ policy, cases }) => {
    const { score, survivors } = mutationScore(policy, cases, world)
    expect([score >= 95, survivors]).toEqual([true, expect.anything()])
  })
})
