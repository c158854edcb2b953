import { missReasons } from '../../../reports/why.ts'
import type { Conversion, Missed } from '../../../schema/reports.ts'
import type { Db } from '../../open.ts'
import { missed } from './overview.ts'
import type { ReportFilter } from './selection.ts'
import { readWords, visitCalls } from './selection.ts'
import { Money, groups } from './tally.ts'

const reasonOf = (place: number): string => missReasons[place - 1] ?? 'rule'

/** Why calls were missed. */
export async function reportMissed(db: Db, { filter }: { filter: ReportFilter }): Promise<Missed> {
  const words = await readWords(db)
  const reasons = groups((_: number) => ({ calls: 0, leads: 0 }))
  let total = 0
  await visitCalls(db, { filter, words }, (day, index) => {
    if (day.standing[index] !== missed) return
    const reason = reasons.of(day.reason[index] ?? 0)
    total += 1
    reason.calls += 1
    reason.leads += day.opened[index] ?? 0
  })
  return {
    missed: total,
    reasons: reasons
      .all()
      .map(([place, sums]) => ({ reason: reasonOf(place), ...sums }))
      .sort((a, b) => b.calls - a.calls),
  }
}

/** Leads that were converted, by why they had been missed. */
export async function reportConversion(
  db: Db,
  { filter }: { filter: ReportFilter },
): Promise<Conversion> {
  const words = await readWords(db)
  const reasons = groups((_: number) => ({ leads: 0, converted: 0, money: new Money() }))
  const all = { leads: 0, converted: 0 }
  const money = new Money()
  await visitCalls(db, { filter, words }, (day, index) => {
    if (day.opened[index] !== 1) return
    const reason = reasons.of(day.reason[index] ?? 0)
    const converted = day.converted[index] ?? 0
    for (const sums of [all, reason]) {
      sums.leads += 1
      sums.converted += converted
    }
    money.add(day, index)
    reason.money.add(day, index)
  })
  return {
    ...all,
    values: money.values(words),
    reasons: reasons
      .all()
      .map(([place, { money: own, ...sums }]) => ({
        reason: reasonOf(place),
        ...sums,
        values: own.values(words),
      }))
      .sort((a, b) => b.leads - a.leads),
  }
}
