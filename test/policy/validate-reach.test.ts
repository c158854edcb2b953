import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { FactValue } from '../../server/schema/facts.ts'
import type { Policy } from '../../server/schema/policy.ts'
import type { CompiledPolicy } from '../../server/policy/compile.ts'
import { compile } from '../../server/policy/compile.ts'
import { walk } from '../../server/policy/evaluate.ts'
import { validate } from '../../server/policy/validate/validate.ts'
import { at, brief, check, installation, policyOf } from './validate-example.ts'

type Facts = Readonly<Record<string, FactValue | 'unknown'>>

/** The exits a call leaves by. */
function taken(compiled: CompiledPolicy, facts: Facts): Set<string> {
  const read = (name: string) => {
    const value = facts[name] ?? 'unknown'
    const common = { source: 'caller', ms: 0 }
    return value === 'unknown' ? { unknown: 'error' as const, ...common } : { value, ...common }
  }
  const walked = walk(compiled, read)
  return new Set(
    walked.kind === 'walked' ? walked.path.map(({ node, exit }) => `${node} ${exit}`) : [],
  )
}

const priority = fc.oneof(
  fc.integer({ min: 0, max: 6 }),
  fc.double({ min: 0, max: 6, noNaN: true }),
)
const text = fc.constantFrom('a', 'b', 'c', '')
const value = {
  'caller.priority': priority,
  'history.calls': fc.nat(6),
  'caller.tier': text,
  'caller.country': text,
  'caller.known': fc.boolean(),
  'caller.tags': fc.subarray(['a', 'b', 'c']),
  'call.media': fc.constantFrom('voice', 'video'),
  'velocity.caller.5m': fc.integer({ min: 1, max: 7 }),
  'hours.support': fc.constantFrom('open', 'closed', 'holiday'),
}
const facts: fc.Arbitrary<Facts> = fc.record(
  Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      fc.oneof({ weight: 9, arbitrary: one }, { weight: 1, arbitrary: fc.constant('unknown') }),
    ]),
  ),
)

const order = fc.constantFrom('lessThan', 'lessThanInclusive', 'greaterThan', 'equal', 'notEqual')
const leaf = fc.oneof(
  fc.record({ fact: fc.constantFrom('caller.priority', 'history.calls'), operator: order, value: fc.nat(5) }),
  fc.record({ fact: fc.constant('caller.priority'), operator: order, value: fc.constant({ fact: 'history.calls' }) }),
  fc.record({ fact: fc.constantFrom('caller.tier', 'caller.country'), operator: fc.constantFrom('in', 'notIn'), value: fc.array(text, { maxLength: 2 }) }),
  fc.record({ fact: fc.constant('caller.tier'), operator: fc.constantFrom('equal', 'notEqual'), value: fc.constantFrom('a', { fact: 'caller.country' }) }),
  fc.record({ fact: fc.constant('caller.tags'), operator: fc.constantFrom('contains', 'doesNotContain'), value: fc.constantFrom('a', 'b', { fact: 'caller.tier' }) }),
  fc.record({ fact: fc.constant('caller.known'), operator: fc.constant('equal'), value: fc.boolean() }),
  fc.record({ fact: fc.constant('call.media'), operator: fc.constant('equal'), value: fc.constantFrom('voice', 'video') }),
) // prettier-ignore

const { condition } = fc.letrec<{ condition: object }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('condition') }),
  ),
}))

/** Gates whose exits lead only further on, so that there is never a cycle. */
const gate = fc.oneof(
  fc.record({ kind: fc.constant('condition'), when: condition, exits: fc.constant(['yes', 'no', 'unknown']) }),
  fc.record({ kind: fc.constant('vip'), minPriority: fc.nat(5), tags: fc.constant(['a', 'b']), exits: fc.constant(['yes', 'no']) }),
  fc.record({ kind: fc.constant('hours'), calendar: fc.constant('support'), exits: fc.constant(['open', 'closed', 'holiday']) }),
  fc.record({ kind: fc.constant('velocity'), scope: fc.constant('caller'), limit: fc.nat(4), windowMinutes: fc.constant(5), exits: fc.constant(['exceeded', 'within']) }),
  fc.record({ kind: fc.constant('switch'), fact: fc.constantFrom('caller.tier', 'history.calls'), exits: fc.constant(['1', '2', 'default']) }),
) // prettier-ignore

const policy = fc
  .tuple(
    fc.array(gate, { minLength: 1, maxLength: 6 }),
    fc.array(fc.nat(20), { minLength: 24, maxLength: 24 }),
  )
  .map(([gates, jumps]) => {
    const nodes = gates.map((one, index) => {
      const exits = one.exits.map((exit, number) => {
        const to = index + 1 + ((jumps[index * 4 + number] ?? 0) % 3)
        return [exit, to < gates.length ? `n${to}` : 'end']
      })
      return [`n${index}`, { ...one, exits: Object.fromEntries(exits) }]
    })
    return policyOf(Object.fromEntries(nodes))
  })

const claims = (policy: Policy) =>
  validate(policy, { installation, at }).flatMap(({ code, node, path }) =>
    code === 'exit_never_taken' || code === 'shadowed_condition' ? `${node} ${path.at(-1)}` : [],
  )

describe('what is said never to happen', () => {
  it('never happens to any call', () => {
    fc.assert(
      fc.property(policy, fc.array(facts, { minLength: 30, maxLength: 30 }), (document, calls) => {
        const said = claims(document)
        const compiled = compile(document, installation)
        const seen = new Set(calls.flatMap((call) => [...taken(compiled, call)]))
        expect(said.filter((exit) => seen.has(exit))).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  it('is said whenever every call of a small world shows it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { minLength: 2, maxLength: 5 }), (limits) => {
        const document = policyOf(
          Object.fromEntries(
            limits.map((minPriority, index) => [
              `n${index}`,
              {
                kind: 'vip',
                minPriority,
                exits: { yes: 'end', no: index + 1 < limits.length ? `n${index + 1}` : 'end' },
              },
            ]),
          ),
        )
        const shadowed = limits.flatMap((limit, index) =>
          limits.slice(0, index).some((earlier) => earlier <= limit) ? `n${index} yes` : [],
        )
        expect(claims(document)).toEqual(shadowed)
      }),
    )
  })

  it('is shown by a call that goes the way the warning says', () => {
    const vip = (minPriority: number, no: string) => ({
      kind: 'vip',
      minPriority,
      exits: { yes: 'end', no },
    })
    const nodes = {
      a: { kind: 'crm', exits: { found: 'b', missing: 'b' } },
      b: vip(3, 'c'),
      c: vip(5, 'end'),
    }
    const [problem] = check(nodes)
    expect(brief(check(nodes))).toEqual(['warning shadowed_condition c'])
    const proof = z.record(z.string(), z.union([z.number(), z.boolean()])).parse(problem?.proof)
    expect(proof).toEqual({ 'crm.found': true, 'caller.priority': 5 })
    expect(taken(compile(policyOf(nodes), installation), proof)).toContain('b yes')
  })

  it('is only said of single gates when there are too many combinations', () => {
    const nodes = {
      a: { kind: 'vip', minPriority: 3, exits: { yes: 'end', no: 'b' } },
      b: { kind: 'vip', minPriority: 5, exits: { yes: 'end', no: 'c' } },
      c: { kind: 'split', percent: 0, exits: { in: 'end', out: 'end' } },
    }
    const problems = validate(policyOf(nodes), { installation, at, exhaustiveLimit: 3 })
    expect(brief(problems)).toEqual(['warning exit_never_taken c'])
  })
})
