import { DateTime } from 'luxon'
import type { SeedCall } from '../db/commands/seeds.ts'
import { newRef } from '../ref.ts'
import { normalisePhone } from '../phone.ts'
import type { CallSeed } from '../schema/seeds.ts'

export interface SeedTime {
  /** Epoch milliseconds. */
  readonly now: number
  /** REPORT_ZONE. */
  readonly zone: string
}

/** How long a caller lets it ring where the seed does not say. */
const ringSeconds = 18
const units = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/** `12m`, `90s`, `2h`, `1d` → seconds. */
function seconds(duration: string): number | undefined {
  const match = /^(\d{1,6})([smhd])$/.exec(duration.trim())
  const unit = match?.[2]
  if (unit !== 's' && unit !== 'm' && unit !== 'h' && unit !== 'd') return undefined
  return Number(match?.[1]) * units[unit]
}

/**
 * `-3d 09:12` (local wall-clock three days ago), `-90m` or `-2h` ago, or an instant with offset.
 * @returns epoch milliseconds, undefined when it is none of these
 */
export function seedInstant(text: string, { now, zone }: SeedTime): number | undefined {
  const day = /^-(\d{1,4})d\s+([01]\d|2[0-3]):([0-5]\d)$/.exec(text)
  if (day)
    return DateTime.fromMillis(now, { zone })
      .minus({ days: Number(day[1]) })
      .set({ hour: Number(day[2]), minute: Number(day[3]), second: 0, millisecond: 0 })
      .toMillis()
  const ago = text.startsWith('-') ? seconds(text.slice(1)) : undefined
  if (ago !== undefined) return now - ago * 1000
  const instant = DateTime.fromISO(text, { setZone: true })
  return instant.isValid && /(Z|[+-]\d\d:?\d\d)$/i.test(text) ? instant.toMillis() : undefined
}

function statusOf(seed: CallSeed): string {
  if (seed.status !== undefined) return seed.status
  if (seed.outcome === 'reject') return 'rejected'
  return (seed.durationSeconds ?? 0) > 0 ? 'completed' : 'missed'
}

const iso = (at: number): string => new Date(at).toISOString()

/**
 * One record of calls.json as a finished call.
 * @returns the text of what is expected where the record cannot be used, undefined for a call that
 *   would lie in the future (today's, early in the day)
 */
export function seedCallOf(
  seed: CallSeed,
  position: number,
  time: SeedTime,
): SeedCall | { field: string; expected: string } | undefined {
  const at = seedInstant(seed.at, time)
  if (at === undefined)
    return { field: 'at', expected: 'a time such as "-3d 09:12", "-90m" or an instant' }
  const wroteAfter = seed.wroteAfter === undefined ? 0 : seconds(seed.wroteAfter)
  if (wroteAfter === undefined)
    return { field: 'wroteAfter', expected: 'a duration such as "12m" or "2h"' }
  const status = statusOf(seed)
  const talked = status === 'completed' ? (seed.durationSeconds ?? 0) : 0
  const endedAt = at + (talked > 0 ? talked : ringSeconds) * 1000
  if (endedAt > time.now) return undefined
  const wroteAt = endedAt + wroteAfter * 1000
  const leftVoicemail = seed.outcome === 'voicemail' && (seed.durationSeconds ?? 0) > 0
  return {
    ref: newRef(),
    providerId: `seed.${position}`,
    line: seed.line ?? 'main',
    phone: seed.from === undefined ? undefined : normalisePhone(seed.from),
    userId: seed.userId,
    name: seed.name,
    at: iso(at),
    endedAt: iso(endedAt),
    status,
    durationSeconds: talked > 0 ? talked : null,
    policy: seed.policy ?? null,
    outcome: seed.outcome ?? null,
    node: seed.node ?? null,
    followUp: seed.followUp,
    wroteAt: seed.wroteAfter === undefined || wroteAt > time.now ? undefined : iso(wroteAt),
    leftVoicemail,
  }
}
