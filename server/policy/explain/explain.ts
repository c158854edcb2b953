import type { Decision, NodeTrace, StepReason } from '../../schema/decision.ts'
import type { OutcomeKind, OutcomeNode, Policy } from '../../schema/policy.ts'
import { gateKinds, isOutcome } from '../../schema/policy.ts'
import { fallbackNode } from '../graph.ts'
import { targetWords } from '../say/action.ts'
import { counted } from '../say/duration.ts'
import { quoted, shortened } from '../say/values.ts'
import type { TextKey, Words } from '../say/words.ts'
import { capital, fill, listed, plain, text } from '../say/words.ts'
import { gateClause } from './gate-clause.ts'

/** A decision, real or simulated, as far as it is needed to be explained. */
export type Explained = Pick<Decision, 'outcome' | 'node' | 'facts' | 'fallback' | 'trace'> &
  Partial<Pick<Decision, 'steps' | 'final' | 'budgetMs'>>

export interface ExplainOptions {
  readonly words: Words
  /** The release that decided, where it may be seen: it tells who rings and what is written. */
  readonly policy?: Policy | undefined
}

/** Characters of a message that the sentence shows. */
const mostOfMessage = 60

const say = (words: Words, key: TextKey, values: Parameters<typeof fill>[1] = {}): string =>
  plain(fill(words(key), values))

function cut(content: string): string {
  return content.length > mostOfMessage ? `${content.slice(0, mostOfMessage).trimEnd()}…` : content
}

type Ending = OutcomeNode | Policy['fallback']

function endingOf({ node }: Explained, policy: Policy | undefined): Ending | undefined {
  if (node === fallbackNode) return policy?.fallback
  const found = policy && Object.hasOwn(policy.nodes, node) ? policy.nodes[node] : undefined
  return found && isOutcome(found) ? found : undefined
}

const bareKeys = {
  accept: 'ringsSomebody',
  ai_pickup: 'letsAiPickUp',
  reject: 'rejects',
  voicemail: 'takesVoicemail',
} as const satisfies Record<OutcomeKind, TextKey>

/** What an outcome does, in the third person; its parameters only where the release is at hand. */
function deed(outcome: OutcomeKind, ending: Ending | undefined, words: Words): string {
  if (ending?.kind !== outcome) return words(bareKeys[outcome])
  switch (ending.kind) {
    case 'accept':
      return say(words, 'rings', { who: targetWords(ending.target, words) })
    case 'ai_pickup':
      return say(words, 'letsPickUp', {
        assistant: say(words, 'assistant', { name: ending.assistant }),
      })
    case 'reject':
      if (ending.silent) return words('endsSilently')
      return ending.message
        ? say(words, 'rejectsWith', { message: quoted(cut(shortened(ending.message.text)), words) })
        : words('rejects')
    case 'voicemail':
      return words('takesVoicemail')
  }
}

/** Exits by which most callers go on; what leaves by another one says something about the call. */
const plainExits: ReadonlySet<string | null> = new Set([
  'no',
  'within',
  'open',
  'found',
  'available',
  'out',
  'default',
])
const isGateKind = ({ kind }: NodeTrace): boolean => gateKinds.some((one) => one === kind)

/** Clauses of one sentence. */
const mostCauses = 3

/** The gate that decided last is the nearest reason; before it those that turned the call aside or knew nothing. */
function causes(decision: Explained, words: Words): string {
  const gates = decision.trace.filter((node) => isGateKind(node) && node.exit !== null)
  const last = gates.at(-1)
  const told = gates.filter((gate) => gate === last || !plainExits.has(gate.exit))
  if (told.length === 0) return words('noQuestion')
  const clauses = told
    .slice(-mostCauses)
    .map((gate) => [text(gateClause({ gate, facts: decision.facts, words }))])
  return plain(listed(clauses, words('and'), { words }))
}

function reasonOf(decision: Explained, words: Words): string {
  const { fallback, budgetMs } = decision
  switch (fallback) {
    case false:
      return causes(decision, words)
    case 'unknown_exit':
      return say(words, 'noWay', { why: causes(decision, words) })
    case 'budget_exhausted':
      return say(words, 'noTime', { ms: counted('milliseconds', budgetMs ?? 0, words) })
    case 'engine_error':
      return words('broke')
    case 'no_policy':
      return words('noPolicy')
  }
}

const stepKeys: Readonly<Record<StepReason, TextKey>> = {
  no_media: 'noMedia',
  not_supported: 'notSupported',
  not_configured: 'notConfigured',
  no_answer: 'noAnswer',
  busy: 'allBusy',
  error: 'failed',
}
const finalKeys = {
  accept: 'ranOn',
  ai_pickup: 'wentToAi',
  reject: 'wentToReject',
  voicemail: 'wentToVoicemail',
} as const satisfies Record<OutcomeKind, TextKey>

/** What became of the outcome where it could not be done. */
function aftermath({ steps = [], final }: Explained, words: Words): string | undefined {
  if (steps.length === 0) return undefined
  const whys = [...new Set(steps.map(({ why }) => why))].map((why) => [text(words(stepKeys[why]))])
  const why = plain(listed(whys, words('and'), { words }))
  if (!final || final.node === steps.at(-1)?.node) return say(words, 'thenStays', { why })
  return say(words, 'thenEnds', { why, what: words(finalKeys[final.outcome]) })
}

/**
 * Why a call went the way it went, in one sentence: what was found, what the policy does about it, and what
 * became of that. Says of the caller only what the decision holds, so a masked decision stays masked.
 * @example explain(decision, { words: english }) // "Support is closed, so the policy rejects the call."
 */
export function explain(decision: Explained, { words, policy }: ExplainOptions): string {
  const does = deed(decision.outcome, endingOf(decision, policy), words)
  const by = decision.fallback === false ? 'policyDoes' : 'fallbackDoes'
  const then = aftermath(decision, words)
  const sentence = fill(words(then === undefined ? 'because' : 'becauseThen'), {
    why: reasonOf(decision, words),
    what: say(words, by, { does }),
    then: then ?? '',
  })
  return plain(capital(sentence))
}
