import { describe, expect, it } from 'vitest'
import { caseOfCall } from '../../server/policy/case-of-call.ts'
import { compareCase } from '../../server/policy/cases.ts'
import { compile } from '../../server/policy/compile.ts'
import type { World } from '../../server/policy/case-caller.ts'
import { mutantsOf } from '../../server/policy/mutants/mutants.ts'
import { decideCase } from '../../server/policy/simulate.ts'
import type { Case } from '../../server/schema/cases.ts'
import type { Decision } from '../../server/schema/decision.ts'
import type { Policy } from '../../server/schema/policy.ts'
import { policySchema } from '../../server/schema/policy.ts'
import { shipped, shippedPolicy, world } from '../policies/world.ts'

const { installation } = world
/** Who has a case of their own in no address book. */
const elsewhere: World = { installation, contacts: [], lists: { blocked: [], allowed: [] } }

/** The decision as the journal would have it of a call that is like a case. */
function decisionOf(policy: Policy, theCase: Case): Decision {
  const { walked } = decideCase(compile(policy, installation), theCase, world)
  const { node, path, facts, unknown, fallback, trace } = walked
  const outcome = walked.outcome.kind
  return {
    at: new Date(Date.parse(theCase.at)).toISOString(),
    policy: policy.id,
    release: '1-0a1b2c3d4e5f',
    ...{ outcome, node, path, facts, unknown, fallback, trace },
    ms: 1,
    budgetMs: 150,
    final: { outcome, node },
    steps: [],
  }
}

function made(policy: Policy, decision: Decision): Case {
  const found = caseOfCall({ decision, compiled: compile(policy, installation), installation })
  if (found.kind === 'refused') throw new Error(found.why)
  return found.case
}

const passes = (policy: Policy, theCase: Case): boolean => {
  const decided = decideCase(compile(policy, installation), theCase, elsewhere)
  return compareCase(theCase, decided.walked, decided.message?.text).passed
}

const personal = world.contacts.flatMap(({ phone, userId, name, attributes = {} }) => [
  ...[phone, userId, name].filter((one) => one !== undefined),
  ...Object.values(attributes).filter((one) => typeof one === 'string' && one.length > 2),
])

describe.each(shipped)('a case made of each call of $policy.id', ({ policy, cases }) => {
  it('passes elsewhere, takes the same way, and holds nobody', () => {
    for (const theCase of cases) {
      const decision = decisionOf(policy, theCase)
      const one = made(policy, decision)
      expect([theCase.name, passes(policy, one)]).toEqual([theCase.name, true])
      expect(one.expect.path).toEqual(decision.path.map(({ node }) => node))
      const text = JSON.stringify(one)
      expect(personal.filter((value) => text.includes(String(value)))).toEqual([])
      expect(text).not.toMatch(/\+\d{6,}/)
    }
  })

  it('fails when the policy is changed against it', () => {
    const all = cases.map((theCase) => made(policy, decisionOf(policy, theCase)))
    const ways = mutantsOf(policy, installation).filter(({ exit }) => exit !== undefined)
    const unnoticed = ways.filter((mutant) => all.every((one) => passes(mutant.policy, one)))
    expect(unnoticed.map(({ node, change }) => [node, change])).toEqual([])
  })
})

describe('a case made of a call', () => {
  it('is as short as it can be', () => {
    const { policy } = shippedPolicy('main-line')
    const decision = decisionOf(policy, {
      name: 'x',
      at: '2026-11-17T10:00:59.123+01:00',
      caller: { phone: '+447700900777', name: 'Jo', priority: 85, tags: ['hip operation'] },
      expect: { outcome: 'accept' },
    })
    expect(made(policy, decision)).toEqual({
      name: 'as on 2026-11-17 09:00 UTC',
      at: '2026-11-17T09:00:00.000Z',
      caller: { priority: 85 },
      expect: { outcome: 'accept', path: ['blocked', 'spam', 'vip', 'alert', 'toOwner'] },
    })
  })

  const asking = (when: unknown) =>
    policySchema.parse({
      ...shippedPolicy('main-line').policy,
      start: 'gate',
      nodes: {
        gate: { kind: 'condition', when, exits: { yes: 'in', no: 'out', unknown: 'out' } },
        in: { kind: 'voicemail' },
        out: { kind: 'reject', message: { text: 'Please write to us here.' } },
      },
    })
  const called = (caller: Case['caller']): Case => ({
    name: 'x',
    at: '2026-11-17T10:00:00+01:00',
    call: { ctaPayload: 'order 4711' },
    caller,
    expect: { outcome: 'reject' },
  })

  it('has a stand-in for what would tell who called', () => {
    const policy = asking({ fact: 'caller.phone', operator: 'notEqual', value: '' })
    const one = made(policy, decisionOf(policy, called({ phone: '+447700900777' })))
    expect(one).toMatchObject({ expect: { outcome: 'voicemail' } })
    expect(JSON.stringify(one)).not.toContain('7700')
    const link = asking({ fact: 'call.ctaPayload', operator: 'equal', value: 'summer' })
    const other = made(link, decisionOf(link, called({})))
    expect(JSON.stringify(other)).not.toContain('4711')
  })

  it('is refused where only this caller takes the way, or the clock decided', () => {
    const phone = '+447700900777'
    const policy = asking({ fact: 'caller.phone', operator: 'equal', value: phone })
    const compiled = compile(policy, installation)
    const decision = decisionOf(policy, called({ phone }))
    const refused = (one: Decision) => caseOfCall({ decision: one, compiled, installation })
    expect(refused(decision)).toEqual({ kind: 'refused', why: 'needs_the_caller' })
    expect(refused({ ...decision, fallback: 'budget_exhausted' })).toEqual({
      kind: 'refused',
      why: 'not_by_facts',
    })
  })
})
