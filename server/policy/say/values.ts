import type { Operand } from '../../schema/policy.ts'
import { parseTemplate } from '../variables.ts'
import { subjectOf } from './subject.ts'
import type { Part, TextKey, Words } from './words.ts'
import { fill, listed, plain, text } from './words.ts'

const stateKeys: Readonly<Record<string, TextKey>> = {
  open: 'open',
  closed: 'closed',
  holiday: 'holiday',
  available: 'free',
  busy: 'busy',
  dnd: 'dnd',
  offline: 'offline',
}

/** The state of a calendar, a team or an agent; anything else is its own word. */
export function stateWord(state: string, words: Words): string {
  const key = Object.hasOwn(stateKeys, state) ? stateKeys[state] : undefined
  return key ? words(key) : state
}

const hasStates = (fact: string): boolean =>
  /^hours\.[^.]+$/.test(fact) || /^agents?\..+\.status$/.test(fact)

/** Numbers from here on are instants in epoch milliseconds; nothing else that policies compare is as large. */
const firstInstant = 100_000_000_000

const instantWords = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** A value as it was seen or compared with, in words. */
export function valueWords(value: unknown, fact: string, words: Words): string {
  if (typeof value === 'boolean') return words(value ? 'yes' : 'no')
  if (Array.isArray(value)) {
    const items = value.map((one) => [text(valueWords(one, fact, words))])
    return items.length === 0 ? words('none') : plain(listed(items, words('or'), { words }))
  }
  if (value === '') return words('none')
  if (typeof value === 'string') return hasStates(fact) ? stateWord(value, words) : value
  if (typeof value !== 'number') return ''
  return value >= firstInstant ? instantWords(value) : String(value)
}

/** What a fact is compared with, in words. */
export function operandWords(value: Operand, fact: string, words: Words): string {
  return typeof value === 'object' && 'fact' in value
    ? subjectOf(value.fact, words)
    : valueWords(value, fact, words)
}

/** A text with values to be filled in, each as an ellipsis. */
export const shortened = (template: string): string =>
  parseTemplate(template)
    .parts.map((part) => (typeof part === 'string' ? part : '…'))
    .join('')

/** A text in the quotes of the language. */
export const quoted = (content: string, words: Words): string =>
  plain(fill(words('quoted'), { text: content }))

/** A text as a word of a sentence that can be edited. */
export const word = (content: string, ...field: readonly (string | number)[]): Part => ({
  type: 'word',
  text: content,
  field,
})
