import type { LineScope } from '../../../access/scope.ts'
import type { Db } from '../../open.ts'
import type { ReportDay } from './days.ts'
import { reportDays } from './days.ts'

/** Which calls a report is about. */
export interface ReportFilter {
  /** Days since 1970 in REPORT_ZONE; `until` excluded. */
  readonly from: number
  readonly until: number
  /** A call counts when its line is in all of these. */
  readonly scopes: readonly LineScope[]
  readonly line?: string | undefined
  readonly country?: string | undefined
  readonly tier?: string | undefined
}

/** Words by their numbers. */
export type Words = ReadonlyMap<number, string>

export async function readWords(db: Db): Promise<Words> {
  const rows = await db.selectFrom('report_words').selectAll().execute()
  return new Map(rows.map(({ id, word }) => [id, word]))
}

/** What is told of every call that is meant: the columns of its day, and its place in them. */
export type Visit = (day: ReportDay, index: number) => void

/** Whether a line counts, by its number. */
function lineTest({ scopes, line }: ReportFilter, words: Words): (line: number) => boolean {
  if (scopes.length === 0 && line === undefined) return () => true
  const fits = (word: string): boolean =>
    (line === undefined || word === line) &&
    scopes.every(({ kind, lines }) => lines.includes(word) === (kind === 'only'))
  const own = new Set([...words].flatMap(([id, word]) => (fits(word) ? [id] : [])))
  return (id) => own.has(id)
}

/** The number of a word; one that is not known is none of them. */
function numberIn(words: Words, word: string | undefined): number | undefined {
  if (word === undefined) return undefined
  for (const [id, known] of words) if (known === word) return id
  return word === '' ? 0 : -1
}

/** Goes through the inbound calls, and the others too where they are wanted. */
export async function visitCalls(
  db: Db,
  asked: { readonly filter: ReportFilter; readonly words: Words },
  visit: Visit,
): Promise<void> {
  const { filter, words } = asked
  const isOwnLine = lineTest(filter, words)
  const isAnyLine = filter.scopes.length === 0 && filter.line === undefined
  const country = numberIn(words, filter.country)
  const tier = numberIn(words, filter.tier)
  for await (const day of reportDays(db, filter)) {
    for (let index = 0; index < day.size; index += 1) {
      if (day.direction[index] !== 0) continue
      if (country !== undefined && day.country[index] !== country) continue
      if (tier !== undefined && day.tier[index] !== tier) continue
      if (!isAnyLine && !isOwnLine(day.line[index] ?? 0)) continue
      visit(day, index)
    }
  }
}
