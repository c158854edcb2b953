import { existsSync } from 'node:fs'
import type { Config } from '../config.ts'
import { errorCode } from '../db/thread-message.ts'
import type { Db } from '../db/open.ts'
import { migrateToLatest, openForReading, openForWriting } from '../db/open.ts'
import { installationOf } from '../installation.ts'
import { createLogger } from '../logger.ts'
import type { Installation } from '../schema/installation.ts'
import { Failure, wrongUse } from './failure.ts'
import { oneLine } from '../one-line.ts'
import { shownPath } from './files.ts'

/** A database that is only read; it must be there. @throws Failure when it is not */
export function openExisting({ databasePath: path }: Config): Db {
  if (!existsSync(path))
    throw wrongUse(
      `DATABASE_URL: there is no database ${shownPath(path)}; callgate serve makes one.`,
    )
  try {
    return openForReading(path)
  } catch (cause) {
    throw new Failure(1, `The database ${shownPath(path)} cannot be opened: ${oneLine(cause)}`)
  }
}

/** The database as it is, or an empty one in memory where there is none yet; nothing is written. */
export async function openForTrying(config: Config): Promise<Db> {
  if (existsSync(config.databasePath)) return openExisting(config)
  const empty = openForWriting(':memory:')
  await migrateToLatest(empty)
  return empty
}

/** Uses a database and closes it. */
export async function using<T>(db: Db, use: (db: Db) => Promise<T>): Promise<T> {
  try {
    return await use(db)
  } catch (error) {
    if (errorCode(error) === 'SQLITE_ERROR')
      throw new Failure(1, 'The database is none of this version; start callgate serve once.', {
        cause: error,
      })
    throw error
  } finally {
    await db.destroy()
  }
}

/** What the installation has, as it stands in a database. */
export async function readInstallation(db: Db, config: Config): Promise<Installation> {
  const rows = await db.selectFrom('records').select(['kind', 'key', 'doc']).execute()
  const { crm, reportZone } = config
  return installationOf(rows, { log: createLogger('silent'), crmUrl: crm.url, reportZone })
}
