import type { Decisions } from '../../../schema/reports.ts'
import type { Db } from '../../open.ts'
import type { ReportFilter } from './selection.ts'
import { readWords, visitCalls } from './selection.ts'
import { Histogram } from './tally.ts'

/** Milliseconds. */
const limits = [1, 5, 10, 25, 50, 100, 150]

const inMs = (tenths: number | null): number | null => (tenths === null ? null : tenths / 10)

/** How long decisions took, and how many callers were gone before we had acted. */
export async function reportDecisions(
  db: Db,
  { filter }: { filter: ReportFilter },
): Promise<Decisions> {
  const words = await readWords(db)
  const times = new Histogram()
  let calls = 0
  let ghosts = 0
  await visitCalls(db, { filter, words }, (day, index) => {
    calls += 1
    ghosts += day.ghost[index] ?? 0
    const decided = day.decided[index] ?? -1
    if (decided >= 0) times.add(decided)
  })
  return {
    calls,
    decided: times.size,
    ghosts,
    p50: inMs(times.quantile(0.5)),
    p95: inMs(times.quantile(0.95)),
    p99: inMs(times.quantile(0.99)),
    most: inMs(times.quantile(1)),
    within: times
      .between(limits.map((ms) => ms * 10))
      .map(({ limit, count }) => ({ ms: limit === null ? null : limit / 10, calls: count })),
  }
}
