import type { Calendar, Interval, Weekday } from '../../../../server/schema/calendar.ts'
import { weekdays } from '../../../../server/schema/calendar.ts'

/** Minutes after midnight, `[from, to)`. */
export interface Span {
  readonly from: number
  readonly to: number
}

export const dayMinutes = 24 * 60

const minutesOf = (clock: string): number => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return hours * 60 + minutes
}
const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** Open time of a day of the week, what runs over from the day before included. */
export function spansOf(weekly: Calendar['weekly'], day: Weekday): Span[] {
  const at = weekdays.indexOf(day)
  const before = weekdays[(at + weekdays.length - 1) % weekdays.length]
  const own = (weekly[day] ?? []).map(([from, to]) => {
    const start = minutesOf(from)
    const end = minutesOf(to)
    return { from: start, to: end > start ? end : dayMinutes }
  })
  const over = ((before && weekly[before]) ?? []).flatMap(([from, to]) =>
    minutesOf(to) > minutesOf(from) || minutesOf(to) === 0 ? [] : [{ from: 0, to: minutesOf(to) }],
  )
  return [...over, ...own]
}

/** Hours with a piece more; what touches becomes one. */
export function withSpan(intervals: readonly Interval[], { from, to }: Span): Interval[] {
  const isApart = ([start, end]: Interval) => {
    const begins = minutesOf(start)
    const ends = minutesOf(end) > begins ? minutesOf(end) : dayMinutes
    return begins > to || ends < from
  }
  const joined = intervals.filter((one) => !isApart(one))
  const starts = joined.map(([start]) => minutesOf(start))
  // an end in the next morning stays as it is
  const isOver = joined.some(([start, end]) => minutesOf(end) <= minutesOf(start))
  const ends = joined.map(([, end]) => minutesOf(end))
  const begin = Math.min(from, ...starts)
  const last = joined.find(([start, end]) => minutesOf(end) <= minutesOf(start))?.[1]
  const whole: Interval = [
    clockOf(begin),
    isOver && last !== undefined ? last : clockOf(Math.max(to, ...ends)),
  ]
  return [...intervals.filter(isApart), whole].sort(([a], [b]) => (a < b ? -1 : 1))
}
