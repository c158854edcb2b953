import { describe, expect, it } from 'vitest'
import type { Explained } from '../../server/policy/explain/explain.ts'
import { explain } from '../../server/policy/explain/explain.ts'
import { english } from '../../server/policy/say/words.ts'
import type { Decision, NodeTrace, StepReason } from '../../server/schema/decision.ts'
import type { OutcomeKind } from '../../server/schema/policy.ts'
import { policyOf } from './engine-support.ts'

const text = (words: string) => ({ kind: 'reject', message: { text: words } })
const sixty = 'Sixty letters, no more and no less, is what may be shown of '
const policy = policyOf(
  {
    start: { kind: 'vip', minPriority: 1, exits: {} },
    team: { kind: 'accept', target: { team: 'support' } },
    ai: { kind: 'ai_pickup', assistant: 'reception' },
    vm: { kind: 'voicemail' },
    hush: { kind: 'reject', silent: true, reason: 'blocked' },
    bare: { kind: 'reject' },
    short: text('Hi {{caller.name | default: "you"}}.'),
    sixty: text(`${sixty.trimEnd()}X`),
    cut: text(`${sixty}it.`),
  },
  { fallback: { kind: 'reject', message: { text: 'Sorry.' } } },
)

const gate = (kind: string, exit: string | null, value?: string): NodeTrace => ({
  node: kind,
  kind,
  exit,
  leaves:
    value === undefined
      ? []
      : [{ at: '', fact: 'caller.tier', operator: 'equal', operand: value, value, result: true }],
})
/** A gate that tells its value: `the caller’s tier is gold`. */
const tier = (value: string, exit = value): NodeTrace => gate('switch', exit, value)

const decision = (more: Partial<Explained>): Explained => ({
  outcome: 'reject',
  node: 'bare',
  facts: {},
  fallback: false,
  trace: [],
  ...more,
})
const told = (more: Partial<Explained>): string =>
  explain(decision(more), { words: english, policy })

describe('what a decision does', () => {
  it.each<[OutcomeKind, string, string]>([
    ['accept', 'team', 'rings support'],
    ['ai_pickup', 'ai', 'lets the AI assistant “reception” pick up'],
    ['voicemail', 'vm', 'takes a voicemail'],
    ['reject', 'hush', 'ends the call without a message'],
    ['reject', 'bare', 'rejects the call'],
    ['reject', 'short', 'rejects the call with “Hi ….”'],
    [
      'reject',
      'sixty',
      'rejects the call with “Sixty letters, no more and no less, is what may be shown ofX”',
    ],
    [
      'reject',
      'cut',
      'rejects the call with “Sixty letters, no more and no less, is what may be shown of…”',
    ],
    ['reject', 'fallback', 'rejects the call with “Sorry.”'],
    // not what the release has there
    ['accept', 'fallback', 'rings people'],
    ['accept', 'start', 'rings people'],
    ['accept', 'toString', 'rings people'],
    ['accept', 'vm', 'rings people'],
    ['ai_pickup', 'gone', 'lets the AI assistant pick up'],
    ['reject', 'gone', 'rejects the call'],
    ['voicemail', 'gone', 'takes a voicemail'],
  ])('%s at %s: %s', (outcome, node, does) => {
    expect(told({ outcome, node })).toBe(`Nothing had to be asked, so the policy ${does}.`)
  })

  it('is told without its parameters where the release may not be seen', () => {
    const bare = (outcome: OutcomeKind, node: string) =>
      explain(decision({ outcome, node }), { words: english })
    expect(bare('accept', 'team')).toBe('Nothing had to be asked, so the policy rings people.')
    expect(bare('reject', 'fallback')).toBe(
      'Nothing had to be asked, so the policy rejects the call.',
    )
  })
})

