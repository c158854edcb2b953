import { defaultRemoteDeadlineMs } from '../../schema/facts.ts'
import type { GateNode, NodeOf } from '../../schema/policy.ts'
import { conditionParts } from './condition.ts'
import { calendarWords, subjectOf } from './subject.ts'
import { counted, duration } from './duration.ts'
import { stateWord, word } from './values.ts'
import type { Part, TextKey, Words } from './words.ts'
import { fill, listed, text } from './words.ts'

/** A question with its answers to one side: `If …`, `Unless …`. */
export interface Question {
  readonly form: 'if' | 'unless'
  readonly body: readonly Part[]
}

function vipParts({ minPriority, tags }: NodeOf<'vip'>, words: Words): Part[] {
  const reasons = [
    ...(minPriority === undefined
      ? []
      : [[word(counted('priorityFrom', minPriority, words), 'minPriority')]]),
    ...(tags ? [[word(fillTags('taggedAny', tags, words), 'tags')]] : []),
  ]
  return reasons.length > 0
    ? listed(reasons, words('or'), { words })
    : [word(words('nothing'), 'minPriority')]
}

const fillTags = (key: TextKey, tags: readonly string[], words: Words): string =>
  words(key).replace('{{tags}}', () => tags.join(', '))

const scopes = { caller: 'scopeCaller', number: 'scopeNumber', prefix: 'scopePrefix' } as const

const velocityValues = ({ scope, limit, windowMinutes }: NodeOf<'velocity'>, words: Words) => ({
  scope: word(words(scopes[scope]), 'scope'),
  limit: word(counted('times', limit, words), 'limit'),
  window: word(duration(windowMinutes, words), 'windowMinutes'),
})

const waitOf = ({ deadlineMs }: NodeOf<'crm'>, words: Words) => ({
  ms: word(counted('milliseconds', deadlineMs ?? defaultRemoteDeadlineMs, words), 'deadlineMs'),
})

const shareOf = ({ percent }: NodeOf<'split'>, words: Words) => ({
  percent: word(counted('percent', percent, words), 'percent'),
})

/** Whom an `agents` gate asks about. */
const agentsWord = ({ team, agent }: NodeOf<'agents'>, words: Words): Part =>
  word(team ?? agent ?? words('theOwner'), 'who')

function subjectWord(node: NodeOf<'hours' | 'agents' | 'switch'>, words: Words): Part {
  if (node.kind === 'hours') return word(calendarWords(node.calendar, words), 'calendar')
  return node.kind === 'agents'
    ? agentsWord(node, words)
    : word(subjectOf(node.fact, words), 'fact')
}

function stateParts(
  node: NodeOf<'hours' | 'agents' | 'switch'>,
  exits: readonly string[],
  words: Words,
) {
  const states = exits.map((exit) => [text(wayWord(node, exit, words))])
  return fill(words('state'), {
    who: subjectWord(node, words),
    states: listed(states, words('or'), { words }),
  })
}

/** All other values aside are said by those that go on. */
function switchQuestion(node: NodeOf<'switch'>, exits: readonly string[], words: Words): Question {
  const others = Object.keys(node.exits).filter(
    (exit) => exit !== 'unknown' && !exits.includes(exit),
  )
  return exits.includes('default') && others.length > 0
    ? { form: 'unless', body: stateParts(node, others, words) }
    : { form: 'if', body: stateParts(node, exits, words) }
}

/** What leaves a gate by some of its exits: `support is closed or on holiday`. */
export function questionOf(node: GateNode, exits: readonly string[], words: Words): Question {
  const sided = (positive: string, body: readonly Part[]): Question => ({
    form: exits.includes(positive) ? 'if' : 'unless',
    body,
  })
  switch (node.kind) {
    case 'condition':
      return sided('yes', conditionParts(node.when, words))
    case 'vip':
      return sided('yes', fill(words('vip'), { what: vipParts(node, words) }))
    case 'velocity':
      return sided('exceeded', fill(words('velocity'), velocityValues(node, words)))
    case 'split':
      return sided('in', fill(words('split'), shareOf(node, words)))
    case 'crm': {
      const key = exits.includes('found') ? 'crmFound' : 'crmMissing'
      return { form: 'if', body: fill(words(key), waitOf(node, words)) }
    }
    case 'switch':
      return switchQuestion(node, exits, words)
    default:
      return { form: 'if', body: stateParts(node, exits, words) }
  }
}

/** What a gate asks, whatever the answer: `whether support is free`. */
export function matterOf(node: GateNode, words: Words): Part[] {
  switch (node.kind) {
    case 'condition':
      return fill(words('whether'), { body: conditionParts(node.when, words) })
    case 'vip':
      return fill(words('vipOf'), { what: vipParts(node, words) })
    case 'velocity':
      return fill(words('velocityOf'), velocityValues(node, words))
    case 'split':
      return fill(words('splitOf'), shareOf(node, words))
    case 'crm':
      return fill(words('crmOf'), waitOf(node, words))
    case 'hours':
      return fill(words('hoursOf'), { who: subjectWord(node, words) })
    case 'agents':
      return fill(words('agentsOf'), { who: subjectWord(node, words) })
    case 'switch':
      return [subjectWord(node, words)]
  }
}

const wayKeys: Readonly<Record<string, TextKey>> = {
  yes: 'yes',
  no: 'no',
  exceeded: 'exceeded',
  within: 'within',
  found: 'found',
  missing: 'missing',
  in: 'in',
  out: 'out',
}

/** An exit as what was found: `busy`, `on holiday`; an exit of a switch is a value. */
export function wayWord(node: GateNode, exit: string, words: Words): string {
  if (exit === 'unknown') return words('isNotKnown')
  if (node.kind === 'switch') return exit === 'default' ? words('anythingElse') : exit
  const key = Object.hasOwn(wayKeys, exit) ? wayKeys[exit] : undefined
  return key ? words(key) : stateWord(exit, words)
}
