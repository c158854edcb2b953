import type { Decision, DecisionView, StepReason } from '../schema/decision.ts'
import type { OutcomeKind } from '../schema/policy.ts'
import { inLine } from './columns.ts'

/** The outcomes in plain words. */
export const outcomeWords: Readonly<Record<OutcomeKind, string>> = {
  accept: 'put through',
  ai_pickup: 'the assistant answers',
  reject: 'not taken',
  voicemail: 'to voicemail',
}

const stepWords: Readonly<Record<StepReason, string>> = {
  no_media: 'no sound path yet',
  not_supported: 'this channel cannot',
  not_configured: 'not configured',
  no_answer: 'nobody answered',
  busy: 'all busy',
  error: 'an error',
}

const fallbackWords = {
  unknown_exit: 'an unknown fact without an exit',
  budget_exhausted: 'out of time',
  engine_error: 'an error in the engine',
  no_policy: 'no policy for this line',
} as const

const suppressedWords: Readonly<Record<string, string>> = {
  silent: 'no message, on purpose',
  opted_out: 'no message: does not want any',
  sent_recently: 'no message: got one a moment ago',
  daily_cap: 'no message: had enough of them today',
}

/** The whole path, `node → exit`, with the outcome's node at its end. */
export function pathText(path: Decision['path']): string {
  return path.map(({ node, exit }) => (exit === null ? node : `${node} → ${exit}`)).join(' · ')
}

/** Where the decision did not go as chosen: what was done instead, and why. */
export function insteadText(
  decision: Pick<Decision, 'steps' | 'final' | 'fallback'>,
): string | undefined {
  const { steps, final, fallback } = decision
  const done = `done: ${final.outcome} by ${final.node}`
  if (steps.length === 0)
    return fallback === false ? undefined : `${done}, ${fallbackWords[fallback]}`
  const reasons = [...new Set(steps.map(({ why }) => why))]
  const tried = reasons.map((why) => {
    const nodes = steps.filter((step) => step.why === why).map(({ node }) => node)
    return `${nodes.join(' and ')}: ${stepWords[why]}`
  })
  return `${done} (${tried.join(', ')})`
}

/** The follow-up's text, or why there is none. */
export function followUpText(actions: DecisionView['actions']): string | undefined {
  const message = actions.find(({ type }) => type === 'message')
  if (!message) return undefined
  if (message.state === 'suppressed')
    return `(${suppressedWords[message.reason ?? ''] ?? 'no message'})`
  return `“${inLine(message.text ?? '')}”`
}

/** Milliseconds of the budget. */
export function timeText(decision: Pick<Decision, 'ms' | 'budgetMs'>): string {
  return `${decision.ms.toFixed(1)} of ${decision.budgetMs} ms`
}

/** How a call went: outcome, way, what was done instead, what was not known, and the time it took. */
export function wayText(decision: DecisionView): string {
  const unknown = decision.unknown.length === 0 ? [] : [`unknown: ${decision.unknown.join(', ')}`]
  const instead = insteadText(decision)
  return [
    `${decision.policy ?? 'no policy'}: ${decision.outcome} (${outcomeWords[decision.outcome]}) by ${decision.node}`,
    pathText(decision.path),
    ...(instead === undefined ? [] : [instead]),
    ...unknown,
    timeText(decision),
  ].join(' | ')
}
