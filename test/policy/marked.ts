import type { Part } from '../../server/policy/say/words.ts'

/**
 * A sentence with its pieces marked: `[15 s](ringSeconds)` is a word behind a field, `[reject with](=reject)` the verb
 * of an outcome, `[support](target=accept)` a word in the colour of one.
 */
export function marked(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      switch (part.type) {
        case 'text':
          return part.text
        case 'word':
          return `[${part.text}](${part.field.join('.')}${part.outcome ? `=${part.outcome}` : ''})`
        case 'verb':
          return `[${part.text}](=${part.outcome})`
        case 'step':
          return `[${part.text}](#${part.id})`
      }
    })
    .join('')
}
