import { sealSecret } from './access/sealed-document.ts'
import type { SecretBox } from './access/secret-box.ts'
import type { Clock } from './clock.ts'
import { toIso } from './clock.ts'
import type { SeedRecord, SeedResult } from './db/commands/seeds.ts'
import type { Writer } from './db/writer.ts'
import type { Logger } from './logger.ts'
import { callSeedSchema } from './schema/seeds.ts'
import type { SeedEntry, SeedFile, SeedProblem } from './seeds/file.ts'
import { checkRecord, distinct, entriesOfList, readSeedFile } from './seeds/file.ts'
import { seedCallOf } from './seeds/history.ts'
import { canonicalContact, contactKeys, lists, recordFiles } from './seeds/records.ts'

export type { SeedProblem } from './seeds/file.ts'

/** How many records of a file went which way. */
export type SeedCounts = Omit<SeedResult, 'clashes'>

export interface SeedReport {
  /** By file name; only files that are there. */
  readonly counts: Readonly<Record<string, SeedCounts>>
  readonly problems: readonly SeedProblem[]
}

interface Deps {
  /** SEEDS_DIR. */
  readonly dir: string
  readonly writer: Writer
  readonly log: Logger
  readonly clock: Clock
  /** Seals secrets of assistants. */
  readonly box: SecretBox
  /** Zone of the times in calls.json. */
  readonly reportZone: string
  /** Overwrite what was edited in the app (`callgate import --replace`). */
  readonly replace?: boolean
}

/** Records a command takes at once: a commit of a few milliseconds, so that calls never wait long. */
const batchSize = 250

const mostLogged = 50

const nothing: SeedCounts = { inserted: 0, updated: 0, unchanged: 0, kept: 0 }

function sum(a: SeedCounts, b: SeedCounts): SeedCounts {
  return {
    inserted: a.inserted + b.inserted,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
    kept: a.kept + b.kept,
  }
}

class Loader {
  readonly #deps: Deps
  readonly #at: string
  readonly counts: Record<string, SeedCounts> = {}
  readonly problems: SeedProblem[] = []

  constructor(deps: Deps) {
    this.#deps = deps
    this.#at = toIso(deps.clock.now())
  }

  /** Reads a file; what it gives is counted under its name. */
  async file(name: string, load: (file: SeedFile, value: unknown) => Promise<SeedCounts>) {
    const file: SeedFile = { name, problems: this.problems }
    const value = await readSeedFile(this.#deps.dir, file)
    if (value !== undefined) this.counts[name] = await load(file, value)
  }

  /** Checked and written batch by batch: a long list stops neither the writer nor this thread. */
  async contacts(file: SeedFile, value: unknown): Promise<SeedCounts> {
    const all = entriesOfList(file, value)
    const isNew = distinct(file, contactKeys)
    let counts = nothing
    for (let start = 0; start < all.length; start += batchSize) {
      const part = all
        .slice(start, start + batchSize)
        .flatMap((entry) => canonicalContact(file, entry))
        .filter(isNew)
      const records = part.map((entry) => entry.value)
      const done = await this.#deps.writer.run('seedContacts', this.#batch(records))
      for (const position of done.clashes)
        file.problems.push({
          file: file.name,
          index: part[position]?.index ?? position,
          expected: 'a phone and a userId of the same contact; they belong to two',
        })
      counts = sum(counts, done)
    }
    return counts
  }

  async records(entries: readonly SeedEntry<SeedRecord>[]): Promise<SeedCounts> {
    const records = entries.map(({ value }) =>
      value.kind === 'assistant' ? { ...value, doc: sealSecret(value.doc, this.#deps.box) } : value,
    )
    return this.#deps.writer.run('seedRecords', this.#batch(records))
  }

  async lists(file: SeedFile, value: unknown): Promise<SeedCounts> {
    const records = lists(file, value)
    return this.#deps.writer.run('seedLists', this.#batch(records))
  }

  async calls(file: SeedFile, value: unknown): Promise<SeedCounts> {
    const time = { now: this.#deps.clock.now(), zone: this.#deps.reportZone }
    const seeds = entriesOfList(file, value).flatMap((entry) =>
      checkRecord(file, callSeedSchema, entry),
    )
    const calls = seeds.flatMap(({ index, value: seed }, position) => {
      const call = seedCallOf(seed, position, time)
      if (call && 'expected' in call) {
        file.problems.push({ file: file.name, index, ...call })
        return []
      }
      return call ?? []
    })
    calls.sort((a, b) => a.at.localeCompare(b.at))
    const inserted = await this.#deps.writer.run('seedCalls', { calls })
    return { ...nothing, inserted, unchanged: calls.length - inserted }
  }

  #batch<T>(records: readonly T[]) {
    return { records, at: this.#at, replace: this.#deps.replace ?? false }
  }
}

/**
 * Loads the seed files (contract, section 3). A record is inserted when its key is absent, and updated
 * only if it changed and the row was never edited in the app. A record that is wrong is left out and
 * named in `problems`; it stops nothing.
 * @throws GatekeeperError `storage_unavailable` when the database cannot be written
 */
export async function loadSeeds(deps: Deps): Promise<SeedReport> {
  const loader = new Loader(deps)
  for (const { name, entries } of recordFiles)
    await loader.file(name, (file, value) => loader.records(entries(file, value)))
  await loader.file('lists.json', (file, value) => loader.lists(file, value))
  await loader.file('contacts.json', (file, value) => loader.contacts(file, value))
  await loader.file('calls.json', (file, value) => loader.calls(file, value))
  for (const problem of loader.problems.slice(0, mostLogged))
    deps.log.warn({ seed: problem }, 'seed record left out')
  if (loader.problems.length > mostLogged)
    deps.log.warn({ records: loader.problems.length }, 'seed records left out, not all are listed')
  return { counts: loader.counts, problems: loader.problems }
}
