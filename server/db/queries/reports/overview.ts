import { closings, standings } from '../../../reports/report-call.ts'
import type { Overview } from '../../../schema/reports.ts'
import type { Db } from '../../open.ts'
import type { ReportFilter } from './selection.ts'
import { readWords, visitCalls } from './selection.ts'
import { Histogram, Money } from './tally.ts'

export const connected = standings.indexOf('connected')
export const missed = standings.indexOf('missed')

/** Ways a lead is closed by talking. */
const talked: ReadonlySet<number | undefined> = new Set([
  closings.indexOf('connected'),
  closings.indexOf('callback'),
])
/** Ways a lead is closed by the caller. */
const byCaller: ReadonlySet<number | undefined> = new Set([
  closings.indexOf('message'),
  closings.indexOf('voicemail'),
  closings.indexOf('connected'),
])

export const isReached = (closedBy: number | undefined): boolean => talked.has(closedBy)
export const isByCaller = (closedBy: number | undefined): boolean => byCaller.has(closedBy)

/** The figures at the top. */
export async function reportOverview(
  db: Db,
  { filter }: { filter: ReportFilter },
): Promise<Overview> {
  const words = await readWords(db)
  const sums = { calls: 0, connected: 0, missed: 0, ghosts: 0 }
  const leads = { leads: 0, reached: 0, again: 0, converted: 0 }
  const callbacks = new Histogram()
  const money = new Money()
  await visitCalls(db, { filter, words }, (day, index) => {
    sums.calls += 1
    if (day.standing[index] === connected) sums.connected += 1
    if (day.standing[index] === missed) sums.missed += 1
    sums.ghosts += day.ghost[index] ?? 0
    if (day.opened[index] !== 1) return
    const closedBy = day.closed_by[index]
    leads.leads += 1
    if (isReached(closedBy)) leads.reached += 1
    if ((day.attempts[index] ?? 0) > 1 || isByCaller(closedBy)) leads.again += 1
    leads.converted += day.converted[index] ?? 0
    const back = day.called_back_after[index] ?? -1
    if (back >= 0) callbacks.add(back)
    money.add(day, index)
  })
  return {
    ...sums,
    ...leads,
    calledBack: callbacks.size,
    callbackMedian: callbacks.quantile(0.5),
    values: money.values(words),
  }
}