describe('why a decision was made', () => {
  const why = (...trace: NodeTrace[]): string =>
    told({ trace }).replace(', so the policy rejects the call.', '')

  it.each(['no', 'within', 'open', 'found', 'available', 'out', 'default'])(
    'tells a gate that was left by %s only where it was the last',
    (exit) => {
      expect(why(tier('gold', exit), tier('tin'))).toBe('The caller’s tier is tin')
      expect(why(tier('tin'), tier('gold', exit))).toBe(
        'The caller’s tier is tin and the caller’s tier is gold',
      )
    },
  )

  it.each(['yes', 'exceeded', 'closed', 'holiday', 'missing', 'busy', 'in'])(
    'tells a gate that was left by %s before the last one, too',
    (exit) => {
      expect(why(tier('gold', exit), tier('tin'))).toBe(
        'The caller’s tier is gold and the caller’s tier is tin',
      )
    },
  )

  it('tells three gates at most, the last ones', () => {
    expect(why(tier('a'), tier('b'), tier('c'), tier('d'))).toBe(
      'The caller’s tier is b, the caller’s tier is c and the caller’s tier is d',
    )
  })

  it('passes over effects, ends, and a gate that was not left', () => {
    expect(why(tier('gold'), gate('block', 'next'), gate('reject', null))).toBe(
      'The caller’s tier is gold',
    )
    expect(why(tier('gold', 'no'), gate('switch', null, 'tin'))).toBe('The caller’s tier is gold')
    expect(why(gate('tag', 'next'))).toBe('Nothing had to be asked')
  })

  it.each<[Decision['fallback'], Partial<Explained>, string]>([
    [
      'unknown_exit',
      { trace: [tier('gold')] },
      'The caller’s tier is gold and the policy has no way for that',
    ],
    [
      'budget_exhausted',
      { budgetMs: 150 },
      'The time of 150 ms ran out before the policy could decide',
    ],
    ['budget_exhausted', {}, 'The time of 0 ms ran out before the policy could decide'],
    ['engine_error', {}, 'The policy broke while it decided'],
    ['no_policy', {}, 'No policy is live for this line'],
  ])('of the fallback: %s', (fallback, more, reason) => {
    expect(told({ fallback, node: 'fallback', ...more })).toBe(
      `${reason}, so the fallback rejects the call with “Sorry.”.`,
    )
  })
})

describe('what became of an outcome', () => {
  const step = (why: StepReason, node = 'team') =>
    ({ node, outcome: 'accept', why, at: '2026-11-20T13:32:00Z' }) as const
  const then = (more: Pick<Explained, 'steps' | 'final'>): string =>
    told(more).replace('Nothing had to be asked, so the policy rejects the call', '')

  it.each<[StepReason, string]>([
    ['no_media', 'there is no sound path yet'],
    ['not_supported', 'this channel cannot do that'],
    ['not_configured', 'that is not set up'],
    ['no_answer', 'nobody answered'],
    ['busy', 'everybody was busy'],
    ['error', 'that failed'],
  ])('after %s', (why, words) => {
    expect(then({ steps: [step(why)] })).toBe(`; ${words}, and there was nothing else to do.`)
  })

  it.each<[OutcomeKind, string]>([
    ['accept', 'rang others'],
    ['ai_pickup', 'the AI assistant was to pick up'],
    ['reject', 'the call was rejected'],
    ['voicemail', 'a voicemail was offered'],
  ])('is told by its end: %s', (outcome, words) => {
    const final = { outcome, node: 'other' }
    expect(then({ steps: [step('busy')], final })).toBe(
      `; everybody was busy, so it went on and ${words}.`,
    )
  })

  it('tells every reason once', () => {
    const steps = [step('busy'), step('no_answer', 'ai'), step('busy', 'vm')]
    expect(then({ steps })).toBe(
      '; everybody was busy and nobody answered, and there was nothing else to do.',
    )
  })

  it('stays where the last outcome that failed is the final one', () => {
    const steps = [step('busy'), step('busy', 'ai'), step('no_answer', 'vm')]
    const ended = (node: string) => then({ steps, final: { outcome: 'voicemail', node } })
    expect(ended('vm')).toMatch(/nobody answered, and there was nothing else to do\.$/)
    expect(ended('ai')).toMatch(/nobody answered, so it went on and a voicemail was offered\.$/)
  })

  it('is nothing where the outcome was done', () => {
    const final = { outcome: 'reject', node: 'bare' } as const
    expect(then({ steps: [], final })).toBe('.')
    expect(then({})).toBe('.')
  })
})
