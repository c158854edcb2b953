import { scrub } from './logger.ts'

/** An error and what is behind it, in one line without anything personal. */
export function oneLine(error: unknown): string {
  const parts: string[] = []
  for (let at: unknown = error; at !== undefined && parts.length < 5;) {
    parts.push((at instanceof Error ? at.message : String(at)).trim())
    at = at instanceof Error ? at.cause : undefined
  }
  const distinct = parts.filter((part, index) => part !== '' && parts.indexOf(part) === index)
  return scrub(distinct.join(': ').replace(/\s*\n\s*/g, ' '))
}
