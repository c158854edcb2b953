import type { Clock } from './clock.ts'
import { toIso } from './clock.ts'
import type { FeedEvent } from './db/commands/feed.ts'
import type { Db } from './db/open.ts'
import type { Writer } from './db/writer.ts'
import type { Logger } from './logger.ts'

const checkEveryMs = 250

/** A call that arrives in the window's last moment is decided after it; that long a decision may take. */
const decisionMs = 6_000

export interface ExpiryWatch {
  /** Ends what is due now. */
  check(): Promise<void>
  /** Looks no more, after what is under way. */
  close(): Promise<void>
}

/**
 * Sees when the window of a verification has closed without a call, also while the server was down.
 * While calls are being decided it waits for them: one of them may have arrived in time.
 */
export function watchExpiry(deps: {
  db: Db
  writer: Writer
  clock: Clock
  log: Logger
  isDeciding(): boolean
  publish(events: readonly FeedEvent[]): void
  wake(actionIds: readonly number[]): void
}): ExpiryWatch {
  const { db, writer, clock } = deps
  let running: Promise<void> | undefined

  async function isDue(until: string): Promise<boolean> {
    const first = await db
      .selectFrom('verifications')
      .select('id')
      .where('fulfilled_at', 'is', null)
      .where('expired_at', 'is', null)
      .where('expires_at', '<=', until)
      .limit(1)
      .executeTakeFirst()
    return first !== undefined
  }

  async function expire(): Promise<void> {
    for (;;) {
      const now = clock.now()
      const until = toIso(now - (deps.isDeciding() ? decisionMs : checkEveryMs))
      if (!(await isDue(until))) return
      const ended = await writer.run('expireVerifications', { until, now })
      deps.publish(ended.events)
      deps.wake(ended.actionIds)
    }
  }

  function check(): Promise<void> {
    running ??= expire()
      .catch((err: unknown) => deps.log.warn({ err }, 'verifications could not be ended'))
      .finally(() => (running = undefined))
    return running
  }

  const timer = setInterval(() => void check(), checkEveryMs)
  timer.unref()
  void check()
  return {
    check,
    async close() {
      clearInterval(timer)
      await running
    },
  }
}
