import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'

/** The same alarm is logged again only after this long; it is always counted. */
const repeatMs = 5 * 60_000

/** Says that a person must look at something: `text` in plain words, nothing personal in it. */
export type Alarm = (name: string, text: string) => void

export function createAlarm(log: Logger, metrics: Metrics): Alarm {
  const last = new Map<string, number>()
  return function alarm(name, text) {
    metrics.alarms.inc({ alarm: name })
    const now = Date.now()
    const id = `${name}\n${text}`
    if (now - (last.get(id) ?? -Infinity) < repeatMs) return
    if (last.size > 1000) last.clear()
    last.set(id, now)
    log.error({ alarm: name, what: text }, 'alarm')
  }
}
