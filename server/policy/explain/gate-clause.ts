import type { Decision, LeafTrace, NodeTrace } from '../../schema/decision.ts'
import type { FactSeen, UnknownReason } from '../../schema/facts.ts'
import { parseVelocityFact } from '../../schema/facts.ts'
import { operandSchema } from '../../schema/policy.ts'
import { comparison, conditionParts, verbOf } from '../say/condition.ts'
import { counted, duration } from '../say/duration.ts'
import { subjectOf } from '../say/subject.ts'
import { valueWords } from '../say/values.ts'
import type { TextKey, Words } from '../say/words.ts'
import { fill, listed, plain, text } from '../say/words.ts'

export type Facts = Decision['facts']

interface Asked {
  readonly gate: NodeTrace
  readonly facts: Facts
  readonly words: Words
}

const say = (words: Words, key: TextKey, values: Parameters<typeof fill>[1] = {}): string =>
  plain(fill(words(key), values))

/** Tests told of one gate; the rest is in the table below the sentence. */
const mostTold = 3

const flips = ({ at }: LeafTrace): boolean =>
  at.split('.').filter((step) => step === 'not').length % 2 === 1

/** Tests that made the gate leave as it did: those that agree with its answer. */
function decisive({ leaves, result }: NodeTrace): LeafTrace[] {
  return leaves.filter((leaf) =>
    typeof leaf.result === 'boolean' ? (leaf.result !== flips(leaf)) === result : false,
  )
}

/** One test with what was seen: `the caller’s priority is 95 (at least 80)`. */
function testWords({ fact, operator, operand, value, result }: LeafTrace, words: Words): string {
  const subject = subjectOf(fact, words)
  const verb = typeof value === 'boolean' ? verbOf(fact, value) : undefined
  if (verb) return say(words, 'leaf', { subject, test: words(verb) })
  const isSo = result === true
  if (operand === '' && (operator === 'equal' || operator === 'notEqual')) {
    const test = words((operator === 'equal') === isSo ? 'isEmpty' : 'isNotEmpty')
    return say(words, 'leaf', { subject, test })
  }
  if (fact === 'caller.tags') {
    const isTagged = (operator === 'contains') === isSo
    const test = fill(words(isTagged ? 'isTagged' : 'isNotTagged'), {
      value: valueWords(operand, fact, words),
    })
    return say(words, 'leaf', { subject, test })
  }
  const seen = valueWords(value, fact, words)
  const other = valueWords(operand, fact, words)
  if (operator === 'equal' || operator === 'notEqual') {
    return (operator === 'equal') === isSo
      ? say(words, 'seenIs', { subject, value: seen })
      : say(words, 'seenIsNot', { subject, value: seen, operand: other })
  }
  if (operator === (isSo ? 'in' : 'notIn')) return say(words, 'seenIs', { subject, value: seen })
  const key = isSo ? 'seenFits' : 'seenFitsNot'
  return say(words, key, { subject, value: seen, compared: comparison(operator, other, words) })
}

function conditionClause({ gate, words }: Asked): string {
  const told = decisive(gate).map((leaf) => [text(testWords(leaf, words))])
  return told.length === 0
    ? words('noQuestion')
    : plain(listed(told, words('and'), { words, most: mostTold }))
}

function vipClause({ gate, words }: Asked): string {
  const told = decisive(gate)
  const isVip = gate.exit === 'yes'
  const tags = told.filter(({ fact }) => fact === 'caller.tags')
  const priorities = told
    .filter(({ fact }) => fact === 'caller.priority')
    .map(({ value, operand }) => {
      const of = (one: unknown) => valueWords(one, 'caller.priority', words)
      return say(words, 'priorityNeeds', { value: of(value), least: of(operand) })
    })
  const names = tags.map(({ operand }) => valueWords(operand, 'caller.tags', words)).join(', ')
  const tagged =
    names === '' ? [] : [say(words, isVip ? 'taggedAny' : 'noneOfTags', { tags: names })]
  const seen = listed(
    [...priorities, ...tagged].map((one) => [text(one)]),
    words('and'),
    { words },
  )
  return say(words, isVip ? 'isVip' : 'isNoVip', { seen })
}

const calls = { caller: 'callerCalled', number: 'lineCalled', prefix: 'prefixCalled' } as const

function velocityClause(asked: Asked): string {
  const { gate, words } = asked
  const [leaf] = gate.leaves
  const velocity = leaf && parseVelocityFact(leaf.fact)
  if (!velocity || typeof leaf.value !== 'number' || typeof leaf.operand !== 'number')
    return conditionClause(asked)
  return say(words, 'calledTimes', {
    whose: words(calls[velocity.scope]),
    times: counted('times', leaf.value, words),
    window: duration(velocity.minutes, words),
    test: say(words, gate.exit === 'exceeded' ? 'moreThan' : 'notMoreThan', {
      count: leaf.operand,
    }),
  })
}

