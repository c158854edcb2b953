import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvLine } from '../../server/reports/csv.ts'
import type { ScoreInput } from '../../server/reports/score.ts'
import { scoreLead } from '../../server/reports/score.ts'
import { describeReason, missReason, reasonOf } from '../../server/reports/why.ts'
import { usualLeadWeights } from '../../server/schema/lead-score.ts'

const stranger: ScoreInput = {
  attempts: 1,
  spanSeconds: 0,
  calledAfterMessage: false,
  openedLink: false,
  isContact: false,
  priority: 0,
  tier: 'none',
}

const scored = (lead: ScoreInput) => scoreLead(lead, usualLeadWeights)

describe('the score of a lead', () => {
  it('is small for a stranger who called once, and says so', () => {
    const { called } = usualLeadWeights
    const reasons = [{ text: 'called once', points: called }]
    expect(scored(stranger)).toEqual({ score: called, reasons })
  })

  it('names what makes a lead warm, the weightiest first', () => {
    const lead = {
      attempts: 3,
      spanSeconds: 5400,
      calledAfterMessage: true,
      openedLink: true,
      isContact: true,
      priority: 90,
      tier: 'gold',
    }
    expect(scored(lead)).toEqual({
      score: 100,
      reasons: [
        { text: 'called 3 times in 2 hours', points: 42 },
        { text: 'VIP priority 90', points: 27 },
        { text: 'opened our link', points: 15 },
        { text: 'called again after our message', points: 12 },
        { text: 'gold customer', points: 10 },
        { text: 'in the address book', points: 4 },
      ],
    })
  })

  it('leaves out what is worth nothing, and counts by the weights it is given', () => {
    const lead = { ...stranger, isContact: true, tier: 'gold', openedLink: true }
    const weights = { ...usualLeadWeights, called: 0, openedLink: 33.4, tier: 50 }
    expect(scoreLead(lead, weights)).toEqual({
      score: 87,
      reasons: [
        { text: 'gold customer', points: 50 },
        { text: 'opened our link', points: 33.4 },
        { text: 'in the address book', points: 4 },
      ],
    })
  })

  it.each([
    [30, 'called 2 times in 1 minute'],
    [600, 'called 2 times in 10 minutes'],
    [7200, 'called 2 times in 2 hours'],
    [90_000, 'called 2 times in 2 days'],
  ])('puts %d seconds into words', (spanSeconds, reason) => {
    const { reasons } = scored({ ...stranger, attempts: 2, spanSeconds })
    expect(reasons.map(({ text }) => text)).toContain(reason)
  })

  it('stays within 0 and 100, and never falls when somebody calls again or matters more', () => {
    const input = fc.record({
      attempts: fc.integer({ min: 1, max: 300 }),
      spanSeconds: fc.nat(1e6),
      calledAfterMessage: fc.boolean(),
      openedLink: fc.boolean(),
      isContact: fc.boolean(),
      priority: fc.double({ min: -1000, max: 1000, noNaN: true }),
      tier: fc.constantFrom('none', '', 'gold'),
    })
    fc.assert(
      fc.property(input, (lead) => {
        const { score } = scored(lead)
        expect(Number.isInteger(score) && score >= 0 && score <= 100).toBe(true)
        const more = { ...lead, attempts: lead.attempts + 1 }
        expect(scored(more).score).toBeGreaterThanOrEqual(score)
        expect(scored({ ...lead, priority: lead.priority + 5 }).score).toBeGreaterThanOrEqual(score)
      }),
    )
  })
})

describe('why a call was missed', () => {
  const node = (kind: string, exit: string | null) => ({ node: kind, kind, exit, leaves: [] })
  const decided = { fallback: false as const, steps: [] }
  const step = (why: 'busy' | 'no_answer' | 'no_media' | 'error') => ({
    node: 'ring',
    outcome: 'accept' as const,
    why,
    at: '2026-11-20T09:00:00.000Z',
  })

  it.each([
    ['a rule', { ...decided, trace: [node('condition', 'yes'), node('reject', null)] }, 'rule'],
    [
      'closed hours before a gate that lets VIPs through',
      { ...decided, trace: [node('hours', 'closed'), node('vip', 'no')] },
      'closed',
    ],
    [
      'open hours and busy agents',
      { ...decided, trace: [node('hours', 'open'), node('agents', 'busy')] },
      'nobody_free',
    ],
    [
      'too many calls',
      { ...decided, trace: [node('hours', 'closed'), node('velocity', 'exceeded')] },
      'rule',
    ],
    [
      'agents who did not answer',
      { ...decided, steps: [step('no_answer')], trace: [] },
      'no_answer',
    ],
    [
      'an outcome that cannot be done',
      { ...decided, steps: [step('no_media')], trace: [] },
      'not_possible',
    ],
    ['a fallback', { fallback: 'budget_exhausted' as const, steps: [], trace: [] }, 'failure'],
  ])('is told for %s', (_what, decision, reason) => {
    expect(reasonOf(decision)).toBe(reason)
  })

  it('is about the call where no decision was done', () => {
    const call = { undecided: null, status: 'rejected', final_outcome: 'reject', why: 'closed' }
    expect(missReason(call)).toBe('closed')
    expect(missReason({ ...call, undecided: 'stale' })).toBe('stale')
    expect(missReason({ ...call, undecided: 'ended_first' })).toBe('gave_up')
    expect(missReason({ ...call, status: 'failed' })).toBe('failure')
    expect(missReason({ ...call, final_outcome: 'accept', status: 'missed' })).toBe('gave_up')
    expect(describeReason('gave_up', { node: null, seconds: 1 })).toBe(
      'the caller gave up within 1 second',
    )
  })
})

describe('a line of CSV', () => {
  it('is quoted after RFC 4180', () => {
    expect(csvLine(['a', 'b,c', 'd "e"', 'f\r\ng', 7, null, undefined])).toBe(
      'a,"b,c","d ""e""","f\r\ng",7,,\r\n',
    )
  })

  it.each(['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '+4915112345678=1'])(
    'keeps %j from being a formula',
    (text) => {
      expect(csvLine([text]).replace(/^"/, '').startsWith("'")).toBe(true)
    },
  )

  it('leaves a phone number as it is', () => {
    expect(csvLine(['+4915112345678'])).toBe('+4915112345678\r\n')
  })
})
