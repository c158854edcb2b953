import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Clock } from '../../server/clock.ts'
import type { Bench } from '../gatekeeper/support.ts'

export const dayMs = 24 * 60 * 60_000

/** A clock that stands `ahead` milliseconds before the real one. */
export function movableClock(): Clock & { ahead: number } {
  return {
    ahead: 0,
    now() {
      return Date.now() + this.ahead
    },
    monotonic: () => performance.now(),
  }
}

/** Every byte of the database: the file, its log, and whatever else stands beside it. */
export function databaseBytes(bench: Bench): string {
  const folder = dirname(bench.environment['DATABASE_URL'] ?? '')
  return readdirSync(folder)
    .filter((name) => name.startsWith('callgate.db'))
    .map((name) => readFileSync(join(folder, name)).toString('latin1'))
    .join('\n')
}

export const read = async (bench: Bench, path: string, init?: RequestInit) => {
  const response = await bench.api(path, init)
  // each test looks at what it needs
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
