import Database from 'better-sqlite3'
import { Kysely, Migrator } from 'kysely'
import type { HandleConnection } from './dialect.ts'
import { HandleDialect } from './dialect.ts'
import { migrations } from './migrations/index.ts'
import type { Tables } from './tables.ts'

export type Db = Kysely<Tables>

const handles = new WeakMap<Db, HandleConnection>()

/** The handle under a database that was opened here, for statements that are built already. */
export const handleOf = (db: Db): HandleConnection | undefined => handles.get(db)

function open(database: Database.Database): Db {
  const dialect = new HandleDialect(database)
  const db = new Kysely<Tables>({ dialect })
  handles.set(db, dialect.connection)
  return db
}

/** How long the writer waits for a database that something else has locked. */
export const busyTimeoutMs = 1000

/** The only write handle; opened by the writer thread alone. */
export function openForWriting(path: string): Db {
  const database = new Database(path, { timeout: busyTimeoutMs })
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  // what is deleted or replaced leaves nothing in the file
  database.pragma('secure_delete = ON')
  database.pragma('wal_autocheckpoint = 2000')
  // what a statement that fails would undo is kept beside it, and need not outlive the process
  database.pragma('temp_store = MEMORY')
  return open(database)
}

/** A handle that cannot write and never waits for a lock. */
export function openForReading(path: string): Db {
  const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 50 })
  // KiB; pages that were read are of no use after the next commit, so more of them only take memory
  database.pragma('cache_size = -4000')
  return open(database)
}

/** Brings the database to the newest migration; each runs in its own transaction. */
export async function migrateToLatest(db: Db): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error) throw new Error('the database could not be brought up to date', { cause: error })
}
