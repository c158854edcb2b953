import type { Calendar, HoursState, Interval, Weekday } from '../../server/schema/calendar.ts'
import { weekdays } from '../../server/schema/calendar.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

const formats = new Map<string, Intl.DateTimeFormat>()

function wallClock(zone: string, at: number): { date: string; time: string } {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(zone, format)
  }
  const [date = '', time = ''] = format.format(at).split(' ')
  return { date, time }
}

/** The local date and time of an instant, `2026-03-29 02:00:00`. */
export function localText(zone: string, at: number): string {
  const { date, time } = wallClock(zone, at)
  return `${date} ${time}`
}

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

function dateBefore(date: string): string {
  return new Date(Date.parse(date) - day).toISOString().slice(0, 10)
}

function intervalsOf(calendar: Calendar, date: string): readonly Interval[] {
  const holiday = calendar.holidays.find((one) => one.date === date)
  if (holiday) return holiday.hours ?? []
  const name = dayNames[new Date(date).getUTCDay()]
  return name ? (calendar.weekly[name] ?? []) : []
}

/** The state by the words of the contract: text comparisons on what `Intl` says the clock on the wall shows. */
export function slowState(calendar: Calendar, at: number): HoursState {
  let held: Calendar['overrides'][number] | undefined
  for (const one of calendar.overrides) {
    const isOn = Date.parse(one.from) <= at && at < Date.parse(one.to)
    if (isOn && (!held || Date.parse(one.from) >= Date.parse(held.from))) held = one
  }
  if (held) return held.state
  const { date, time } = wallClock(calendar.zone, at)
  const today = intervalsOf(calendar, date).some(([from, to]) =>
    to > from ? from <= time && time < to : from <= time,
  )
  const sinceYesterday = intervalsOf(calendar, dateBefore(date)).some(
    ([from, to]) => to <= from && time < to,
  )
  if (today || sinceYesterday) return 'open'
  return calendar.holidays.some((one) => one.date === date) ? 'holiday' : 'closed'
}

/** The instants within `[from, to)` at which a zone's clock is changed, to the minute. */
export function clockChanges(zone: string, from: number, to: number): number[] {
  const ahead = (at: number): number => Date.parse(`${localText(zone, at).replace(' ', 'T')}Z`) - at
  const changes: number[] = []
  for (let at = from; at < to; at += day) {
    if (ahead(at) === ahead(at + day)) continue
    let low = at
    let high = at + day
    while (high - low > minute) {
      const middle = low + Math.floor((high - low) / 2 / minute) * minute
      if (ahead(middle) === ahead(low)) low = middle
      else high = middle
    }
    changes.push(high)
  }
  return changes
}

/** A random number generator with a seed (mulberry32), so that a failure can be repeated. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

type Random = (below: number) => number

function randomClock(random: Random): string {
  const quarter = random(96)
  return `${String(quarter >> 2).padStart(2, '0')}:${String((quarter & 3) * 15).padStart(2, '0')}`
}

function randomIntervals(random: Random): Interval[] {
  return Array.from({ length: random(4) }, () => [
    random(3) === 0 ? `0${random(4)}:${random(2)}0` : randomClock(random),
    random(6) === 0 ? '24:00' : randomClock(random),
  ])
}

/** A calendar with odd hours, and with holidays and overrides within a few days of an instant. */
export function randomCalendar(zone: string, around: number, random: Random): Calendar {
  const weekly: Partial<Record<Weekday, Interval[]>> = {}
  for (const name of weekdays) weekly[name] = randomIntervals(random)
  const dates = new Set(
    Array.from({ length: random(3) }, () =>
      localText(zone, around + (random(5) - 2) * day).slice(0, 10),
    ),
  )
  const holidays = [...dates].map((date) => ({
    date,
    ...(random(2) ? { hours: randomIntervals(random) } : {}),
  }))
  const overrides = Array.from({ length: random(3) }, () => {
    const from = around + (random(48 * 4) - 24 * 4) * 15 * minute
    const to = from + random(40) * 15 * minute
    const state = random(2) ? ('open' as const) : ('closed' as const)
    return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), state }
  })
  return { zone, weekly, holidays, overrides }
}
