import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { readDueMessages, readMessageLines, readMessagesOf } from './due.ts'
import type { Due, DueMessage } from './due.ts'
import type { Flights } from './flights.ts'
import type { Gates } from './gate.ts'
import type { Pacing } from './pacing.ts'
import { Rate } from './rate.ts'

export interface MessageLaneDeps {
  readonly db: Db
  readonly clock: Clock
  readonly pacing: Pacing
  readonly flights: Flights
  readonly gates: Gates
  /** Settles as expired what is past its deadline. */
  readonly expire: (ids: readonly number[]) => Promise<void>
  /** Asks for a look at that instant (epoch ms). */
  readonly schedule: (at: number) => void
  /** Asks for a look now. */
  readonly request: () => void
  /** The database could not be read. */
  readonly onError: (error: unknown) => void
}

const pageSize = 64
const pagesPerLook = 4
/** Between two parts of a look that found nothing to send in all its pages. */
const breathMs = 20

interface LineState {
  readonly rate: Rate
  /** Where the next look goes on, when the last one did not get to the end. */
  cursor: { dueAt: string; id: number } | undefined
  sweptAt: number
  /** More was due than could be sent when it was last looked at. */
  isFull: boolean
}

interface Look {
  readonly line: string
  readonly state: LineState
  readonly now: number
  free: number
  next: number
  readonly chosen: DueMessage[]
  readonly late: number[]
}

/** Sends messages line by line: paced, in order per person, after the reject they belong to. */
export class MessageLane {
  readonly #deps: MessageLaneDeps
  readonly #lines = new Map<string, LineState>()
  readonly #calls = new Set<number>()
  #turn = 0
  #hasMore = true

  constructor(deps: MessageLaneDeps) {
    this.#deps = deps
  }

  /** Messages wait for others or for room; when one lands, it is worth a look. */
  get hasMore(): boolean {
    return this.#hasMore
  }

  /**
   * A message that has just been committed. It waits for its call's reject, which `release` tells of;
   * at the latest, a look finds it.
   */
  announce({ callId, dueAt }: Due): void {
    const { schedule, pacing, request } = this.#deps
    if (callId === null) request()
    else schedule(Date.parse(dueAt) + pacing.rejectWaitMs)
  }

