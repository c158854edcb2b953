import { dateOf, weekdayOf } from '../../../reports/local-time.ts'
import { outcomeKinds } from '../../../schema/policy.ts'
import type { Bucket, HeatMap, Outcomes } from '../../../schema/reports.ts'
import type { Db } from '../../open.ts'
import { connected, missed } from './overview.ts'
import type { ReportFilter } from './selection.ts'
import { readWords, visitCalls } from './selection.ts'

type Grain = Outcomes['by']

/** More days than these are shown by weeks, and more than those by months. */
const mostDays = 62
const mostWeeks = 53

function grainOf(days: number): Grain {
  if (days <= mostDays) return 'day'
  return days <= mostWeeks * 7 ? 'week' : 'month'
}

/** The first day after the bucket that holds a day. */
function endOf(day: number, grain: Grain): number {
  if (grain === 'day') return day + 1
  if (grain === 'week') return day + 7 - weekdayOf(day)
  const [year = 1970, month = 1] = dateOf(day).split('-').map(Number)
  return Math.floor(Date.UTC(year, month, 1) / 86_400_000)
}

const empty = {
  calls: 0,
  accept: 0,
  ai_pickup: 0,
  reject: 0,
  voicemail: 0,
  undecided: 0,
  connected: 0,
  missed: 0,
  leads: 0,
  closed: 0,
}

/** Buckets without a gap, the first and the last cut where the period is. */
function bucketsOf({ from, until }: ReportFilter, grain: Grain) {
  const buckets: (Bucket & { until: number })[] = []
  for (let day = from; day < until;) {
    const end = Math.min(until, endOf(day, grain))
    buckets.push({ from_date: dateOf(day), to_date: dateOf(end - 1), ...empty, until: end })
    day = end
  }
  return buckets
}

/** What became of calls, over time. */
export async function reportOutcomes(
  db: Db,
  { filter }: { filter: ReportFilter },
): Promise<Outcomes> {
  const words = await readWords(db)
  const by = grainOf(filter.until - filter.from)
  const buckets = bucketsOf(filter, by)
  let place = 0
  await visitCalls(db, { filter, words }, (day, index) => {
    while (place < buckets.length - 1 && day.day >= (buckets[place]?.until ?? 0)) place += 1
    const bucket = buckets[place]
    if (!bucket) return
    bucket.calls += 1
    bucket[outcomeKinds[(day.outcome[index] ?? 0) - 1] ?? 'undecided'] += 1
    if (day.standing[index] === connected) bucket.connected += 1
    if (day.standing[index] === missed) bucket.missed += 1
    if (day.opened[index] !== 1) return
    bucket.leads += 1
    if (day.closed_by[index] !== 0) bucket.closed += 1
  })
  return { by, buckets: buckets.map(({ until: _, ...bucket }) => bucket) }
}

/** Calls by the hour of the week. */
export async function reportHeatMap(
  db: Db,
  { filter }: { filter: ReportFilter },
): Promise<HeatMap> {
  const words = await readWords(db)
  const calls = new Int32Array(7 * 24)
  const misses = new Int32Array(7 * 24)
  await visitCalls(db, { filter, words }, (day, index) => {
    const cell = weekdayOf(day.day) * 24 + Math.floor((day.minute[index] ?? 0) / 60)
    calls[cell] = (calls[cell] ?? 0) + 1
    if (day.standing[index] === missed) misses[cell] = (misses[cell] ?? 0) + 1
  })
  const cells = [...calls].map((count, cell) => ({
    weekday: Math.floor(cell / 24),
    hour: cell % 24,
    calls: count,
    missed: misses[cell] ?? 0,
  }))
  return { cells: cells.filter((cell) => cell.calls > 0) }
}
