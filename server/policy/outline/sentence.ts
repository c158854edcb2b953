import type { GateNode, Policy, PolicyNode } from '../../schema/policy.ts'
import { isEffect, isGate, isOutcome } from '../../schema/policy.ts'
import { effectParts, otherwiseKey, outcomeParts } from '../say/action.ts'
import { matterOf, questionOf, wayWord } from '../say/gate.ts'
import { stepName } from '../say/name.ts'
import type { Part, Words } from '../say/words.ts'
import { fill, listed, text } from '../say/words.ts'
import type { Lead, Row, Tail } from './rows.ts'

const nodeOf = (policy: Policy, id: string): PolicyNode | undefined =>
  Object.hasOwn(policy.nodes, id) ? policy.nodes[id] : undefined

const gateKeys = {
  if: { first: 'if', otherwise: 'otherwiseIf', way: 'wayIf', always: 'alwaysIf' },
  unless: {
    first: 'unless',
    otherwise: 'otherwiseUnless',
    way: 'wayUnless',
    always: 'alwaysUnless',
  },
  check: { first: 'check', otherwise: 'otherwiseCheck', way: 'wayCheck', always: 'alwaysCheck' },
} as const
const actKeys = {
  first: 'act',
  otherwise: 'otherwiseAct',
  way: 'wayAct',
  always: 'alwaysAct',
} as const satisfies Record<Lead, string>

/** By what a line is reached: `busy or offline`, `nobody answers`. */
function wayParts({ from }: Row, policy: Policy, words: Words): Part[] {
  const node = from && nodeOf(policy, from.step)
  if (!from || !node) return []
  if (isOutcome(node)) return [text(words(otherwiseKey[node.kind]))]
  if (!isGate(node)) return []
  const ways = from.exits.map((exit) => [text(wayWord(node, exit, words))])
  return listed(ways, words('or'), { words })
}

function gateParts(row: Row, node: GateNode, { policy, words }: Said): Part[] {
  const lead = row.from?.lead ?? 'first'
  const question = row.side ? questionOf(node, row.side, words) : undefined
  const key = gateKeys[question?.form ?? 'check'][lead]
  const body = question?.body ?? matterOf(node, words)
  return fill(words(key), { body, way: wayParts(row, policy, words) })
}

interface Said {
  readonly policy: Policy
  readonly words: Words
}

/** The name of a step that stands elsewhere. */
function namePart(id: string, { policy, words }: Said): Part {
  const node = nodeOf(policy, id)
  if (!node) return { type: 'step', text: id, id }
  const name = stepName(node, words)
  return { type: 'step', text: name, id, ...(isOutcome(node) ? { outcome: node.kind } : {}) }
}

/** An end that has no name is said, any other step is where the reader goes on. */
function goParts(id: string, said: Said): Part[] {
  const node = nodeOf(said.policy, id)
  const step = namePart(id, said)
  if (!node) return fill(said.words('goMissing'), { step })
  return isOutcome(node) && !node.label
    ? fill(said.words('ends'), { body: step })
    : fill(said.words('goTo'), { step })
}

function endsWith({ tails, id }: Row, body: readonly Part[], { policy, words }: Said): Part[] {
  const node = nodeOf(policy, id)
  const tail = tails.find(({ exit }) => exit === 'otherwise')
  if (!tail?.to || !node || !isOutcome(node)) return fill(words('ends'), { body })
  const way = words(otherwiseKey[node.kind])
  return fill(words('endsOr'), { body, way, next: goParts(tail.to, { policy, words }) })
}

/** An exit that is left out of an `agents` or a `switch` gate goes where `unknown` goes. */
const goesAsUnknown = (node: PolicyNode | undefined): boolean =>
  node?.kind === 'agents' || node?.kind === 'switch'

function bodyOf(row: Row, said: Said): Part[] {
  const { policy, words } = said
  const node = nodeOf(policy, row.id)
  if (row.type === 'nowhere') {
    const from = row.from && nodeOf(policy, row.from.step)
    return [text(words(goesAsUnknown(from) ? 'goAsUnknown' : 'goNowhere'))]
  }
  if (row.type !== 'step' || !node) return goParts(row.id, said)
  if (isEffect(node)) return fill(words('then'), { body: effectParts(node, words) })
  return isOutcome(node) ? endsWith(row, outcomeParts(node, words), said) : []
}

/** What a line says. */
export function rowParts(row: Row, policy: Policy, words: Words): Part[] {
  const node = nodeOf(policy, row.id)
  const said = { policy, words }
  if (row.type === 'step' && node && isGate(node)) return gateParts(row, node, said)
  const way = wayParts(row, policy, words)
  return fill(words(actKeys[row.from?.lead ?? 'first']), { body: bodyOf(row, said), way })
}

/** What becomes of callers where a gate cannot answer; it can be edited like a word. */
export function tailParts(
  tail: Tail,
  policy: Policy,
  { id, words }: { id: string; words: Words },
): Part[] {
  const node = nodeOf(policy, id)
  const what = ((): string => {
    if (tail.how === 'goOn' || tail.how === 'below') return words(tail.how)
    if (tail.how === 'as' && node && isGate(node))
      return words('asExit').replace('{{exit}}', () => wayWord(node, tail.like ?? '', words))
    return tail.to === undefined ? words('theFallback') : namePart(tail.to, { policy, words }).text
  })()
  return fill(words('notKnown'), {
    what: { type: 'word', text: what, field: ['exits', 'unknown'] },
  })
}
