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
  /** Asks for a look at the database. */
  readonly request: () => void
}

/**
 * Launches what is due, oldest first, up to the lane's capacity; actions of one call go one after
 * the other.
 */
export class UnpacedLane {
  readonly #deps: UnpacedLaneDeps
  #fresh: Due[] = []
  #hasMore = true

  constructor(deps: UnpacedLaneDeps) {
    this.#deps = deps
  }

  /** Something may be due that was left where it is; when something lands, it is worth a look. */
  get hasMore(): boolean {
    return this.#hasMore
  }

  /** Launches what has just been committed with everything else of this turn, without reading it. */
  announce(due: Due): void {
    if (this.#fresh.length === 0) setImmediate(() => this.#launchFresh())
    this.#fresh.push(due)
  }

  /** @returns when to look again (epoch ms) */
  async look(): Promise<number | undefined> {
    const { flights, clock, db, types, gates, aheadMs } = this.#deps
    const { free } = flights
    this.#hasMore = free === 0
    if (free === 0) return undefined
    const now = clock.now()
    const held = gates.heldLines(now)
    const limit = free + flights.size * 2
    const rows = await readDue(db, {
      types,
      now: toIso(now),
      until: toIso(now + aheadMs),
      heldLines: held.map(({ line }) => line),
      limit,
    })
    const future = rows.find(({ dueAt }) => Date.parse(dueAt) > now)
    if (rows.length === limit) this.#hasMore = true
    this.#launch(rows, now)
    const next = Math.min(
      future ? Date.parse(future.dueAt) : Infinity,
      ...held.map(({ until }) => until),
    )
    return Number.isFinite(next) ? next : undefined
  }

  #launchFresh(): void {
    const fresh = this.#fresh
    this.#fresh = []
    const { clock, gates, request } = this.#deps
    const now = clock.now()
    this.#launch(
      fresh.filter(({ line }) => !gates.of(line).isHeld(now)),
      now,
    )
    // what is held or not due yet is found by a look, which also says when
    if (fresh.some(({ line, dueAt }) => gates.of(line).isHeld(now) || Date.parse(dueAt) > now))
      request()
  }

  #launch(rows: readonly Due[], now: number): void {
    const { flights } = this.#deps
    const due = rows.filter(({ id, dueAt }) => dueAt <= toIso(now) && !flights.has(id))
    const chosen = choose(due, flights)
    if (chosen.length < due.length) this.#hasMore = true
    flights.launch(chosen)
  }
}

function choose(rows: readonly Due[], flights: Flights): Due[] {
  const { free } = flights
  const busy = flights.calls()
  const chosen: Due[] = []
  for (const row of rows) {
    if (chosen.length === free) break
    if (row.callId !== null && busy.has(row.callId)) continue
    if (row.callId !== null) busy.add(row.callId)
    chosen.push(row)
  }
  return chosen
}
