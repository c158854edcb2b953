import type { ReportCall } from '../../reports/report-call.ts'
import { numberColumns, wordColumns } from '../../reports/report-call.ts'
import type { Db } from '../open.ts'
import { pick, prepare } from '../prepared.ts'
import type { Recount } from '../queries/report-stale.ts'
import type { ReportCallsTable } from '../tables.ts'
import { putSetting } from './settings.ts'

const newWord = prepare((db, row: { word: string }) =>
  db
    .insertInto('report_words')
    .values({ word: row.word })
    .onConflict((conflict) => conflict.column('word').doNothing())
    .returning('id'),
)
const knownWord = prepare((db, row: { word: string }) =>
  db.selectFrom('report_words').select('id').where('word', '=', row.word),
)

/** The number of a word; the empty word is 0. */
async function numberOf(trx: Db, word: string): Promise<number> {
  if (word === '') return 0
  const known = await knownWord.first(trx, { word })
  return (known ?? (await newWord.only(trx, { word }))).id
}

const columns = [...numberColumns, ...wordColumns]
const dayBefore = prepare((db, call: { id: number }) =>
  db.selectFrom('report_calls').select('day').where('call_id', '=', call.id),
)
const newRow = prepare((db, row: ReportCallsTable) =>
  db
    .insertInto('report_calls')
    .values(pick(row, columns))
    .onConflict((conflict) => conflict.column('call_id').doUpdateSet(pick(row, columns))),
)
const newVersion = prepare((db, row: { day: number }) =>
  db
    .insertInto('report_days')
    .values({ day: row.day, version: 1 })
    .onConflict((conflict) =>
      conflict.column('day').doUpdateSet((eb) => ({ version: eb('report_days.version', '+', 1) })),
    ),
)
const done = prepare((db, stale: { id: number; marks: number }) =>
  db.deleteFrom('report_stale').where('id', '=', stale.id).where('marks', '=', stale.marks),
)

async function asRow(trx: Db, call: ReportCall): Promise<ReportCallsTable> {
  const numbers: Partial<Record<(typeof wordColumns)[number], number>> = {}
  for (const column of wordColumns) numbers[column] = await numberOf(trx, call[column])
  return { ...call, ...(numbers as Record<(typeof wordColumns)[number], number>) } // each was just set
}

/**
 * Puts down what was counted anew. Whatever was marked again while it was counted stays stale, so that
 * what is put down too early is put right soon.
 */
export async function recordCounts(trx: Db, { stale, calls }: Recount): Promise<void> {
  const days = new Set<number>()
  for (const call of calls) {
    const before = await dayBefore.first(trx, { id: call.call_id })
    if (before) days.add(before.day)
    days.add(call.day)
    await newRow.all(trx, await asRow(trx, call))
  }
  for (const day of days) await newVersion.all(trx, { day })
  for (const { id, marks } of stale) await done.all(trx, { id, marks })
}

/** Where it is kept by which rules the calls were counted. */
const basisSetting = 'report_basis'

/**
 * Marks every call for counting anew when the rules or REPORT_ZONE are others than they were counted by.
 * Calls that were deleted stay counted as they were. @returns whether it was so
 */
export async function rebuildReports(
  trx: Db,
  input: { readonly basis: string; readonly at: string },
): Promise<boolean> {
  const kept = await trx
    .selectFrom('settings')
    .select('value')
    .where('key', '=', basisSetting)
    .executeTakeFirst()
  if (kept && JSON.parse(kept.value) === input.basis) return false
  await putSetting(trx, { key: basisSetting, value: input.basis, at: input.at })
  await markAll(trx)
  return true
}

async function markAll(trx: Db): Promise<void> {
  await trx
    .insertInto('report_stale')
    .columns(['id', 'whole'])
    .expression((eb) =>
      eb
        .selectFrom('people')
        .select(['id', eb.lit(1).as('whole')])
        .where(eb.lit(true)),
    )
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ whole: 1 }))
    .execute()
  await trx
    .insertInto('report_stale')
    .columns(['id', 'whole'])
    .expression((eb) =>
      eb
        .selectFrom('calls')
        .select([eb.neg('id').as('id'), eb.lit(1).as('whole')])
        .where('person_id', 'is', null),
    )
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ whole: 1 }))
    .execute()
}
