/** Longest text of one fact in a message, in UTF-16 code units. */
export const factTextLimit = 256

const blanks = /[\t\n\v\f\r\u0085\u2028\u2029]+/g
/**
 * Control and format characters (bidi marks among them), what is drawn as nothing, and half surrogate
 * pairs. The two selectors U+FE0E and U+FE0F stay: they choose between the text and emoji form.
 */
const invisible = /(?![\uFE0E\uFE0F])[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu

/** Makes text that somebody else wrote fit to stand in ours: one line, nothing unseen, of limited length. */
export function cleanText(text: string): string {
  const head = text.slice(0, factTextLimit * 16)
  return capText(head.replace(blanks, ' ').replace(invisible, '').trim(), factTextLimit)
}

/** Cuts a text to at most `limit` UTF-16 code units, with an ellipsis, never inside a surrogate pair. */
export function capText(text: string, limit: number): string {
  if (text.length <= limit) return text
  const head = text.slice(0, limit - 1)
  return `${/[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head}…`
}

/** Cuts a text to at most `limit` characters, the ellipsis included. */
export function truncateText(text: string, limit: number): string {
  const characters = [...text]
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join('')}…`
}
