import type { Calendar, HoursState } from '../schema/calendar.ts'
import type { CalendarOverride, CompiledCalendar, OpenSpan } from './calendar-days.ts'
import { compiledCalendar, joinSpans } from './calendar-days.ts'
import { dayMs, offsetSpanAt } from './zone-offset.ts'

/** How far ahead the next opening is looked for (contract, section 2). */
const horizonMs = 400 * dayMs

/**
 * Whether a calendar is open at an instant (contract, section 3, "Calendar semantics").
 * An interval covers the instants whose local wall clock lies within it: an hour that happens twice
 * counts both times, an hour that is skipped never. Of overlapping overrides the one that begins
 * latest holds. The calendar must not be changed in place afterwards: what it says is remembered.
 * @param at epoch milliseconds
 */
export function hoursState(calendar: Calendar, at: number): HoursState {
  return stateAt(compiledCalendar(calendar), at)
}

function stateAt(calendar: CompiledCalendar, at: number): HoursState {
  const override = overrideAt(calendar, at)
  if (override) return override.state
  const { dayNumber, time } = wallClockAt(calendar.zone, at)
  const day = calendar.dayOf(dayNumber)
  if (day.open.some((span) => span.start <= time && time < span.end)) return 'open'
  return day.holiday ? 'holiday' : 'closed'
}

function wallClockAt(zone: string, at: number): { dayNumber: number; time: number } {
  const local = at + offsetSpanAt(zone, at).offset
  const dayNumber = Math.floor(local / dayMs)
  return { dayNumber, time: local - dayNumber * dayMs }
}

function overrideAt(calendar: CompiledCalendar, at: number): CalendarOverride | undefined {
  return calendar.overrides.findLast((one) => one.from <= at && at < one.to)
}

const closedSpans = new WeakMap<Calendar, { readonly from: number; readonly to: number }>()

/**
 * The instant itself while a calendar is open, otherwise the first instant after it that is open.
 * @param at epoch milliseconds
 * @returns epoch milliseconds; undefined when nothing opens within 400 days
 */
export function nextOpen(calendar: Calendar, at: number): number | undefined {
  const compiled = compiledCalendar(calendar)
  const known = closedSpans.get(calendar)
  const isKnownClosed = known !== undefined && known.from <= at && at < known.to
  const last = at + horizonMs
  let instant = isKnownClosed ? known.to : at
  while (instant <= last && stateAt(compiled, instant) !== 'open') {
    instant = nextChange(compiled, instant)
  }
  if (instant > at)
    closedSpans.set(calendar, { from: isKnownClosed ? known.from : at, to: instant })
  return instant <= last ? instant : undefined
}

/**
 * An instant after `at`, and not after the next one at which the calendar can change its state or its date.
 * @param at epoch milliseconds
 */
export function changeAfter(calendar: Calendar, at: number): number {
  return nextChange(compiledCalendar(calendar), at, ({ start, end }) => [start, end])
}

/** While a calendar is closed only the starts of spans matter. */
const startsOnly = ({ start }: OpenSpan): number[] => [start]

function nextChange(
  calendar: CompiledCalendar,
  at: number,
  edgesOf: (span: OpenSpan) => number[] = startsOnly,
): number {
  const { to, offset } = offsetSpanAt(calendar.zone, at)
  const { dayNumber, time } = wallClockAt(calendar.zone, at)
  const edges = calendar.dayOf(dayNumber).open.flatMap(edgesOf)
  const wallClock = edges.find((edge) => edge > time && edge < dayMs) ?? dayMs
  let change = Math.min(to, dayNumber * dayMs + wallClock - offset)
  for (const override of calendar.overrides) {
    if (override.from > at) change = Math.min(change, override.from)
    if (override.to > at) change = Math.min(change, override.to)
  }
  return change
}

/**
 * The hours of the local date, e.g. `09:00–12:00, 13:00–17:00`; empty when closed all day.
 * A shift into the next day is shown whole (`22:00–06:00`) on the date it begins on; what is left of
 * one begun the day before only when it runs on into this date's hours or is all there is.
 * @param at epoch milliseconds
 */
export function todayHours(calendar: Calendar, at: number): string {
  const compiled = compiledCalendar(calendar)
  const { dayNumber } = wallClockAt(compiled.zone, at)
  const day = compiled.dayOf(dayNumber)
  const overrides = overridesOn(compiled, dayNumber)
  const shifts = applyOverrides(day.shifts, overrides)
  const all = applyOverrides(joinSpans([...day.carriedOver, ...day.shifts]), overrides)
  const isCarriedOver = (span: OpenSpan): boolean => !shifts.some((one) => one.start < span.end)
  const own = all.filter((span) => !isCarriedOver(span))
  return (own.length > 0 ? own : all).map(spanText).join(', ')
}

interface WallClockOverride extends OpenSpan {
  readonly state: 'open' | 'closed'
}

/** The overrides as wall-clock time of a date; an open one that goes on for long ends with the date. */
function overridesOn(calendar: CompiledCalendar, dayNumber: number): WallClockOverride[] {
  const midnight = dayNumber * dayMs
  return calendar.overrides.flatMap<WallClockOverride>(({ from, to, state }) => {
    const start = from + offsetSpanAt(calendar.zone, from).offset - midnight
    const end = to + offsetSpanAt(calendar.zone, to).offset - midnight
    if (end <= 0 || end <= start) return []
    if (state === 'closed') return [{ start, end, state }]
    if (start >= dayMs) return []
    const isShift = end - start < dayMs
    return [{ start: Math.max(0, start), end: isShift ? end : Math.min(end, dayMs), state }]
  })
}

function applyOverrides(
  spans: readonly OpenSpan[],
  overrides: readonly WallClockOverride[],
): OpenSpan[] {
  return overrides.reduce<OpenSpan[]>(
    (open, { start, end, state }) => {
      const rest = open.flatMap((span) => [
        { start: span.start, end: Math.min(span.end, start) },
        { start: Math.max(span.start, end), end: span.end },
      ])
      const left = rest.filter((span) => span.start < span.end && span.start < dayMs)
      return joinSpans(state === 'open' ? [...left, { start, end }] : left)
    },
    [...spans],
  )
}

function spanText({ start, end }: OpenSpan): string {
  const isWholeDay = start === 0 && end >= dayMs
  const shownEnd = isWholeDay ? dayMs : end > dayMs ? end - dayMs : end
  return `${wallClockText(start)}–${wallClockText(shownEnd)}`
}

function wallClockText(time: number): string {
  const minutes = Math.floor(time / 60_000)
  const pad = (value: number): string => String(value).padStart(2, '0')
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`
}
