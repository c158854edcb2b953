import type { EffectNode, OutcomeKind, OutcomeNode, Policy } from '../../schema/policy.ts'
import type { AcceptTarget } from '../../schema/policy.ts'
import { counted, duration } from './duration.ts'
import { quoted, shortened, word } from './values.ts'
import type { Part, TextKey, Words } from './words.ts'
import { fill, listed, text } from './words.ts'

type Ending = OutcomeNode | Policy['fallback']
type EndingOf<K extends OutcomeKind> = Extract<Ending, { kind: K }>

const coloured = (content: string, outcome: OutcomeKind, field: string): Part => ({
  type: 'word',
  text: content,
  field: [field],
  outcome,
})
const verb = (content: string, outcome: OutcomeKind): Part => ({
  type: 'verb',
  text: content,
  outcome,
})

/** Who is to answer, by name. */
export function targetWords(target: AcceptTarget, words: Words): string {
  if ('team' in target) return target.team
  if ('agent' in target) return target.agent
  return 'queue' in target
    ? words('theQueue').replace('{{name}}', () => target.queue)
    : words('theOwner')
}

const orders = {
  round_robin: 'inTurn',
  ring_all: 'allAtOnce',
  least_recent: 'leastRecent',
  priority: 'byPriority',
} as const

function acceptParts(
  { target, strategy = 'ring_all', ringSeconds }: EndingOf<'accept'>,
  words: Words,
) {
  return fill(words(ringSeconds === undefined ? 'accept' : 'acceptFor'), {
    ring: verb(words('ring'), 'accept'),
    who: coloured(targetWords(target, words), 'accept', 'target'),
    order: word(words(orders[strategy]), 'strategy'),
    time: word(counted('seconds', ringSeconds ?? 0, words), 'ringSeconds'),
  })
}

const modes = { record: 'record', greeting_only: 'greetingOnly', voice_note: 'voiceNote' } as const

function voicemailParts(node: EndingOf<'voicemail'>, words: Words) {
  const { mode = 'record', greeting = 'default', maxSeconds } = node
  return fill(words(maxSeconds === undefined ? 'voicemail' : 'voicemailFor'), {
    mode: coloured(words(modes[mode]), 'voicemail', 'mode'),
    greeting: word(quoted(greeting, words), 'greeting'),
    time: word(counted('seconds', maxSeconds ?? 0, words), 'maxSeconds'),
  })
}

function rejectParts({ message, silent, reason }: EndingOf<'reject'>, words: Words) {
  if (silent)
    return fill(words('endBecause'), {
      end: coloured(words('endSilently'), 'reject', 'message'),
      reason: word(reason || words('nothing'), 'reason'),
    })
  const { text: said, url, call, replies } = message ?? { text: '' }
  const label = url?.label ?? call?.label
  const key: TextKey =
    label !== undefined ? 'rejectButton' : replies ? 'rejectReplies' : 'rejectWith'
  const answers = (replies ?? []).map((reply) => [text(quoted(reply, words))])
  return fill(words(key), {
    reject: verb(words('reject'), 'reject'),
    message: word(said === '' ? words('nothing') : quoted(shortened(said), words), 'message'),
    button: word(label ?? '', 'message'),
    replies: listed(answers, words('and'), { words }),
  })
}

/** What an outcome does: `ring support in turn for 20 s`. */
export function outcomeParts(node: Ending, words: Words): Part[] {
  switch (node.kind) {
    case 'accept':
      return acceptParts(node, words)
    case 'voicemail':
      return voicemailParts(node, words)
    case 'reject':
      return rejectParts(node, words)
    case 'ai_pickup': {
      const assistant = words('assistant').replace('{{name}}', () => node.assistant)
      return fill(words('aiPickup'), { assistant: coloured(assistant, 'ai_pickup', 'assistant') })
    }
  }
}

/** What an effect notes to be done on the way. */
export function effectParts(node: EffectNode, words: Words): Part[] {
  switch (node.kind) {
    case 'notify':
      return fill(words(node.level === 'high' ? 'notifyHigh' : 'notify'), {
        text: word(quoted(shortened(node.text), words), 'text'),
      })
    case 'tag':
      return fill(words('tag'), { tags: word(node.tags.join(', '), 'tags') })
    case 'block':
      return fill(words('block'), { time: word(duration(node.minutes, words), 'minutes') })
    case 'restrict':
      return fill(words('restrict'), {
        queue: word(node.queue, 'queue'),
        time: word(duration(node.minutes, words), 'minutes'),
      })
  }
}

/** When an outcome's `otherwise` is taken. */
export const otherwiseKey = {
  accept: 'nobodyAnswers',
  ai_pickup: 'itCannot',
  voicemail: 'notPossible',
  reject: 'notPossible',
} as const satisfies Readonly<Record<OutcomeKind, TextKey>>
