import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { ActionType } from '../schema/action.ts'
import { readDue } from './due.ts'
import type { Due } from './due.ts'
import type { Flights } from './flights.ts'
import type { Gates } from './gate.ts'

export interface UnpacedLaneDeps {
  readonly db: Db
  readonly clock: Clock
  readonly types: readonly ActionType[]
  readonly flights: Flights
  readonly gates: Gates
  /** How far ahead a look sees what will be due. */
  readonly aheadMs: number
}

/**
 * Launches what is due, oldest first, up to the lane's capacity; actions of one call go one after
 * the other.
 * @returns when to look again (epoch ms)
 */
export async function lookAtUnpaced(deps: UnpacedLaneDeps): Promise<number | undefined> {
  const { flights, clock } = deps
  const { free } = flights
  if (free === 0) return undefined
  const now = clock.now()
  const held = deps.gates.heldLines(now)
  const rows = await readDue(deps.db, {
    types: deps.types,
    now: toIso(now),
    until: toIso(now + deps.aheadMs),
    heldLines: held.map(({ line }) => line),
    limit: free + flights.size * 2,
  })
  const future = rows.find(({ dueAt }) => Date.parse(dueAt) > now)
  flights.launch(choose(rows, { now: toIso(now), free, flights }))
  const next = Math.min(
    future ? Date.parse(future.dueAt) : Infinity,
    ...held.map(({ until }) => until),
  )
  return Number.isFinite(next) ? next : undefined
}

function choose(
  rows: readonly Due[],
  { now, free, flights }: { now: string; free: number; flights: Flights },
): Due[] {
  const busy = flights.calls()
  const chosen: Due[] = []
  for (const row of rows) {
    if (chosen.length === free || row.dueAt > now) break
    if (flights.has(row.id) || (row.callId !== null && busy.has(row.callId))) continue
    if (row.callId !== null) busy.add(row.callId)
    chosen.push(row)
  }
  return chosen
}
