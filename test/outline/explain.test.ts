import { describe, expect, it } from 'vitest'
import type { Explained } from '../../server/policy/explain/explain.ts'
import { explain } from '../../server/policy/explain/explain.ts'
import { hideFacts } from '../../server/policy/hidden-facts.ts'
import { compile } from '../../server/policy/compile.ts'
import { fallbackWalk } from '../../server/policy/evaluate.ts'
import { english } from '../../server/policy/say/words.ts'
import type { Case } from '../../server/schema/cases.ts'
import { decisionSchema } from '../../server/schema/decision.ts'
import { decided, shipped, shippedPolicy, world } from '../policies/world.ts'

type Given = Partial<Pick<Case, 'at' | 'caller' | 'facts'>>

const policyOf = (id: string) => shippedPolicy(id).policy

function decide(id: string, given: Given | Case): Explained {
  const at = '2026-11-17T09:00:00Z'
  const { walked } = decided(policyOf(id), {
    name: 'x',
    at,
    expect: { outcome: 'reject' },
    ...given,
  })
  return { ...walked, outcome: walked.outcome.kind, budgetMs: 150 }
}
const why = (id: string, given: Given, more: Partial<Explained> = {}): string =>
  explain({ ...decide(id, given), ...more }, { words: english, policy: policyOf(id) })

const open = {
  'caller.blocked': false,
  'caller.priority': 10,
  'hours.support': 'open',
  'crm.found': true,
} as const

describe('a decision in one sentence', () => {
  it.each<[string, string, Given]>([
    [
      'The caller is blocked, so the policy ends the call without a message.',
      'main-line',
      { facts: { 'caller.blocked': true } },
    ],
    [
      'This caller has called 6 times in 10 minutes (more than 5), so the policy rejects the call with ' +
        '“You have called several times. Please write to us here and w…”.',
      'main-line',
      { facts: { ...open, 'velocity.caller.10m': 6 } },
    ],
    [
      'The caller is a VIP (priority 95, needs 80), so the policy rings the owner.',
      'main-line',
      { facts: { ...open, 'caller.priority': 95 } },
    ],
    [
      'The CRM did not answer in time and somebody of support is free, so the policy rings support.',
      'main-line',
      { facts: { ...open, 'crm.found': 'unknown', 'agents.support.status': 'available' } },
    ],
    [
      'Everybody of support is busy, so the policy lets the AI assistant “reception” pick up.',
      'main-line',
      { facts: { ...open, 'agents.support.status': 'busy' } },
    ],
    [
      'How often numbers that begin alike have called is not known (not there), the caller’s queue is ' +
        'restricted and whether support is open is not known (failed), so the policy rejects the call with “Thank you for calling. We answer this number in writing at t…”.',
      'spam-perimeter',
      {
        facts: {
          'caller.queue': 'restricted',
          'hours.support': 'unknown',
        },
      },
    ],
  ])('%s', (sentence, id, given) => {
    expect(why(id, given)).toBe(sentence)
  })

  it('tells what became of an outcome that could not be done', () => {
    const given = { facts: { ...open, 'agents.support.status': 'available' } }
    const step = { node: 'toTeam', outcome: 'accept', why: 'no_answer', at: '' } as const
    const final = { outcome: 'voicemail', node: 'vm' } as const
    expect(why('main-line', given, { steps: [step], final })).toBe(
      'Somebody of support is free, so the policy rings support; nobody answered, so it went on and ' +
        'a voicemail was offered.',
    )
  })

  it('tells why the fallback answered', () => {
    const compiled = compile(policyOf('main-line'), world.installation)
    const fallback = (reason: 'budget_exhausted' | 'engine_error') => {
      const walked = fallbackWalk(compiled, reason)
      const decision = { ...walked, outcome: walked.outcome.kind, budgetMs: 150 }
      return explain(decision, { words: english })
    }
    expect(fallback('budget_exhausted')).toBe(
      'The time of 150 ms ran out before the policy could decide, so the fallback rejects the call.',
    )
    expect(fallback('engine_error')).toMatch(/^The policy broke/)
    expect(why('service-hours', { facts: { 'caller.known': 'unknown' } })).toBe(
      'Whether the caller is a contact is not known (failed) and the policy has no way for that, so the ' +
        'fallback rejects the call with “Sorry, we could not take your call. Please write to us here…”.',
    )
  })

  it('is one sentence for every shipped case, with and without the release', () => {
    for (const { policy, cases } of shipped)
      for (const theCase of cases) {
        const decision = decide(policy.id, theCase)
        for (const shown of [policy, undefined]) {
          const sentence = explain(decision, { words: english, policy: shown })
          expect(sentence, theCase.name).toMatch(
            /^\p{Lu}[^\n]+, so the (policy|fallback) [^\n]+\.$/u,
          )
          expect(sentence).not.toMatch(/\{\{|undefined|\bnull\b|NaN/)
        }
      }
  })

  it('tells of a masked decision nothing that is masked', () => {
    const walked = decide('clinic', { caller: { tags: ['patient'] } })
    const decision = decisionSchema.parse({
      ...walked,
      at: '2026-11-17T09:00:00Z',
      policy: 'clinic',
      release: '1-a',
      path: [],
      unknown: [],
      ms: 1,
      final: { outcome: walked.outcome, node: walked.node },
      steps: [],
    })
    const masked = hideFacts(decision, {
      isHidden: (name) => name.startsWith('caller.'),
      mask: () => 'hidden',
      placeholder: 'hidden',
    })
    expect(explain(decision, { words: english })).toContain('patient')
    expect(explain(masked, { words: english })).not.toContain('patient')
  })
})
