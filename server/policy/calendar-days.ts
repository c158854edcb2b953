import type { Calendar, Interval } from '../schema/calendar.ts'
import { weekdays } from '../schema/calendar.ts'
import { dateExists, dayMs } from './zone-offset.ts'

const minuteMs = 60_000

/** Open time on the wall clock, `[start, end)` in milliseconds after local midnight; an end past midnight is over a day. */
export interface OpenSpan {
  readonly start: number
  readonly end: number
}

/** One local date of a calendar, overrides left out. */
export interface CalendarDay {
  readonly holiday: boolean
  /** What begins on this date, sorted and joined; may end on the next date. */
  readonly shifts: readonly OpenSpan[]
  /** What is left on this date of shifts begun the day before. */
  readonly carriedOver: readonly OpenSpan[]
  /** All open wall-clock time of this date. */
  readonly open: readonly OpenSpan[]
}

export interface CalendarOverride {
  readonly from: number
  readonly to: number
  readonly state: 'open' | 'closed'
}

/** A calendar made ready for lookups. */
export interface CompiledCalendar {
  readonly zone: string
  readonly dayOf: (dayNumber: number) => CalendarDay
  /** In the order in which a later one covers an earlier one. */
  readonly overrides: readonly CalendarOverride[]
}

const compiledCalendars = new WeakMap<Calendar, CompiledCalendar>()
const mostCachedDays = 1000

/** Compiles a calendar once per object; a calendar is never changed in place. */
export function compiledCalendar(calendar: Calendar): CompiledCalendar {
  let compiled = compiledCalendars.get(calendar)
  if (!compiled) {
    compiled = compileCalendar(calendar)
    compiledCalendars.set(calendar, compiled)
  }
  return compiled
}

function compileCalendar(calendar: Calendar): CompiledCalendar {
  const { zone } = calendar
  const shiftsOf = shiftsByDate(calendar)
  const days = new Map<number, CalendarDay>()
  const dayOf = (dayNumber: number): CalendarDay => {
    const known = days.get(dayNumber)
    if (known) return known
    const dayBefore = dateExists(zone, dayNumber - 1) ? dayNumber - 1 : dayNumber - 2
    const day = calendarDay(shiftsOf(dayNumber), shiftsOf(dayBefore))
    if (days.size >= mostCachedDays) days.clear()
    days.set(dayNumber, day)
    return day
  }
  return { zone, dayOf, overrides: compileOverrides(calendar) }
}

interface Shifts {
  readonly holiday: boolean
  readonly spans: readonly OpenSpan[]
}

function shiftsByDate(calendar: Calendar): (dayNumber: number) => Shifts {
  const weekly = weekdays.map((day) => (calendar.weekly[day] ?? []).map(openSpan))
  const holidays = new Map(
    calendar.holidays.map(({ date, hours }) => [
      Date.parse(`${date}T00:00:00Z`) / dayMs,
      (hours ?? []).map(openSpan),
    ]),
  )
  return (dayNumber) => {
    const holiday = holidays.get(dayNumber)
    if (holiday) return { holiday: true, spans: holiday }
    return { holiday: false, spans: weekly[weekdayIndex(dayNumber)] ?? [] }
  }
}

function calendarDay(today: Shifts, dayBefore: Shifts): CalendarDay {
  const carriedOver = dayBefore.spans
    .filter((span) => span.end > dayMs)
    .map((span) => ({ start: 0, end: span.end - dayMs }))
  return {
    holiday: today.holiday,
    shifts: joinSpans(today.spans),
    carriedOver: joinSpans(carriedOver),
    open: joinSpans([...carriedOver, ...today.spans]),
  }
}

/** Sorts spans and joins those that touch. */
export function joinSpans(spans: readonly OpenSpan[]): OpenSpan[] {
  const joined: OpenSpan[] = []
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1)
    if (last && span.start <= last.end) {
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, span.end) }
    } else joined.push(span)
  }
  return joined
}

function openSpan([from, to]: Interval): OpenSpan {
  const start = wallClockMs(from)
  const end = wallClockMs(to)
  return { start, end: end > start ? end : end + dayMs }
}

function wallClockMs(time: string): number {
  return (Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))) * minuteMs
}

/** 1970-01-01 was a Thursday, the fourth of `weekdays`. */
function weekdayIndex(dayNumber: number): number {
  return (((dayNumber + 3) % 7) + 7) % 7
}

function compileOverrides(calendar: Calendar): CalendarOverride[] {
  return calendar.overrides
    .map(({ from, to, state }) => ({ from: Date.parse(from), to: Date.parse(to), state }))
    .sort((a, b) => a.from - b.from)
}
