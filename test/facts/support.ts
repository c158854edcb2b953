import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../server/clock.ts'
import { systemClock } from '../../server/clock.ts'
import type { Db } from '../../server/db/open.ts'
import { migrateToLatest, openForReading, openForWriting } from '../../server/db/open.ts'
import type { Installation } from '../../server/schema/installation.ts'
import { emptyInstallation } from '../../server/schema/installation.ts'
import type { Contact } from '../../server/schema/seeds.ts'

export const noon = Date.parse('2026-11-20T12:00:00Z')
export const iso = (at: number): string => new Date(at).toISOString()
export const minute = 60_000

export function installationOf(part: Partial<Installation>): Installation {
  return { ...emptyInstallation, ...part }
}

/** A clock whose monotonic time can be moved on. */
export function movableClock(): Clock & { advance(ms: number): void } {
  let moved = 0
  return {
    now: () => systemClock.now() + moved,
    monotonic: () => systemClock.monotonic() + moved,
    advance: (ms) => void (moved += ms),
  }
}

export interface TestDatabase {
  readonly writing: Db
  readonly reading: Db
  close(): Promise<void>
}

export async function openDatabase(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'callgate-facts-'))
  const path = join(folder, 'test.db')
  const writing = openForWriting(path)
  await migrateToLatest(writing)
  const reading = openForReading(path)
  return {
    writing,
    reading,
    async close() {
      await reading.destroy()
      await writing.destroy()
      rmSync(folder, { recursive: true })
    },
  }
}

export async function addContact(db: Db, contact: Contact): Promise<void> {
  await db
    .insertInto('contacts')
    .values({
      phone: contact.phone ?? null,
      user_id: contact.userId ?? null,
      name: contact.name ?? null,
      priority: contact.priority ?? 0,
      tier: contact.tier ?? 'none',
      tags: JSON.stringify(contact.tags ?? []),
      owner: contact.owner ?? '',
      language: contact.language ?? '',
      country: contact.country ?? '',
      sla_calendar: contact.slaCalendar ?? '',
      opted_out: contact.optedOut ? 1 : 0,
      attributes: JSON.stringify(contact.attributes ?? {}),
      updated_at: iso(noon),
    })
    .execute()
}

export async function addPerson(
  db: Db,
  ids: { userId?: string; phone?: string; name?: string },
): Promise<number> {
  const { id } = await db
    .insertInto('people')
    .values({
      user_id: ids.userId ?? null,
      phone: ids.phone ?? null,
      name: ids.name ?? null,
      created_at: iso(noon),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

let calls = 0
export async function addCall(
  db: Db,
  call: { personId: number; at: number; outcome?: string; direction?: 'inbound' | 'outbound' },
): Promise<string> {
  calls += 1
  const ref = `earlier-${calls}`
  await db
    .insertInto('calls')
    .values({
      ref,
      channel: 'whatsapp',
      provider_id: ref,
      line: 'line-1',
      person_id: call.personId,
      direction: call.direction ?? 'inbound',
      media: 'voice',
      status: 'rejected',
      arrived_at: iso(call.at),
      outcome: call.outcome ?? null,
      final_outcome: call.outcome ?? null,
    })
    .execute()
  return ref
}

export interface StandIn {
  readonly url: string
  readonly port: number
  /** What was asked, in order. */
  readonly requests: IncomingMessage[]
  readonly connections: () => number
  close(): Promise<void>
}

/** A real HTTP server on loopback. */
export async function standIn(listener: RequestListener): Promise<StandIn> {
  const requests: IncomingMessage[] = []
  let connections = 0
  const server: Server = createServer((request, response) => {
    requests.push(request)
    listener(request, response)
  })
  server.on('connection', () => (connections += 1))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // a listening TCP server has an address with a port
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/crm`,
    port,
    requests,
    connections: () => connections,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, ms))
