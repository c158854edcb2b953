import type {
  Callbacks,
  Conversion,
  Coverage,
  Decisions,
  FollowUps,
  HeatMap,
  Missed,
  Outcomes,
  Overview,
  ReContact,
  Regret,
  Values,
} from '../schema/reports.ts'
import type { CsvCell } from './csv.ts'

/** A report as rows of a file; `then` is the period before. */
export interface ReportTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly CsvCell[])[]
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const money = (values: Values): string =>
  values.map(({ currency, value }) => `${value} ${currency}`.trim()).join(' · ')

export function overviewTable(now: Overview, then: Overview): ReportTable {
  const plain = [
    'calls',
    'connected',
    'missed',
    'ghosts',
    'leads',
    'reached',
    'again',
    'calledBack',
    'callbackMedian',
    'converted',
  ] as const
  return {
    columns: ['figure', 'now', 'before'],
    rows: [
      ...plain.map((name) => [name, now[name], then[name]]),
      ['value', money(now.values), money(then.values)],
    ],
  }
}

export function missedTable(now: Missed, then: Missed): ReportTable {
  const before = new Map(then.reasons.map((row) => [row.reason, row]))
  return {
    columns: ['reason', 'calls', 'leads', 'calls before', 'leads before'],
    rows: now.reasons.map(({ reason, calls, leads }) => {
      const other = before.get(reason)
      return [reason, calls, leads, other?.calls ?? 0, other?.leads ?? 0]
    }),
  }
}

export function outcomesTable(now: Outcomes): ReportTable {
  const columns = [
    'from_date',
    'to_date',
    'calls',
    'accept',
    'ai_pickup',
    'reject',
    'voicemail',
    'undecided',
    'connected',
    'missed',
    'leads',
    'closed',
  ] as const
  return { columns, rows: now.buckets.map((bucket) => columns.map((name) => bucket[name])) }
}

export const heatMapTable = (now: HeatMap): ReportTable => ({
  columns: ['weekday', 'hour', 'calls', 'missed'],
  rows: now.cells.map(({ weekday, hour, calls, missed }) => [
    weekdays[weekday],
    hour,
    calls,
    missed,
  ]),
})

export const callbacksTable = (now: Callbacks, then: Callbacks): ReportTable => ({
  columns: ['within seconds', 'leads', 'leads before'],
  rows: now.within.map(({ seconds, leads }, index) => [
    seconds ?? 'later',
    leads,
    then.within[index]?.leads ?? 0,
  ]),
})

export const reContactTable = (now: ReContact, then: ReContact): ReportTable => ({
  columns: ['closed by', 'leads', 'had called again', 'leads before'],
  rows: now.ways.map(({ way, leads, calledAgain }, index) => [
    way,
    leads,
    calledAgain,
    then.ways[index]?.leads ?? 0,
  ]),
})

export function followUpsTable(now: FollowUps): ReportTable {
  const columns = [
    'policy',
    'node',
    'label',
    'text',
    'calls',
    'held',
    'waiting',
    'failed',
    'sent',
    'delivered',
    'read',
    'answered',
    'converted',
  ] as const
  return { columns, rows: now.rows.map((row) => columns.map((name) => row[name])) }
}

export const decisionsTable = (now: Decisions, then: Decisions): ReportTable => ({
  columns: ['within ms', 'calls', 'calls before'],
  rows: [
    ...now.within.map(({ ms, calls }, index) => [
      ms ?? 'later',
      calls,
      then.within[index]?.calls ?? 0,
    ]),
    ['hung up before we acted', now.ghosts, then.ghosts],
  ],
})

export const conversionTable = (now: Conversion): ReportTable => ({
  columns: ['reason', 'leads', 'converted', 'value'],
  rows: now.reasons.map(({ reason, leads, converted, values }) => [
    reason,
    leads,
    converted,
    money(values),
  ]),
})

export const regretTable = (now: Regret): ReportTable => ({
  columns: ['policy', 'node', 'label', 'calls', 'missed', 'leads', 'open', 'converted', 'value'],
  rows: now.nodes.map((row) => [
    row.policy,
    row.node,
    row.label,
    row.calls,
    row.missed,
    row.leads,
    row.open,
    row.converted,
    money(row.values),
  ]),
})

export const coverageTable = (now: Coverage): ReportTable => ({
  columns: ['weekday', 'hour', 'lines hidden', 'minutes'],
  rows: now.cells.map(({ weekday, hour, lines, minutes }) => [
    weekdays[weekday],
    hour,
    lines,
    minutes,
  ]),
})
