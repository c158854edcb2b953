import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Db } from '../../open.ts'
import { prepare } from '../../prepared.ts'
import type { ReportCallsTable } from '../../tables.ts'

/** Columns that reports look at, as wide as their numbers need. */
const columns = {
  call_id: Int32Array,
  minute: Int16Array,
  line: Int32Array,
  country: Int32Array,
  tier: Int32Array,
  place: Int32Array,
  release: Int32Array,
  currency: Int32Array,
  direction: Int8Array,
  standing: Int8Array,
  reason: Int8Array,
  status: Int8Array,
  outcome: Int8Array,
  ghost: Int8Array,
  decided: Int32Array,
  message: Int8Array,
  answered: Int8Array,
  opened: Int8Array,
  attempts: Int32Array,
  closed_by: Int8Array,
  closed_after: Int32Array,
  called_back_after: Int32Array,
  converted: Int8Array,
  value: Float64Array,
} as const

/** The calls of one day, column by column: `reason[3]` is the reason of its fourth call. */
export type ReportDay = {
  readonly [C in keyof typeof columns]: InstanceType<(typeof columns)[C]>
} & { readonly day: number; readonly size: number }

const rowsOf = prepare((db, asked: { day: number }) =>
  db.selectFrom('report_calls').selectAll().where('day', '=', asked.day),
)
const versions = prepare((db, asked: { from: number; until: number }) =>
  db
    .selectFrom('report_days')
    .selectAll()
    .where('day', '>=', asked.from)
    .where('day', '<', asked.until)
    .orderBy('day'),
)

function toColumns(day: number, rows: readonly ReportCallsTable[]): ReportDay {
  const size = rows.length
  const made: Record<string, unknown> = { day, size }
  for (const [name, Kind] of Object.entries(columns)) {
    const column = new Kind(size)
    const from = name as keyof typeof columns // a key of the object just gone through
    for (let index = 0; index < size; index += 1) column[index] = rows[index]?.[from] ?? 0
    made[name] = column
  }
  return made as ReportDay // a column of every name
}

interface Kept {
  readonly version: number
  readonly columns: ReportDay
}

/** Calls that are kept in memory for the next report: some 50 bytes each. */
const mostKept = 1_500_000
/** While many days are read, others get their turn this often. */
const turnEveryMs = 20

class DayStore {
  readonly #days = new Map<number, Kept>()
  #size = 0

  async read(db: Db, day: number, version: number): Promise<ReportDay> {
    const known = this.#days.get(day)
    if (known) this.#drop(day, known)
    const fresh =
      known?.version === version
        ? known
        : { version, columns: toColumns(day, await rowsOf.all(db, { day })) }
    this.#keep(day, fresh)
    return fresh.columns
  }

  #drop(day: number, { columns: { size } }: Kept): void {
    this.#days.delete(day)
    this.#size -= size
  }

  /** The day last asked for stands last; those not asked for longest go first. */
  #keep(day: number, kept: Kept): void {
    this.#days.set(day, kept)
    this.#size += kept.columns.size
    for (const [oldest, other] of this.#days) {
      if (this.#size <= mostKept || oldest === day) break
      this.#drop(oldest, other)
    }
  }
}

const stores = new WeakMap<Db, DayStore>()

/**
 * The days `[from, until)` of which there are calls, in order. Days are kept in memory until one of their
 * calls changes, so that a report reads only what is new.
 */
export async function* reportDays(
  db: Db,
  asked: { readonly from: number; readonly until: number },
): AsyncGenerator<ReportDay> {
  const store = stores.get(db) ?? new DayStore()
  stores.set(db, store)
  let turnAt = performance.now() + turnEveryMs
  for (const { day, version } of await versions.all(db, asked)) {
    yield await store.read(db, day, version)
    if (performance.now() < turnAt) continue
    await nextTurn()
    turnAt = performance.now() + turnEveryMs
  }
}
