import { offsetSpanAt } from '../../../server/policy/zone-offset.ts'

/** The wall clock of a zone at an instant, as a date-time field has it: `2026-11-20T18:05`. */
export const wallClock = (at: number, zone: string): string =>
  new Date(at + offsetSpanAt(zone, at).offset).toISOString().slice(0, 16)

/** The instant at which a zone's wall clock shows a time; undefined for what is no time. */
export function instantOf(text: string, zone: string): number | undefined {
  const local = Date.parse(`${text}Z`)
  if (Number.isNaN(local)) return undefined
  const near = local - offsetSpanAt(zone, local).offset
  return local - offsetSpanAt(zone, near).offset
}