  /** The messages of this call need not wait any longer for its reject; they alone are read. */
  release(callId: number): void {
    if (this.#calls.size === 0) setImmediate(() => void this.#lookAtCalls())
    this.#calls.add(callId)
  }

  async #lookAtCalls(): Promise<void> {
    const calls = [...this.#calls]
    this.#calls.clear()
    try {
      const now = this.#deps.clock.now()
      const rows = await readMessagesOf(this.#deps.db, { calls, now: toIso(now) })
      const byLine = new Map<string, DueMessage[]>()
      for (const row of rows) byLine.set(row.line, [...(byLine.get(row.line) ?? []), row])
      for (const [line, mine] of byLine) this.#sendOf(line, mine, now)
    } catch (error) {
      this.#deps.onError(error)
      this.#deps.request()
    }
  }

  /** Others on this line that wait for room are older: then a look has to find the order. */
  #sendOf(line: string, rows: readonly DueMessage[], now: number): void {
    const { gates, schedule, request } = this.#deps
    const state = this.#stateOf(line)
    const free = Math.min(this.#roomOf(line), state.rate.available(now))
    if (state.isFull || free < rows.length || gates.of(line).isHeld(now)) return request()
    const look: Look = { line, state, now, free, next: Infinity, chosen: [], late: [] }
    for (const row of rows) this.#sort(row, look)
    this.#launch(look)
    if (look.late.length > 0) request()
    else if (Number.isFinite(look.next)) schedule(look.next)
  }

  /** @returns when to look again (epoch ms) */
  async look(): Promise<number | undefined> {
    this.#hasMore = false
    const lines = await readMessageLines(this.#deps.db)
    // who was first last time is last this time, so that one slow line cannot take every place
    this.#turn += 1
    let next = Infinity
    for (let index = 0; index < lines.length; index += 1) {
      const line = lines[(index + this.#turn) % lines.length]
      if (line !== undefined) next = Math.min(next, await this.#lookAtLine(line))
    }
    return Number.isFinite(next) ? next : undefined
  }

  async #lookAtLine(line: string): Promise<number> {
    const { clock, gates, pacing } = this.#deps
    const now = clock.now()
    const state = this.#stateOf(line)
    const gate = gates.of(line)
    const room = gate.isHeld(now) ? 0 : this.#roomOf(line)
    const free = Math.min(room, state.rate.available(now))
    const next = gate.isHeld(now)
      ? gate.heldUntil
      : room > 0 && free <= 0
        ? (state.rate.nextAt(now) ?? Infinity)
        : Infinity
    state.isFull = free <= 0
    if (state.isFull) this.#hasMore = true
    // what cannot be sent is still looked through now and then, for what is past its deadline
    if (free <= 0 && Math.abs(now - state.sweptAt) < pacing.pollMs) return next
    state.sweptAt = now
    const look: Look = { line, state, now, free, next, chosen: [], late: [] }
    await this.#readPages(look)
    this.#launch(look)
    if (look.late.length > 0) {
      await this.#deps.expire(look.late)
      state.sweptAt = -Infinity
      return now
    }
    return look.next
  }

  #stateOf(line: string): LineState {
    const known = this.#lines.get(line)
    if (known) return known
    const rate = new Rate(this.#deps.pacing.messagesPerSecond)
    const state = { rate, cursor: undefined, sweptAt: -Infinity, isFull: false }
    this.#lines.set(line, state)
    return state
  }

  #roomOf(line: string): number {
    const { flights, gates, pacing } = this.#deps
    const allowed = gates.of(line).isProbing ? 1 : pacing.messagesInFlight
    return Math.min(allowed - flights.openOf(line), flights.free)
  }

  async #readPages(look: Look): Promise<void> {
    const { db, pacing } = this.#deps
    const { state, now, line } = look
    const isSending = look.free > 0
    for (let page = 0; page < pagesPerLook; page += 1) {
      const rows = await readDueMessages(db, {
        line,
        now: toIso(now),
        until: toIso(now + pacing.pollMs),
        after: isSending ? state.cursor : undefined,
        limit: pageSize,
      })
      for (const row of rows) this.#sort(row, look)
      const last = rows.at(-1)
      const isEnd = rows.length < pageSize || last === undefined || Date.parse(last.dueAt) > now
      state.cursor = isEnd || look.free <= 0 ? undefined : { dueAt: last.dueAt, id: last.id }
      if (!state.cursor) return
    }
    look.next = Math.min(look.next, now + breathMs)
  }

  #sort(row: DueMessage, look: Look): void {
    const { flights, pacing } = this.#deps
    if (flights.has(row.id)) return
    if (Date.parse(row.deadlineAt) <= look.now) {
      look.late.push(row.id)
      return
    }
    const at = readyAt(row, pacing)
    if (at > look.now) {
      look.next = Math.min(look.next, at)
      if (at === Infinity) this.#hasMore = true
    } else if (look.free > 0) {
      look.free -= 1
      look.chosen.push(row)
    } else {
      look.state.isFull = true
      this.#hasMore = true
    }
  }

  #launch({ chosen, state: { rate } }: Look): void {
    const { clock, flights, schedule } = this.#deps
    rate.take(chosen.length)
    flights.launch(chosen, {
      onSend: () => {
        const now = clock.now()
        rate.spend(now)
        if (this.#hasMore) schedule(rate.nextAt(now) ?? now)
      },
      onDrop: () => rate.giveBack(1),
    })
  }
}

/** Epoch milliseconds; infinite while it waits for another message. */
function readyAt(row: DueMessage, pacing: Pacing): number {
  const dueAt = Date.parse(row.dueAt)
  if (row.isBehind) return Infinity
  const afterReject = row.awaitsReject && row.attempts === 0 ? dueAt + pacing.rejectWaitMs : dueAt
  const afterLast = row.personAt === null ? dueAt : Date.parse(row.personAt) + pacing.personGapMs
  return Math.max(dueAt, afterReject, afterLast)
}
