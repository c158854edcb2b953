import { factSpec } from '../schema/facts.ts'
import type { Message } from '../schema/message.ts'
import type { RenderContext } from './render.ts'
import { chosenText } from './render.ts'
import { parseTemplate } from './variables.ts'

/**
 * The time a message names as when we are there for the caller: the earliest instant of its text that
 * is still to come.
 * @param now epoch ms
 * @returns epoch ms; undefined when it names none
 */
export function promisedTime(
  message: Message,
  context: RenderContext,
  now: number,
): number | undefined {
  const { text } = chosenText(message, context)
  const times = parseTemplate(text).parts.flatMap((part) => {
    if (typeof part === 'string') return []
    if (factSpec(part.path, context.installation)?.type !== 'instant') return []
    const seen = context.fact(part.path)
    return seen && 'value' in seen && typeof seen.value === 'number' ? [seen.value] : []
  })
  const ahead = times.filter((time) => time > now)
  return ahead.length === 0 ? undefined : Math.min(...ahead)
}
