import { z } from 'zod'
import type { LineScope } from '../../../access/scope.ts'
import { isInScope } from '../../../access/scope.ts'
import { dateOf, localTime, weekdayOf } from '../../../reports/local-time.ts'
import type { Coverage } from '../../../schema/reports.ts'
import type { Db } from '../../open.ts'

const openingSchema = z.object({
  day_of_week: z.string(),
  open_time: z.string().regex(/^\d{4}$/),
  close_time: z.string().regex(/^\d{4}$/),
})
/** What Meta tells of a line's settings (whatsapp-calling.md 4.1), as it was journalled. */
const settingsSchema = z.object({
  details: z.object({
    calling: z.object({
      status: z.string().optional(),
      call_icon_visibility: z.string().optional(),
      call_hours: z
        .object({
          status: z.string(),
          timezone_id: z.string(),
          weekly_operating_hours: z.array(openingSchema).default([]),
        })
        .optional(),
    }),
  }),
})
type Calling = z.infer<typeof settingsSchema>['details']['calling']

const days = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']
const stepMinutes = 15
const minutesOf = (hhmm: string): number => Number(hhmm.slice(0, 2)) * 60 + Number(hhmm.slice(2))

/** Whether Meta lets nobody call at an instant; holidays are left out, since Meta does not say what they mean. */
function isHidden(calling: Calling, at: number): boolean {
  if (calling.status === 'DISABLED' || calling.call_icon_visibility === 'DISABLE_ALL') return true
  const hours = calling.call_hours
  if (hours?.status !== 'ENABLED') return false
  const { day, minute } = localTime(at, hours.timezone_id)
  return !hours.weekly_operating_hours.some(
    ({ day_of_week, open_time, close_time }) =>
      days.indexOf(day_of_week) === weekdayOf(day) &&
      minute >= minutesOf(open_time) &&
      // 2359 is the last that can be said, and means the day's end
      (minute < minutesOf(close_time) || close_time === '2359'),
  )
}

interface LineSettings {
  readonly line: string
  readonly since: string
  readonly calling: Calling
}

/** The last settings of each line that Meta told us before an instant. */
async function settingsOf(db: Db, before: string): Promise<LineSettings[]> {
  const rows = await db
    .selectFrom('signals')
    .select(['line', 'doc', 'at', 'arrived_at'])
    .where('kind', '=', 'line_changed')
    .where('arrived_at', '<', before)
    .orderBy('arrived_at')
    .orderBy('id')
    .execute()
  const last = new Map<string, LineSettings>()
  for (const { line, doc, at, arrived_at } of rows) {
    const read = settingsSchema.safeParse(JSON.parse(doc)).data
    if (read) last.set(line, { line, since: at ?? arrived_at, calling: read.details.calling })
  }
  return [...last.values()]
}

export interface CoverageInput {
  /** The first day after the period, since 1970. */
  readonly until: number
  readonly scopes: readonly LineScope[]
  readonly line?: string | undefined
  readonly zone: string
}

/** The instant at which a day of a zone begins. */
function startOf(day: number, zone: string): number {
  const guess = Date.parse(`${dateOf(day)}T00:00:00Z`)
  const { day: local, minute } = localTime(guess, zone)
  return guess - ((local - day) * 24 * 60 + minute) * 60_000
}

/** When nobody can call because Meta hides the call button: in the last week of a period. */
export async function reportCoverage(db: Db, input: CoverageInput): Promise<Coverage> {
  const { until, scopes, zone } = input
  const monday = until - 1 - weekdayOf(until - 1)
  const found = await settingsOf(db, new Date(startOf(until, zone)).toISOString())
  const own = found.filter(
    ({ line }) =>
      (input.line === undefined || line === input.line) &&
      scopes.every((scope) => isInScope(scope, line)),
  )
  const cells = new Map<number, { lines: Set<string>; minutes: number }>()
  const hidden = new Map<string, number>()
  for (let day = monday; day < monday + 7; day += 1) {
    const start = startOf(day, zone)
    for (let minute = 0; minute < 24 * 60; minute += stepMinutes) {
      const lines = own.filter(({ calling }) => isHidden(calling, start + minute * 60_000))
      if (lines.length === 0) continue
      const key = (day - monday) * 24 + Math.floor(minute / 60)
      const cell = cells.get(key) ?? { lines: new Set<string>(), minutes: 0 }
      cell.minutes += stepMinutes
      for (const { line } of lines) {
        cell.lines.add(line)
        hidden.set(line, (hidden.get(line) ?? 0) + stepMinutes)
      }
      cells.set(key, cell)
    }
  }
  return {
    lines: own.map(({ line, since }) => ({
      line,
      name: null,
      since,
      hiddenMinutes: hidden.get(line) ?? 0,
    })),
    cells: [...cells].map(([key, { lines, minutes }]) => ({
      weekday: Math.floor(key / 24),
      hour: key % 24,
      lines: lines.size,
      minutes,
    })),
  }
}
