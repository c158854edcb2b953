import { messageStates, readPlace } from '../../../reports/report-call.ts'
import type { FollowUps, Regret } from '../../../schema/reports.ts'
import type { Db } from '../../open.ts'
import { missed } from './overview.ts'
import type { ReportFilter } from './selection.ts'
import { readWords, visitCalls } from './selection.ts'
import type { Steps } from './steps.ts'
import { readSteps } from './steps.ts'
import { Money, groups } from './tally.ts'

async function stepOf(steps: Steps, place: string) {
  const step = readPlace(place)
  if (!step) return { policy: null, node: null, label: null }
  return { ...step, label: await steps.label(step.policy, step.node) }
}

/** Which step loses the most leads. */
export async function reportRegret(db: Db, { filter }: { filter: ReportFilter }): Promise<Regret> {
  const words = await readWords(db)
  const steps = readSteps(db)
  const places = groups((_: number) => ({
    sums: { calls: 0, missed: 0, leads: 0, open: 0, converted: 0 },
    money: new Money(),
  }))
  await visitCalls(db, { filter, words }, (day, index) => {
    const { sums, money } = places.of(day.place[index] ?? 0)
    sums.calls += 1
    if (day.standing[index] === missed) sums.missed += 1
    if (day.opened[index] !== 1) return
    sums.leads += 1
    if (day.closed_by[index] === 0) sums.open += 1
    sums.converted += day.converted[index] ?? 0
    money.add(day, index)
  })
  const nodes: Regret['nodes'] = []
  for (const [place, { sums, money }] of places.all())
    nodes.push({
      ...(await stepOf(steps, words.get(place) ?? '')),
      ...sums,
      values: money.values(words),
    })
  return { nodes: nodes.sort((a, b) => b.open - a.open || b.leads - a.leads || b.calls - a.calls) }
}

const noneTold = messageStates.indexOf('none')

/** How far the messages after calls got, by the step and what it says. */
export async function reportFollowUps(
  db: Db,
  { filter }: { filter: ReportFilter },
): Promise<FollowUps> {
  const words = await readWords(db)
  const steps = readSteps(db)
  const counted = groups((_: string) => ({
    calls: 0,
    held: 0,
    waiting: 0,
    failed: 0,
    sent: 0,
    delivered: 0,
    read: 0,
    answered: 0,
    converted: 0,
  }))
  await visitCalls(db, { filter, words }, (day, index) => {
    const state = messageStates[day.message[index] ?? noneTold] ?? 'none'
    if (state === 'none') return
    const sums = counted.of(`${day.place[index]} ${day.release[index]}`)
    sums.calls += 1
    if (state === 'read') sums.read += 1
    if (state === 'read' || state === 'delivered') sums.delivered += 1
    if (state === 'held' || state === 'waiting' || state === 'failed') {
      sums[state] += 1
      return
    }
    sums.sent += 1
    sums.answered += day.answered[index] ?? 0
    sums.converted += day.converted[index] ?? 0
  })
  const rows = new Map<string, FollowUps['rows'][number]>()
  for (const [key, sums] of counted.all()) {
    const [place = '', release = ''] = key.split(' ').map((id) => words.get(Number(id)) ?? '')
    const step = await stepOf(steps, place)
    const text =
      step.policy === null ? null : await steps.text(step.policy, release, step.node ?? '')
    const same = JSON.stringify([place, text])
    const known = rows.get(same)
    rows.set(same, known ? added(known, sums) : { ...step, text, ...sums })
  }
  return { rows: [...rows.values()].sort((a, b) => b.calls - a.calls) }
}

type Row = FollowUps['rows'][number]

/** Releases that say the same are one row. */
function added(row: Row, more: Omit<Row, 'policy' | 'node' | 'label' | 'text'>): Row {
  return {
    ...row,
    calls: row.calls + more.calls,
    held: row.held + more.held,
    waiting: row.waiting + more.waiting,
    failed: row.failed + more.failed,
    sent: row.sent + more.sent,
    delivered: row.delivered + more.delivered,
    read: row.read + more.read,
    answered: row.answered + more.answered,
    converted: row.converted + more.converted,
  }
}
