import { closings } from '../../../reports/report-call.ts'
import type { Callbacks, ReContact } from '../../../schema/reports.ts'
import type { Db } from '../../open.ts'
import { isByCaller } from './overview.ts'
import type { ReportFilter } from './selection.ts'
import { readWords, visitCalls } from './selection.ts'
import { Histogram } from './tally.ts'

const minute = 60
const hour = 60 * minute
const limits = [5 * minute, 15 * minute, 30 * minute, hour, 4 * hour, 24 * hour]

/** How soon people were called back: from the call that opened the lead to our first call to them. */
export async function reportCallbacks(
  db: Db,
  { filter }: { filter: ReportFilter },
): Promise<Callbacks> {
  const words = await readWords(db)
  const times = new Histogram()
  let leads = 0
  await visitCalls(db, { filter, words }, (day, index) => {
    if (day.opened[index] !== 1) return
    leads += 1
    const back = day.called_back_after[index] ?? -1
    if (back >= 0) times.add(back)
  })
  return {
    leads,
    calledBack: times.size,
    median: times.quantile(0.5),
    p90: times.quantile(0.9),
    within: times.between(limits).map(({ limit, count }) => ({ seconds: limit, leads: count })),
  }
}

/** What missed callers did next, and what we did. */
export async function reportReContact(
  db: Db,
  { filter }: { filter: ReportFilter },
): Promise<ReContact> {
  const words = await readWords(db)
  const ways = closings.map((way) => ({ way, leads: 0, calledAgain: 0 }))
  const all = { leads: 0, again: 0 }
  await visitCalls(db, { filter, words }, (day, index) => {
    if (day.opened[index] !== 1) return
    const closedBy = day.closed_by[index] ?? 0
    const calledAgain = (day.attempts[index] ?? 0) > 1
    const way = ways[closedBy]
    all.leads += 1
    if (calledAgain || isByCaller(closedBy)) all.again += 1
    if (!way) return
    way.leads += 1
    if (calledAgain) way.calledAgain += 1
  })
  return { ...all, ways }
}
