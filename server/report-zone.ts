import { DateTime } from 'luxon'
import type { callPeriods } from './schema/call.ts'

/** First instant (ISO) of a day, `YYYY-MM-DD`, in a zone; `days` later for the day's end. */
export function startOfDay(date: string, zone: string, days = 0): string {
  return new Date(
    DateTime.fromISO(date, { zone }).startOf('day').plus({ days }).toMillis(),
  ).toISOString()
}

/** The instant (ISO) at which the day ends in a zone. @param now epoch ms */
export function endOfToday(zone: string, now: number): string {
  return new Date(
    DateTime.fromMillis(now, { zone }).startOf('day').plus({ days: 1 }).toMillis(),
  ).toISOString()
}

/** First instant (ISO) of the day, or of the last 7, 30 or 365 days, in a zone. */
export function startOfPeriod(
  period: (typeof callPeriods)[number],
  zone: string,
  now: number,
): string {
  const days = { today: 0, week: 6, month: 29, year: 364 }[period]
  const start = DateTime.fromMillis(now, { zone }).startOf('day').minus({ days })
  return new Date(start.toMillis()).toISOString()
}
