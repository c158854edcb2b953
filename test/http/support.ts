import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccess } from '../../server/access/access.ts'
import { policyNumbers } from '../../server/access/policy-numbers.ts'
import type { GuardDeps } from '../../server/access/team-guards.ts'
import type { App } from '../../server/app.ts'
import { createApp } from '../../server/app.ts'
import { createSecretBox } from '../../server/access/secret-box.ts'
import { systemClock } from '../../server/clock.ts'
import type { Db } from '../../server/db/open.ts'
import { openForReading, openForWriting } from '../../server/db/open.ts'
import type { Writer } from '../../server/db/writer.ts'
import { openWriter } from '../../server/db/writer.ts'
import type { InstallationStore } from '../../server/installation.ts'
import { openInstallation } from '../../server/installation.ts'
import type { LiveFeed } from '../../server/live.ts'
import { openLiveFeed } from '../../server/live.ts'
import type { Logger } from '../../server/logger.ts'
import { createLogger } from '../../server/logger.ts'
import { createMetrics } from '../../server/metrics.ts'
import type { Releases } from '../../server/releases/releases.ts'
import { openReleases } from '../../server/releases/releases.ts'

export const token = 'test-token-4f7a'

export interface Home {
  /** Holds the database and the folder of policies. */
  readonly root: string
  readonly policies: string
  readonly database: string
}

export function makeHome(): Home {
  const root = mkdtempSync(join(tmpdir(), 'callgate-test-'))
  const policies = join(root, 'policies')
  mkdirSync(policies)
  return { root, policies, database: join(root, 'callgate.db') }
}

export const removeHome = (home: Home): void => rmSync(home.root, { recursive: true, force: true })

/** A document that can be published; `text` tells one version from another. */
export function policy(
  id: string,
  more: Record<string, unknown> = {},
  text = 'Please write to us.',
) {
  return {
    schema: 1,
    id,
    name: `Policy ${id}`,
    numbers: [id],
    start: 'bye',
    fallback: { kind: 'reject', message: { text: 'Sorry.' } },
    nodes: { bye: { kind: 'reject', message: { text } } },
    ...more,
  }
}

export const textOf = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`

export function putFile(home: Home, id: string, content: unknown): void {
  const text = typeof content === 'string' ? content : textOf(content)
  writeFileSync(join(home.policies, `${id}.json`), text)
}

export const readJsonFile = (home: Home, id: string): unknown =>
  JSON.parse(readFileSync(join(home.policies, `${id}.json`), 'utf8'))

/** A database that several servers of a file use one after the other: its thread starts slowly from source. */
export interface Storage {
  readonly writer: Writer
  readonly db: Db
  /** Forgets everything. */
  wipe(): Promise<void>
  close(): Promise<void>
}

const tables = ['policies', 'releases', 'feed', 'contacts', 'records', 'list_entries'] as const
const journal = ['calls', 'people', 'messages', 'actions', 'signals'] as const

export async function openStorage(path: string): Promise<Storage> {
  const writer = await openWriter(path)
  const db = openForReading(path)
  const cleaner = openForWriting(path)
  return {
    writer,
    db,
    wipe: async () => {
      for (const table of [...tables, ...journal]) await cleaner.deleteFrom(table).execute()
    },
    close: async () => {
      await cleaner.destroy()
      await writer.close()
      await db.destroy()
    },
  }
}

export interface Server {
  readonly home: Home
  readonly app: App
  readonly writer: Writer
  readonly db: Db
  readonly log: Logger
  readonly installation: InstallationStore
  readonly live: LiveFeed
  readonly releases: Releases
  readonly guards: GuardDeps
  /** Ends it; folder and database stay. */
  stop(): Promise<void>
}

/** The real parts over a real database and a real folder. */
export async function startServer(
  home: Home,
  storage: Pick<Storage, 'writer' | 'db'>,
  options: { adminToken?: string | null; start?: boolean; dir?: string } = {},
): Promise<Server> {
  const log = createLogger('silent')
  const { writer, db } = storage
  const installation = await openInstallation({
    db,
    log,
    crmUrl: undefined,
    reportZone: 'UTC',
    box: createSecretBox('a-key'),
  })
  const live = await openLiveFeed({ db, writer, log })
  const releases = await openReleases({
    dir: options.dir ?? home.policies,
    writer,
    db,
    installation,
    clock: systemClock,
    log,
    live,
  })
  if (options.start !== false) await releases.start()
  const metrics = createMetrics()
  const adminToken = options.adminToken === null ? undefined : (options.adminToken ?? token)
  const numbersOf = policyNumbers(releases)
  const guards = { db, installation: () => installation.current(), numbersOf }
  const { app } = createApp({
    access: createAccess({ db, writer, clock: systemClock, log, adminToken }),
    guards,
    publicUrl: undefined,
    checks: { policies: () => releases.started },
    metrics,
    refreshMetrics: async () => metrics.readLoop(),
    log,
    live,
    releases,
  })
  const stop = async () => {
    await releases.close()
    await live.close()
    metrics.close()
  }
  return { home, app, writer, db, log, installation, live, releases, guards, stop }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // each test looks at what it needs
  readonly body: Record<string, unknown> & { error?: { code: string; details?: unknown } }
}

interface Call {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly bearer?: string | null
}

export async function call(server: Server, path: string, options: Call = {}): Promise<Answer> {
  const bearer = options.bearer === undefined ? token : options.bearer
  const isText = typeof options.body === 'string'
  const response = await server.app.request(path, {
    method: options.method ?? (options.body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined
      ? {}
      : { body: isText ? String(options.body) : JSON.stringify(options.body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return {
    status: response.status,
    headers: response.headers,
    // the tests' own server answers objects
    body: (isJson ? JSON.parse(text) : { text }) as Answer['body'],
  }
}

export const put = (server: Server, id: string, document: unknown, revision: string | number) =>
  call(server, `/api/policies/${id}/draft`, {
    method: 'PUT',
    body: document,
    headers: { 'if-match': String(revision) },
  })

export const publish = (server: Server, id: string, body: unknown = { comment: 'change' }) =>
  call(server, `/api/policies/${id}/publish`, { body })

/** Waits until something holds; fails with what it was. @returns the milliseconds it took */
export async function until(holds: () => boolean | Promise<boolean>, limitMs = 3000) {
  const start = performance.now()
  while (!(await holds())) {
    if (performance.now() - start > limitMs) throw new Error(`not so after ${limitMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return performance.now() - start
}
