import { messageLimits } from '../../schema/message.ts'
import type { RenderedMessage } from '../../schema/message.ts'

/**
 * A message as plain text, for channels without buttons: a link stands below as `label: address`, a
 * call button as its label, replies as a numbered list. Never longer than WhatsApp allows; when it
 * would be, the text before them is cut.
 */
export function plainText(message: RenderedMessage): string {
  const below = linesBelow(message).join('\n')
  if (below === '') return cut(message.text, messageLimits.text)
  const room = messageLimits.text - below.length - separator.length
  return room > 0
    ? `${cut(message.text, room)}${separator}${below}`
    : cut(message.text, messageLimits.text)
}

const separator = '\n\n'

function linesBelow({ url, call, replies }: RenderedMessage): string[] {
  return [
    ...(url ? [`${url.label}: ${url.href}`] : []),
    ...(call ? [call.label] : []),
    ...(replies ?? []).map(({ label }, index) => `${String(index + 1)}. ${label}`),
  ]
}

/** At most `limit` UTF-16 code units, no character broken in two. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  const kept = text.slice(0, limit - 1)
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`
}
