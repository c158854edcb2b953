import type { Choices } from '../../../schema/reports.ts'
import type { Db } from '../../open.ts'
import type { ReportFilter } from './selection.ts'
import { readWords, visitCalls } from './selection.ts'

/** What the calls of a period can be narrowed to. */
export async function reportChoices(
  db: Db,
  { filter }: { filter: Pick<ReportFilter, 'from' | 'until' | 'scopes'> },
): Promise<Pick<Choices, 'countries' | 'tiers'> & { lines: string[] }> {
  const words = await readWords(db)
  const seen = { lines: new Set<number>(), countries: new Set<number>(), tiers: new Set<number>() }
  await visitCalls(db, { filter, words }, (day, index) => {
    seen.lines.add(day.line[index] ?? 0)
    seen.countries.add(day.country[index] ?? 0)
    seen.tiers.add(day.tier[index] ?? 0)
  })
  const texts = (ids: ReadonlySet<number>): string[] =>
    [...ids].map((id) => words.get(id) ?? '').sort()
  return { lines: texts(seen.lines), countries: texts(seen.countries), tiers: texts(seen.tiers) }
}
