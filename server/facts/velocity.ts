import type { VelocitySpec } from '../policy/memory-facts.ts'
import { policyLimits } from '../schema/policy.ts'
import { AttemptLog } from './attempt-log.ts'
import type { Times } from './times.ts'
import { addTime, countBetween, dropUpTo, mergeTimes } from './times.ts'

/** An attempt (contract, section 2): a distinct inbound call id. `at`: epoch ms of its arrival. */
export interface Attempt {
  readonly callKey: string
  readonly at: number
  readonly callerKey: string
  readonly line: string
  readonly phone?: string | undefined
}

export interface Velocity {
  /** Counts an attempt; a call key that was counted before changes nothing. */
  count(attempt: Attempt): void
  /**
   * Attempts in `(attempt.at - minutes, attempt.at]`, exactly.
   * @returns undefined for scope `prefix` without a phone
   */
  read(spec: VelocitySpec, attempt: Omit<Attempt, 'callKey'>): number | undefined
  /**
   * Prefixes of so many digits will be asked for. Telling so before `load` makes the first read cheap;
   * otherwise that read goes through the day's attempts (a second or so for a million).
   */
  watchPrefix(digits: number): void
  /** What was counted under one key now counts under another: they are one person. */
  merge(fromKey: string, toKey: string): void
  /** Drops what is counted under a key, and the number it may be. */
  forget(key: string): void
  /** Counts what the journal has of the last day; quickest in the order of arrival. */
  load(rows: Iterable<Attempt>): void
  /** Forgets, a part at a time, what no window can reach any more; to be called every few seconds. */
  prune(now: number): void
  size(): { readonly attempts: number; readonly callers: number; readonly lines: number }
}

const minuteMs = 60_000
/** Windows end at a call's arrival, which is a little before now. */
const slackMs = 10 * minuteMs
const keptMs = policyLimits.windowMinutes * minuteMs + slackMs

/** A hundredth of what there is, so that no call waits for it. */
const mostSwept = (size: number): number => Math.max(2000, Math.ceil(size / 100))

/** Of a `velocity` gate that names no other number. */
const usualDigits = 6

type TimesByKey<K> = Map<K, Times>

function add<K>(all: TimesByKey<K>, key: K, at: number): void {
  const before = all.get(key)
  const after = addTime(before, at)
  if (after !== before) all.set(key, after)
}

/** Goes round a map, a part of it at a time, and drops what is old. */
function sweeper<K>(all: TimesByKey<K>): (cutoff: number) => void {
  let round = all.entries()
  return (cutoff) => {
    for (let left = mostSwept(all.size); left > 0; left -= 1) {
      const next = round.next()
      if (next.done) {
        round = all.entries()
        return
      }
      const [key, times] = next.value
      const kept = dropUpTo(times, cutoff)
      if (kept === undefined) all.delete(key)
      else if (kept !== times) all.set(key, kept)
    }
  }
}

interface Swept<K> {
  readonly all: TimesByKey<K>
  sweep(cutoff: number): void
}

function swept<K>(): Swept<K> {
  const all: TimesByKey<K> = new Map()
  return { all, sweep: sweeper(all) }
}

/** The digits of an E.164 number as a number; 0 where there are none. */
function digitsOf(phone: string | undefined): number {
  return phone !== undefined && /^\+[1-9]\d{0,14}$/.test(phone) ? Number(phone.slice(1)) : 0
}

/** The first digits of a number, by arithmetic: a million of them are told when a prefix is first asked for. */
function prefixOf(phone: number, digits: number): number {
  const limit = 10 ** digits
  let prefix = phone
  while (prefix >= limit) prefix = Math.floor(prefix / 10)
  return prefix
}

/** Exact sliding windows over the attempts of the last day, in memory. */
export function createVelocity(): Velocity {
  const log = new AttemptLog()
  const callers = swept<string>()
  const lines = swept<string>()
  /** By number of digits, for those that were asked for. */
  const prefixes = new Map<number, Swept<number>>()
  prefixesOf(usualDigits)

  function prefixesOf(digits: number): Swept<number> {
    const before = prefixes.get(digits)
    if (before) return before
    const made = swept<number>()
    log.forEach((at, phone) => {
      if (phone !== 0) add(made.all, prefixOf(phone, digits), at)
    })
    prefixes.set(digits, made)
    return made
  }

  function timesOf(spec: VelocitySpec, attempt: Omit<Attempt, 'callKey'>): Times | undefined {
    switch (spec.scope) {
      case 'caller':
        return callers.all.get(attempt.callerKey)
      case 'number':
        return lines.all.get(attempt.line)
      case 'prefix':
        return prefixesOf(spec.digits).all.get(prefixOf(digitsOf(attempt.phone), spec.digits))
    }
  }

  const velocity: Velocity = {
    count({ callKey, at, callerKey, line, phone }) {
      const digits = digitsOf(phone)
      if (!log.add(callKey, at, digits)) return
      add(callers.all, callerKey, at)
      add(lines.all, line, at)
      if (digits === 0) return
      for (const [length, { all }] of prefixes) add(all, prefixOf(digits, length), at)
    },
    read(spec, attempt) {
      if (spec.scope === 'prefix' && digitsOf(attempt.phone) === 0) return undefined
      return countBetween(timesOf(spec, attempt), attempt.at - spec.minutes * minuteMs, attempt.at)
    },
    watchPrefix(digits) {
      prefixesOf(digits)
    },
    merge(fromKey, toKey) {
      const moved = callers.all.get(fromKey)
      if (moved === undefined || fromKey === toKey) return
      callers.all.delete(fromKey)
      callers.all.set(toKey, mergeTimes(callers.all.get(toKey), moved))
    },
    forget(key) {
      callers.all.delete(key)
      const digits = digitsOf(key)
      if (digits !== 0) log.forget(digits)
    },
    load(rows) {
      for (const row of rows) velocity.count(row)
    },
    prune(now) {
      const cutoff = now - keptMs
      log.prune({ after: cutoff, until: now + keptMs, most: mostSwept(log.size) })
      for (const { sweep } of [callers, lines, ...prefixes.values()]) sweep(cutoff)
    },
    size: () => ({ attempts: log.size, callers: callers.all.size, lines: lines.all.size }),
  }
  return velocity
}
