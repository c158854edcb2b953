import type { Alarm } from '../alarms.ts'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { LineSilence } from '../db/queries/silence.ts'
import type { Reader } from '../db/reader.ts'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics.ts'

const weekMs = 7 * 24 * 60 * 60_000
const shortestSilenceMs = 10 * 60_000
const checkEveryMs = 60_000

/** With so many calls expected, none at all happens by chance less than once in 8,000 times (Poisson). */
const improbable = 9

/** Calls to be expected in this silence, from the same hours of the weeks before. */
export function expectedCalls(silence: LineSilence): number {
  const { earlierWeeks } = silence
  return earlierWeeks.reduce((sum, count) => sum + count, 0) / Math.max(1, earlierWeeks.length)
}

/** Whether a line has been silent much longer than usual. */
export function isUnusual(silence: LineSilence, now: number): boolean {
  return (
    now - Date.parse(silence.since) >= shortestSilenceMs && expectedCalls(silence) >= improbable
  )
}

export interface SilenceWatch {
  check(): Promise<void>
  close(): void
}

/**
 * Looks each minute whether a line that usually gets calls gets none: a webhook that was
 * unsubscribed, a number that was switched off, a caller-side fault.
 */
export function watchSilence(deps: {
  reader: Reader
  clock: Clock
  metrics: Metrics
  alarm: Alarm
  log: Logger
}): SilenceWatch {
  const silent = new Set<string>()
  async function check(): Promise<void> {
    const now = deps.clock.now()
    const weeks = [1, 2, 3, 4].map((week) => week * weekMs)
    const lines = await deps.reader.ask('lineSilences', { now: toIso(now), weeks })
    for (const line of lines) {
      const unusual = isUnusual(line, now)
      deps.metrics.silentLines.set({ line: line.line }, unusual ? 1 : 0)
      if (unusual && !silent.has(line.line))
        deps.alarm(
          'line_silent',
          `line ${line.line} has had no call since ${line.since}; about ${Math.round(expectedCalls(line))} are usual in these hours`,
        )
      if (unusual) silent.add(line.line)
      else silent.delete(line.line)
    }
  }
  const timer = setInterval(() => {
    check().catch((err: unknown) => deps.log.warn({ err }, 'silence could not be checked'))
  }, checkEveryMs)
  timer.unref()
  return { check, close: () => clearInterval(timer) }
}
