import type { Db } from '../open.ts'

/** Silence of one line: since when, and the calls that came in the same hours of earlier weeks. */
export interface LineSilence {
  line: string
  since: string
  earlierWeeks: number[]
}

const shifted = (iso: string, ms: number): string => new Date(Date.parse(iso) - ms).toISOString()

/** For each line that ever had a call: its last one, and the calls in the same span of earlier weeks. */
export async function lineSilences(
  db: Db,
  input: { now: string; weeks: number[] },
): Promise<LineSilence[]> {
  const lines = await db
    .selectFrom('calls')
    .select(({ fn }) => [
      'line',
      fn.max('arrived_at').as('since'),
      fn.min('arrived_at').as('first'),
    ])
    .where('direction', '=', 'inbound')
    .groupBy('line')
    .execute()
  const counted = async (line: string, from: string, to: string): Promise<number> => {
    const row = await db
      .selectFrom('calls')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('line', '=', line)
      .where('arrived_at', '>', from)
      .where('arrived_at', '<=', to)
      .executeTakeFirst()
    return Number(row?.count ?? 0)
  }
  const silences: LineSilence[] = []
  for (const { line, since, first } of lines) {
    const earlierWeeks: number[] = []
    for (const week of input.weeks) {
      const from = shifted(since, week)
      if (from > first) earlierWeeks.push(await counted(line, from, shifted(input.now, week)))
    }
    silences.push({ line, since, earlierWeeks })
  }
  return silences
}
