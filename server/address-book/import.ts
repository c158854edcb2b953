import { basename } from 'node:path'
import { toIso } from '../clock.ts'
import type {
  ImportContact,
  ImportFate,
  ImportInput,
  ImportListEntry,
  ImportRecord,
} from '../db/commands/import.ts'
import { importContacts, importLists, importRecords } from '../db/commands/import.ts'
import type { Db } from '../db/open.ts'
import type { Writer } from '../db/writer.ts'
import type { Attributes } from '../schema/seeds.ts'
import type { SeedFile } from '../seeds/file.ts'
import type { Auditor } from '../db/commands/audit.ts'
import type { ByteSource } from './byte-source.ts'
import type { Format, Kind } from './kinds.ts'
import type { Fields, Ready } from './records.ts'
import { readAgent, readCalendar, readContact, readListEntry } from './records.ts'
import type { RowProblem } from './sources.ts'
import { sourceRows } from './sources.ts'

/** Where to write, or with what to compare only. */
export type Into = { readonly writer: Writer } | { readonly tryOn: Db }

export interface ImportOrder {
  readonly kind: Kind
  readonly format: Format
  readonly replace: boolean
  /** Types of attributes in CSV columns. */
  readonly declared: Attributes
  readonly into: Into
  readonly bytes: ByteSource
  /** Whom the audit log names. */
  readonly by: Auditor
  /** Called after every hundred rows. */
  onRows?(rows: number): void
}

export interface ImportReport {
  /** Records of the file. */
  readonly rows: number
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
  /** Edited in the app and left as they are. */
  readonly kept: number
  readonly skipped: number
  /** At most 10,000 of those that were skipped. */
  readonly problems: readonly RowProblem[]
}

/** Records a command takes at once: a commit of a few milliseconds, so that calls never wait long. */
const batchSize = 250
/** Batches under way: one is written while the next is read. */
const mostUnderWay = 2
const mostProblems = 10_000

/** What differs between kinds: how a row is read, and the command that takes it. */
interface Target<T> {
  read(file: SeedFile, row: Fields): Ready<T>[]
  take(batch: ImportInput<T>): Promise<ImportFate[]>
}

const contacts = (into: Into): Target<ImportContact> => ({
  read: readContact,
  take: (batch) =>
    'tryOn' in into ? importContacts(into.tryOn, batch) : into.writer.run('importContacts', batch),
})
const records = (read: Target<ImportRecord>['read'], into: Into): Target<ImportRecord> => ({
  read,
  take: (batch) =>
    'tryOn' in into ? importRecords(into.tryOn, batch) : into.writer.run('importRecords', batch),
})
const lists = (into: Into): Target<ImportListEntry> => ({
  read: readListEntry,
  take: (batch) =>
    'tryOn' in into ? importLists(into.tryOn, batch) : into.writer.run('importLists', batch),
})

/** A phone number has at most 15 digits, so that it is a number without loss, which takes less room. */
function smallKey(key: string): string | number {
  return /^\+\d{1,15}$/.test(key) ? Number(key) : key
}

/** One import under way: what is right waits for its batch, what is wrong is noted. */
class Session<T> {
  readonly #target: Target<T>
  readonly #order: ImportOrder
  readonly #seen = new Set<string | number>()
  readonly #underWay = new Set<Promise<void>>()
  readonly #fates = { inserted: 0, updated: 0, unchanged: 0, kept: 0 }
  readonly #problems: RowProblem[] = []
  #skipped = 0
  #failure: unknown
  #waiting: Ready<T>[] = []
  rows = 0

  constructor(target: Target<T>, order: ImportOrder) {
    this.#target = target
    this.#order = order
  }

  skip(problem: RowProblem): void {
    this.#skipped++
    if (this.#problems.length < mostProblems) this.#problems.push(problem)
  }

  async row(row: Fields): Promise<void> {
    const file: SeedFile = { name: this.#order.bytes.name, problems: [] }
    const ready = this.#target.read(file, row)
    const [problem] = file.problems
    if (problem) {
      const { field, expected } = problem
      const why = /^expected /i.test(expected) ? expected : `expected ${expected}`
      this.skip({ line: row.line, ...(field === undefined ? {} : { column: field }), why })
    }
    for (const one of ready) {
      const keys = one.keys.map(smallKey)
      const isTwice = keys.some((key) => this.#seen.has(key))
      for (const key of keys) this.#seen.add(key)
      if (isTwice) this.skip({ line: one.line, why: 'it stands in this file before' })
      else this.#waiting.push(one)
    }
    if (this.#waiting.length >= batchSize) await this.#send()
  }

  /** How many records became what, so far. */
  get counts() {
    return { rows: this.rows, ...this.#fates, skipped: this.#skipped }
  }

  async finish(): Promise<ImportReport> {
    await this.#send()
    await Promise.all(this.#underWay)
    if (this.#failure !== undefined) throw this.#failure
    const problems = this.#problems.toSorted((a, b) => a.line - b.line)
    return { ...this.counts, problems }
  }

  async #send(): Promise<void> {
    const batch = this.#waiting
    if (batch.length === 0) return
    this.#waiting = []
    const sent = this.#take(batch)
      .catch((error: unknown) => void (this.#failure ??= error))
      .finally(() => this.#underWay.delete(sent))
    this.#underWay.add(sent)
    if (this.#underWay.size >= mostUnderWay) await Promise.race(this.#underWay)
    if (this.#failure !== undefined) throw this.#failure
  }

  async #take(batch: readonly Ready<T>[]): Promise<void> {
    const { replace, into } = this.#order
    const fates = await this.#target.take({
      records: batch.map(({ record }) => record),
      at: toIso(Date.now()),
      replace,
      dryRun: 'tryOn' in into,
    })
    for (const [index, fate] of fates.entries()) {
      if (fate === 'clash')
        this.skip({
          line: batch[index]?.line ?? 0,
          why: 'its phone and its userId belong to two contacts',
        })
      else this.#fates[fate]++
    }
  }
}

async function importWith<T>(target: Target<T>, order: ImportOrder): Promise<ImportReport> {
  const session = new Session(target, order)
  try {
    for await (const one of sourceRows(order)) {
      session.rows++
      if ('problem' in one) session.skip(one.problem)
      else await session.row(one.row)
      if (session.rows % 100 === 0) order.onRows?.(session.rows)
    }
    return await session.finish()
  } finally {
    order.bytes.stream.destroy()
    await note(order, session.counts)
  }
}

/** Tells the audit log what an import did, whether or not it came to its end. */
async function note(
  { kind, bytes, by, into }: ImportOrder,
  counts: Omit<ImportReport, 'problems'>,
) {
  if ('tryOn' in into || counts.inserted + counts.updated === 0) return
  await into.writer.run('recordAudit', {
    at: toIso(Date.now()),
    by,
    operation: 'import',
    subject: kind,
    after: { file: basename(bytes.name), ...counts },
  })
}

/**
 * Imports what a file or a request holds, batch by batch, in flat memory. A row that is wrong is named and
 * left out.
 * @throws UnreadableSource for a file that cannot be read; what stood before is imported then
 */
export async function importRows(order: ImportOrder): Promise<ImportReport> {
  const { kind, into } = order
  switch (kind) {
    case 'contacts':
      return importWith(contacts(into), order)
    case 'agents':
      return importWith(records(readAgent, into), order)
    case 'calendars':
      return importWith(records(readCalendar, into), order)
    case 'lists':
      return importWith(lists(into), order)
  }
}
