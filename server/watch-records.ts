import { recordsChangedSetting } from './db/commands/import.ts'
import type { Db } from './db/open.ts'
import type { InstallationStore } from './installation.ts'
import type { Logger } from './logger.ts'

interface Deps {
  readonly db: Db
  readonly installation: InstallationStore
  readonly log: Logger
  /** How often to look; one indexed read each time. */
  readonly everyMs?: number
}

/** Reads agents and calendars again when another process (`callgate import`) has changed them. */
export function watchRecords({ db, installation, log, everyMs = 1_000 }: Deps): { close(): void } {
  let seen: string | undefined
  let isLooking = false
  async function look(): Promise<void> {
    const row = await db
      .selectFrom('settings')
      .select('value')
      .where('key', '=', recordsChangedSetting)
      .executeTakeFirst()
    if (row?.value === seen) return
    await installation.reload()
    seen = row?.value
  }
  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    look()
      .catch((err: unknown) => log.warn({ err }, 'records could not be looked at'))
      .finally(() => (isLooking = false))
  }, everyMs)
  timer.unref()
  return { close: () => clearInterval(timer) }
}
