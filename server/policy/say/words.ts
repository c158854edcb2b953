import type { OutcomeKind } from '../../schema/policy.ts'
import { texts } from './texts.ts'

type RawKey = keyof typeof texts
type BaseOf<K> = K extends `${infer Base}_${'one' | 'other'}` ? Base : K
/** Names of the texts; one with a plural has one name for its forms. */
export type TextKey = BaseOf<RawKey>

/** Gives a text of a language, its `{{places}}` still open. @param count chooses the form of a plural */
export type Words = (key: TextKey, count?: number) => string

const table: Readonly<Record<string, string>> = texts

/** The texts in English, for the command line and the API. The web app hands in those of its language. */
export const english: Words = (key, count) =>
  (count === undefined ? undefined : table[`${key}_${count === 1 ? 'one' : 'other'}`]) ??
  table[key] ??
  key

/** Where in a node a word comes from, e.g. `["limit"]` or `["when", "any", 0]`. */
export type Field = readonly (string | number)[]

/** A piece of a sentence. `word` can be edited, `verb` says an outcome, `step` names another step. */
export type Part =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'word'
      readonly text: string
      readonly field: Field
      readonly outcome?: OutcomeKind
    }
  | { readonly type: 'verb'; readonly text: string; readonly outcome: OutcomeKind }
  | {
      readonly type: 'step'
      readonly text: string
      readonly id: string
      readonly outcome?: OutcomeKind
    }

type Value = string | number | Part | readonly Part[]

export const text = (words: string): Part => ({ type: 'text', text: words })

const partsOf = (value: Value): readonly Part[] => {
  if (typeof value === 'string' || typeof value === 'number') return [text(String(value))]
  return 'type' in value ? [value] : value
}

/** Pieces of text side by side become one. */
export function joined(parts: readonly Part[]): Part[] {
  const whole: Part[] = []
  for (const part of parts) {
    const last = whole.at(-1)
    if (part.type === 'text' && last?.type === 'text')
      whole[whole.length - 1] = text(last.text + part.text)
    else if (part.text !== '' || part.type !== 'text') whole.push(part)
  }
  return whole
}

/** A text with its places filled. A place without a value stays empty. */
export function fill(template: string, values: Readonly<Record<string, Value>> = {}): Part[] {
  const pieces = template.split(/\{\{(\w+)\}\}/)
  const parts = pieces.flatMap((piece, index) =>
    index % 2 === 0
      ? [text(piece)]
      : Object.hasOwn(values, piece)
        ? partsOf(values[piece] ?? '')
        : [],
  )
  return joined(parts)
}

/** What the pieces say, as one text. */
export const plain = (parts: readonly Part[]): string => parts.map((part) => part.text).join('')

/** `a, b or c`, in the words of the language; a list longer than `most` is cut. */
export function listed(
  items: readonly (readonly Part[])[],
  last: string,
  { words, most = 12 }: { words: Words; most?: number },
): Part[] {
  const shown: (readonly Part[])[] =
    items.length > most
      ? [
          ...items.slice(0, most),
          [
            text(
              words('more', items.length - most).replace('{{count}}', String(items.length - most)),
            ),
          ],
        ]
      : [...items]
  return joined(
    shown.flatMap((item, index) => {
      if (index === 0) return item
      return [text(index === shown.length - 1 ? ` ${last} ` : ', '), ...item]
    }),
  )
}

/** With a capital at its beginning, as a sentence has it. */
export function capital(parts: readonly Part[]): Part[] {
  const [first, ...rest] = parts
  if (!first) return []
  return [
    { ...first, text: first.text.charAt(0).toLocaleUpperCase() + first.text.slice(1) },
    ...rest,
  ]
}
