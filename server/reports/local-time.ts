import { dayMs, offsetSpanAt } from '../policy/zone-offset.ts'

/** A date of a zone as days since 1970-01-01, and the minute of that day on the wall clock. */
export interface LocalTime {
  readonly day: number
  readonly minute: number
}

export function localTime(at: number, zone: string): LocalTime {
  const local = at + offsetSpanAt(zone, at).offset
  const day = Math.floor(local / dayMs)
  return { day, minute: Math.floor((local - day * dayMs) / 60_000) }
}

/** `YYYY-MM-DD` as days since 1970-01-01. */
export const dayNumber = (date: string): number =>
  Math.floor(Date.parse(`${date}T00:00:00Z`) / dayMs)

/** Days since 1970-01-01 as `YYYY-MM-DD`. */
export const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)

/** 0 for Monday to 6 for Sunday; 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7
