import { describe, expect, it } from 'vitest'
import { compile } from '../../server/policy/compile.ts'
import { walk } from '../../server/policy/evaluate.ts'
import { knownFactsAt } from '../../server/policy/known-facts.ts'
import type { FactValue } from '../../server/schema/facts.ts'
import { seededRandom } from '../../server/simulator/random.ts'
import { installation } from './engine-support.ts'
import { policyOf } from './validate-example.ts'
import { domains, picker, randomPolicy } from './why-not-support.ts'

const leaf = (fact: string, value: unknown = 'x') => ({ fact, operator: 'equal', value })
const condition = (
  when: object,
  exits: object = { yes: 'end', no: 'other', unknown: 'third' },
) => ({
  kind: 'condition',
  when,
  exits,
})
const ends = { other: { kind: 'voicemail' }, third: { kind: 'voicemail' } }
const known = (nodes: Record<string, object>, id: string) =>
  [...knownFactsAt(policyOf({ ...nodes, ...ends }), id)].toSorted()

const [tier, country] = [leaf('caller.tier'), leaf('caller.country')]

describe('the facts that are known at a step', () => {
  // prettier-ignore
  it.each([
    ['one question', tier, ['caller.tier'], ['caller.tier']],
    ['both of two', { all: [tier, country] }, ['caller.country', 'caller.tier'], []],
    ['one of two', { any: [tier, country] }, [], ['caller.country', 'caller.tier']],
    ['one of two about one fact', { any: [tier, leaf('caller.tier', 'y')] }, ['caller.tier'], ['caller.tier']],
    ['not both of two', { not: { all: [tier, country] } }, [], ['caller.country', 'caller.tier']],
    ['two facts compared', leaf('caller.tier', { fact: 'caller.country' }), ['caller.country', 'caller.tier'], ['caller.country', 'caller.tier']],
  ])('are told by %s', (_, when, yes, no) => {
    const nodes = { a: condition(when) }
    expect([known(nodes, 'end'), known(nodes, 'other'), known(nodes, 'third')]).toEqual([yes, no, []])
  })

  it('are those of every way that leads there', () => {
    const nodes = {
      a: condition(tier, { yes: 'b', no: 'c', unknown: 'c' }),
      b: condition(country, { yes: 'end', no: 'other', unknown: 'other' }),
      c: condition(country, { yes: 'end', no: 'third', unknown: 'third' }),
    }
    expect(known(nodes, 'end')).toEqual(['caller.country'])
    expect(known(nodes, 'b')).toEqual(['caller.tier'])
    expect(known(nodes, 'other')).toEqual(['caller.tier'])
    expect(known(nodes, 'a')).toEqual([])
  })

  it.each([
    [{ kind: 'crm', exits: { found: 'end', missing: 'other' } }, ['crm.found']],
    [
      { kind: 'hours', calendar: 'support', exits: { open: 'end', closed: 'other' } },
      ['hours.support'],
    ],
    [
      { kind: 'switch', fact: 'caller.tier', exits: { gold: 'end', default: 'other' } },
      ['caller.tier'],
    ],
    [
      {
        kind: 'velocity',
        scope: 'prefix',
        digits: 4,
        limit: 5,
        windowMinutes: 10,
        exits: { exceeded: 'end', within: 'other' },
      },
      ['caller.phone', 'velocity.prefix4.10m'],
    ],
    [
      {
        kind: 'velocity',
        scope: 'caller',
        limit: 5,
        windowMinutes: 10,
        exits: { exceeded: 'end', within: 'other' },
      },
      ['velocity.caller.10m'],
    ],
    [{ kind: 'split', percent: 50, exits: { in: 'end', out: 'other' } }, []],
  ])('are told by a gate: %j', (node, told) => {
    expect(known({ a: node }, 'end')).toEqual(told)
  })

  it.each([
    { kind: 'crm', exits: { found: 'other', missing: 'other', unknown: 'end' } },
    {
      kind: 'hours',
      calendar: 'support',
      exits: { open: 'other', closed: 'other', holiday: 'other', unknown: 'end' },
    },
    { kind: 'switch', fact: 'caller.tier', exits: { default: 'other', unknown: 'end' } },
    {
      kind: 'velocity',
      scope: 'caller',
      limit: 5,
      windowMinutes: 10,
      exits: { exceeded: 'other', within: 'other', unknown: 'end' },
    },
  ])('are not told by a gate that could not tell: %j', (node) => {
    expect(known({ a: node }, 'end')).toEqual([])
    expect(known({ a: node }, 'other')).toHaveLength(1)
  })

  it('are those before an effect and an outcome that is gone on from', () => {
    const nodes = {
      a: condition(tier, { yes: 'tag', no: 'third', unknown: 'third' }),
      tag: { kind: 'tag', tags: ['x'], next: 'ring' },
      ring: { kind: 'accept', target: { team: 'support' }, otherwise: 'end' },
    }
    expect(known(nodes, 'ring')).toEqual(['caller.tier'])
    expect(known(nodes, 'end')).toEqual(['caller.tier'])
  })

  it('are none at the start, whatever leads back to it', () => {
    const nodes = { a: condition(tier), lost: condition(country, { yes: 'a', no: 'a' }) }
    expect(known(nodes, 'a')).toEqual([])
    expect(known(nodes, 'end')).toEqual(['caller.tier'])
  })

  it('are none in a circle and where nothing leads', () => {
    const circle = {
      a: condition(tier, { yes: 'b', no: 'end' }),
      b: condition(tier, { yes: 'a', no: 'end' }),
    }
    expect(() => known(circle, 'end')).not.toThrow()
    expect(
      known(
        {
          a: condition(tier),
          lost: condition(country, { yes: 'lone', no: 'lone' }),
          lone: { kind: 'voicemail' },
        },
        'lost',
      ),
    ).toEqual([])
  })

  it('were known in every call that came there', () => {
    const { next: random } = seededRandom(20_261_121)
    const pick = picker(random)
    const names = Object.keys(domains)
    let told = 0
    for (let round = 0; round < 200; round += 1) {
      const policy = randomPolicy(names, 2 + Math.floor(random() * 8), random)
      const compiled = compile(policy, installation)
      const claims = new Map(Object.keys(policy.nodes).map((id) => [id, knownFactsAt(policy, id)]))
      for (let call = 0; call < 50; call += 1) {
        const facts = new Map<string, FactValue | null>(
          names.map((name) => [name, random() < 0.25 ? null : pick(domains[name] ?? [])]),
        )
        const walked = walk(compiled, (name) => {
          const value = facts.get(name) ?? null
          return value === null
            ? { unknown: 'not_found', source: 'test', ms: 0 }
            : { value, source: 'test', ms: 0 }
        })
        if (walked.kind !== 'walked') throw new Error('a fact was not given')
        for (const { node } of walked.path)
          for (const name of claims.get(node) ?? []) {
            told += 1
            expect([node, name, facts.get(name) ?? null]).not.toEqual([node, name, null])
          }
      }
    }
    expect(told).toBeGreaterThan(1_000)
  })
})
