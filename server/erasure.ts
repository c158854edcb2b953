import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from './clock.ts'
import { toIso } from './clock.ts'
import type { Config } from './config.ts'
import type { Auditor } from './db/commands/audit.ts'
import type { Reader } from './db/reader.ts'
import { openReader } from './db/reader.ts'
import type { Writer } from './db/writer.ts'
import { GatekeeperError } from './errors.ts'
import type { CrmConnector } from './facts/crm.ts'
import type { Velocity } from './facts/velocity.ts'
import type { LiveFeed } from './live.ts'
import type { Erased } from './schema/person.ts'

export interface ErasureDeps {
  readonly config: Pick<Config, 'databasePath' | 'seedsDir' | 'policiesDir'>
  readonly clock: Clock
  readonly writer: Writer
  readonly velocity: Velocity
  readonly crm: CrmConnector
  readonly live: LiveFeed
}

/** What is never changed, or what people wrote on purpose: told, and left to them. */
const leftToPeople: ReadonlySet<string> = new Set([
  'audit',
  'releases',
  'policies',
  'records',
  'accounts',
  'settings',
])
const rowsAtOnce = 500

interface Traces {
  readonly count: number
  readonly stillIn: readonly string[]
}

/** Goes through every text of the database, on a thread of its own, and takes out what is left. */
async function eraseLeftovers(
  reader: Reader,
  writer: Writer,
  needles: readonly string[],
): Promise<Traces> {
  let count = 0
  const stillIn = new Set<string>()
  if (needles.length === 0) return { count, stillIn: [] }
  for (const table of await reader.ask('textTables', undefined)) {
    for (let after = 0, isDone = false; !isDone;) {
      const part = await reader.ask('tracesIn', { ...table, needles, after, limit: rowsAtOnce })
      after = part.last
      isDone = part.isDone
      if (part.ids.length === 0) continue
      if (leftToPeople.has(table.table) || !table.hasRowid) stillIn.add(`table ${table.table}`)
      else {
        await writer.run('eraseTraces', { ...table, rowids: part.ids, needles })
        count += part.ids.length
      }
    }
  }
  return { count, stillIn: [...stillIn] }
}

/** Files that would bring the person back, or name them still. */
async function filesWith(folder: string, needles: readonly string[]): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  const found: string[] = []
  for (const name of names.filter((one) => one.endsWith('.json'))) {
    const text = (await readFile(join(folder, name), 'utf8').catch(() => '')).replace(
      /[ ().-]/g,
      '',
    )
    if (needles.some((needle) => text.includes(needle.replace(/[ ().-]/g, '')))) found.push(name)
  }
  return found
}

/**
 * Erases a person everywhere: rows, what came in unread, memory, and the log beside the database.
 * @throws GatekeeperError `not_found`; `conflict` while a call or a message of theirs is under way
 */
export async function eraseEverywhere(
  deps: ErasureDeps,
  { ref, by }: { ref: string; by: Auditor },
): Promise<Erased> {
  const { config, clock, writer, velocity, crm, live } = deps
  const at = toIso(clock.now())
  const done = await writer.run('erasePerson', { ref, at, by })
  if (done.kind === 'not_found') throw new GatekeeperError('not_found', 'there is no such person')
  if (done.kind === 'under_way')
    throw new GatekeeperError('conflict', 'a call or message of this person is under way')
  const { phones, userIds, counts } = done
  live.publish(done.events)
  for (const key of [...phones, ...userIds]) {
    velocity.forget(key)
    crm.forget(key)
  }
  const needles = [...phones.map((phone) => phone.slice(1)), ...userIds]
  const reader = openReader(config.databasePath)
  const traces = await eraseLeftovers(reader, writer, needles).finally(() => reader.close())
  const files = [config.seedsDir, config.policiesDir].map((folder) => filesWith(folder, needles))
  const stillIn = [...traces.stillIn, ...(await Promise.all(files)).flat()]
  const logEmptied = await writer.truncateLog()
  const all = traces.count > 0 ? { ...counts, other: traces.count } : counts
  return { ref, at, counts: { ...all }, logEmptied, stillIn }
}
