import type { Calendar } from '../../schema/calendar.ts'
import type { Installation } from '../../schema/installation.ts'
import type { Contact } from '../../schema/seeds.ts'
import { changeAfter } from '../schedule.ts'
import { memoryFacts, strangerFile } from '../memory-facts.ts'
import type { SlotValue } from '../conditions/truth.ts'
import { slotValue } from '../slots.ts'

/** Another time for the call. In `[from, until)` every fact of the time is what it is at `at`. */
export interface OtherTime {
  readonly at: number
  readonly from: number
  readonly until: number
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Zones are at most this far ahead of UTC, and twelve hours behind: a date lasts 50 hours all over the world. */
const mostAhead = 14 * hourMs
/** How far a call is moved: back by hours, on by weeks, and to holidays and overrides of the next year. */
const reach = {
  back: 12 * hourMs,
  on: 15 * dayMs,
  year: 400 * dayMs,
  special: mostAhead + 36 * hourMs,
} as const

/** What the facts of the time depend on besides it. */
export interface TimedCall {
  readonly installation: Installation
  /** Whose own calendar `hours.sla` asks. */
  readonly contact?: Pick<Contact, 'slaCalendar'> | undefined
}

/** Whether a fact tells of the time of the call. */
export const isTimed = (name: string): boolean => name === 'call.at' || name.startsWith('hours.')

/** What the facts of the time are at an instant, in the order of their names. */
export function timedFacts(
  names: readonly string[],
  { at, installation, contact }: { at: number } & TimedCall,
): SlotValue[] {
  const read = memoryFacts({
    call: { ref: '', line: '', media: 'voice', at },
    caller: { ...strangerFile(), contact },
    installation,
    velocity: () => undefined,
    msNow: () => 0,
  })
  return names.map((name) => slotValue(read(name)))
}

interface Span {
  readonly from: number
  readonly to: number
}

/** Stretches of time in which nothing changes, from one instant to another. */
function stretches(
  calendars: readonly Calendar[],
  cuts: readonly number[],
  { from, to }: Span,
): OtherTime[] {
  const found: OtherTime[] = []
  let at = from
  while (at < to) {
    const changes = calendars.map((calendar) => changeAfter(calendar, at))
    const until = Math.min(to, ...changes, ...cuts.filter((cut) => cut > at))
    found.push({ at, from: at, until })
    at = until
  }
  return found
}

function specialDays(calendar: Calendar, at: number): Span[] {
  const days = calendar.holidays.map(({ date }) => Date.parse(`${date}T00:00:00Z`) - mostAhead)
  const edges = calendar.overrides.flatMap(({ from, to }) => [Date.parse(from), Date.parse(to)])
  return [...days, ...edges]
    .map((day) => ({ from: Math.max(day, at + reach.on), to: day + reach.special }))
    .filter(({ from, to }) => from < to && to < at + reach.year)
}

/** Holidays that follow each other are one span. */
function merged(spans: readonly Span[]): Span[] {
  const found: Span[] = []
  for (const span of spans.toSorted((one, other) => one.from - other.from)) {
    const last = found.at(-1)
    if (last && span.from <= last.to)
      found[found.length - 1] = { from: last.from, to: Math.max(last.to, span.to) }
    else found.push(span)
  }
  return found
}

/** Joins neighbours between which nothing that the policy can tell apart changes. */
function joined(
  times: readonly OtherTime[],
  keyOf: (at: number) => string,
): (OtherTime & { key: string })[] {
  const found: (OtherTime & { key: string })[] = []
  for (const time of times) {
    const key = keyOf(time.at)
    const last = found.at(-1)
    if (last?.key === key && last.until === time.from)
      found[found.length - 1] = { ...last, until: time.until }
    else found.push({ ...time, key })
  }
  return found
}

/**
 * Other times for a call, the nearest of each kind that the policy can tell apart: up to twelve hours
 * earlier, up to fifteen days later, and the holidays and overrides of the year to come.
 * @param given.cuts instants that the policy names
 * @param given.keyOf two instants with the same key are alike to the policy
 */
export function otherTimes(given: {
  readonly at: number
  readonly calendars: readonly Calendar[]
  readonly cuts: readonly number[]
  readonly keyOf: (at: number) => string
}): OtherTime[] {
  const { at, calendars, cuts, keyOf } = given
  const edges = cuts.flatMap((cut) => [cut, cut + 1])
  const usual = stretches(calendars, [...edges, at, at + 1], {
    from: at - reach.back,
    to: at + reach.on,
  })
  const specials = merged(calendars.flatMap((calendar) => specialDays(calendar, at)))
  const special = specials.flatMap((span) => stretches(calendars, edges, span))
  const now = keyOf(at)
  const nearest = new Map<string, OtherTime>()
  const gap = (time: OtherTime): number => Math.abs(time.at - at)
  for (const { key, from, until } of [...joined(usual, keyOf), ...joined(special, keyOf)]) {
    if (key === now) continue
    const time = { at: until <= at ? until - 1 : from, from, until }
    const known = nearest.get(key)
    if (!known || gap(time) < gap(known)) nearest.set(key, time)
  }
  return [...nearest.values()].sort((one, other) => gap(one) - gap(other))
}

/** How far a call is moved, comparable with how far other facts change: from 0.3 up to 1. */
export function timeDistance(from: number, to: number): number {
  const gap = Math.abs(from - to)
  return 0.3 + (0.7 * gap) / (gap + dayMs)
}
