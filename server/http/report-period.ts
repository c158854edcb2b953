import type { LineScope } from '../access/scope.ts'
import { lineScope } from '../access/scope.ts'
import type { ReportFilter } from '../db/queries/reports/selection.ts'
import { GatekeeperError } from '../errors.ts'
import { dateOf, dayNumber, localTime } from '../reports/local-time.ts'
import type { Actor } from '../schema/access.ts'
import type { Installation } from '../schema/installation.ts'
import type { Period, ReportQuery } from '../schema/reports.ts'

const usualDays = 28
/** Ten years and a bit. */
const mostDays = 3700

/** What a report counts, and the period of the same length before. */
export interface ReportPeriods {
  readonly now: ReportFilter
  readonly then: ReportFilter
  readonly period: Period
  readonly before: Period
}

/** The lines that whoever asks may see, and those of the team that is asked for. */
export function scopesOf(
  actor: Pick<Actor, 'teams'>,
  { lines }: Pick<Installation, 'lines'>,
  team: string | undefined,
): LineScope[] {
  const own = lineScope(actor, lines)
  const asked = team === undefined ? undefined : lineScope({ teams: [team] }, lines)
  return [own, asked].filter((scope) => scope !== undefined)
}

const periodOf = (from: number, until: number): Period => ({
  from_date: dateOf(from),
  to_date: dateOf(until - 1),
})

/** @throws GatekeeperError `bad_request` for days that cannot be a period */
export function reportPeriods(
  query: ReportQuery,
  input: { readonly now: number; readonly zone: string; readonly scopes: readonly LineScope[] },
): ReportPeriods {
  const today = localTime(input.now, input.zone).day
  const last = query.to_date === undefined ? today : dayNumber(query.to_date)
  const until = last + 1
  const from = query.from_date === undefined ? until - usualDays : dayNumber(query.from_date)
  if (from >= until)
    throw new GatekeeperError('bad_request', 'from_date is after to_date', {
      details: { from_date: dateOf(from), to_date: dateOf(last) },
    })
  if (until - from > mostDays)
    throw new GatekeeperError('bad_request', `a report covers ${mostDays} days at most`)
  const { line, country, tier } = query
  const rest = { scopes: input.scopes, line, country, tier }
  const start = from - (until - from)
  return {
    now: { from, until, ...rest },
    then: { from: start, until: from, ...rest },
    period: periodOf(from, until),
    before: periodOf(start, from),
  }
}
