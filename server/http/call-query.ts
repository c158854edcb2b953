import type { LineScope } from '../access/scope.ts'
import type { CallFilter } from '../db/queries/call-filter.ts'
import { startOfDay } from '../report-zone.ts'
import { dayNumber } from '../reports/local-time.ts'
import type { Actor } from '../schema/access.ts'
import type { CallListQuery } from '../schema/call.ts'
import type { Installation } from '../schema/installation.ts'
import { seesNumbers } from '../schema/privacy.ts'
import { scopesOf } from './report-period.ts'

type Filters = Omit<CallListQuery, 'page' | 'per_page' | 'sort_by' | 'sort_order'>

interface Asking {
  readonly actor: Actor
  readonly installation: Pick<Installation, 'lines'>
  readonly zone: string
}

type Days = Pick<CallFilter, 'from' | 'until' | 'fromDay' | 'untilDay'>

function daysOf({ dates, from_date, to_date }: Filters, zone: string): Days {
  if (dates === 'call')
    return {
      ...(from_date === undefined ? {} : { fromDay: dayNumber(from_date) }),
      ...(to_date === undefined ? {} : { untilDay: dayNumber(to_date) + 1 }),
    }
  return {
    ...(from_date === undefined ? {} : { from: startOfDay(from_date, zone) }),
    ...(to_date === undefined ? {} : { until: startOfDay(to_date, zone, 1) }),
  }
}

/** The filters of a list of calls, within what somebody may see. */
export function callFilter<Q extends Filters>(
  query: Q,
  { actor, installation, zone }: Asking,
): Omit<Q, 'from_date' | 'to_date' | 'team'> &
  Days & {
    readonly scopes: readonly LineScope[]
    readonly seesNumbers: boolean
  } {
  const { from_date: _from, to_date: _to, team, ...rest } = query
  return {
    ...rest,
    ...daysOf(query, zone),
    scopes: scopesOf(actor, installation, team),
    seesNumbers: seesNumbers(actor),
  }
}