const agentKeys: Readonly<Record<string, readonly [team: TextKey, one: TextKey]>> = {
  available: ['somebodyFree', 'free'],
  busy: ['everybodyBusy', 'busy'],
  dnd: ['everybodyDnd', 'dnd'],
  offline: ['nobodyThere', 'offline'],
}

/** A team is said as people, an agent or an owner as one. */
function agentsClause(asked: Asked): string {
  const { gate, words } = asked
  const [leaf] = gate.leaves
  const keys = typeof leaf?.value === 'string' ? agentKeys[leaf.value] : undefined
  if (!leaf || !keys) return valueClause(asked)
  const who = subjectOf(leaf.fact, words)
  const isTeam = leaf.fact.startsWith('agents.') && leaf.fact !== 'agents.owner.status'
  return isTeam
    ? say(words, keys[0], { who })
    : say(words, 'state', { who, states: words(keys[1]) })
}

/** A gate that looks its fact up in a table: hours, a switch. */
function valueClause({ gate, words }: Asked): string {
  const [leaf] = gate.leaves
  if (!leaf) return words('noQuestion')
  const value = valueWords(leaf.value, leaf.fact, words)
  return say(words, 'seenIs', { subject: subjectOf(leaf.fact, words), value })
}

const whyKeys: Readonly<Record<UnknownReason, TextKey>> = {
  timeout: 'late',
  error: 'failedWord',
  not_configured: 'notSetUp',
  not_found: 'notThere',
  type: 'otherKind',
  open_circuit: 'notAsked',
}

type Missed = Extract<FactSeen, { unknown: UnknownReason }>

function crmUnknown(seen: Missed, words: Words): string {
  if (seen.unknown === 'not_configured') return words('crmNone')
  if (seen.unknown !== 'timeout') return words('crmFailed')
  // a case or a simulation that says "late" waited for nothing
  if (seen.ms < 1) return words('crmTooLate')
  return say(words, 'crmLate', { ms: counted('milliseconds', Math.round(seen.ms), words) })
}

/** What a gate wanted to know. */
function matter(fact: string, { gate, words }: Asked): string {
  const who = subjectOf(fact, words)
  if (gate.kind === 'hours') return say(words, 'whetherOpen', { who })
  if (gate.kind === 'agents') return say(words, 'agentsOf', { who })
  const velocity = gate.kind === 'velocity' ? parseVelocityFact(fact) : undefined
  if (velocity) return say(words, 'howOften', { whose: words(calls[velocity.scope]) })
  if (gate.kind === 'vip') return words('whetherVip')
  const leaf = gate.leaves.find((one) => one.fact === fact)
  const operand = operandSchema.safeParse(leaf?.operand)
  if (!leaf || !operand.success || gate.kind === 'switch') return who
  const body = conditionParts({ fact, operator: leaf.operator, value: operand.data }, words)
  return say(words, 'whether', { body })
}

/**
 * Why a gate could not answer: the first fact it missed, and why it was missed. Where it has that fact, it
 * missed the one it was to be compared with, of which a trace does not hold the name.
 */
export function unknownClause(asked: Asked): string {
  const { gate, facts, words } = asked
  const leaf = gate.leaves.find(({ result }) => result === 'unknown') ?? gate.leaves[0]
  const seen = leaf && Object.hasOwn(facts, leaf.fact) ? facts[leaf.fact] : undefined
  if (!leaf) return words('noQuestion')
  if (seen && 'value' in seen && gate.kind === 'condition')
    return say(words, 'otherUnknown', { subject: subjectOf(leaf.fact, words) })
  if (!seen || !('unknown' in seen)) return valueClause(asked)
  if (leaf.fact === 'crm.found') return crmUnknown(seen, words)
  return say(words, 'unknownFact', {
    what: matter(leaf.fact, asked),
    why: words(whyKeys[seen.unknown]),
  })
}

/** What a gate found, as a clause: `support is closed`. */
export function gateClause(asked: Asked): string {
  const { gate, words } = asked
  if (gate.exit === 'unknown') return unknownClause(asked)
  switch (gate.kind) {
    case 'vip':
      return vipClause(asked)
    case 'velocity':
      return velocityClause(asked)
    case 'agents':
      return agentsClause(asked)
    case 'hours':
    case 'switch':
      return valueClause(asked)
    case 'crm':
      return say(words, 'leaf', {
        subject: words('theCrm'),
        test: words(gate.exit === 'found' ? 'knowsCaller' : 'knowsNot'),
      })
    case 'split':
      return words(gate.exit === 'in' ? 'inShare' : 'notInShare')
    default:
      return conditionClause(asked)
  }
}
