import { setTimeout as delay } from 'node:timers/promises'
import type { Channel } from '../channels/channel.ts'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { Writer } from '../db/writer.ts'
import type { Logger } from '../logger.ts'
import type { Action, ActionResult, ActionState, ActionType } from '../schema/action.ts'
import { callActionTypes } from '../schema/action.ts'
import { hasDue } from './due.ts'
import type { Due } from './due.ts'
import { Flights } from './flights.ts'
import type { FlightDeps } from './flights.ts'
import { Gates } from './gate.ts'
import { MessageLane } from './message-lane.ts'
import { observe } from './observe.ts'
import type { Pacing } from './pacing.ts'
import { defaultPacing } from './pacing.ts'
import { performAction } from './perform.ts'
import { Pump } from './pump.ts'
import { UnpacedLane } from './unpaced-lane.ts'

/** An action whose state is final, for the live feed and the metrics. */
export interface SettledEvent {
  readonly actionId: number
  readonly callRef: string | null
  readonly type: ActionType
  readonly state: ActionState
  readonly error?: string
}

export interface DispatcherDeps {
  readonly writer: Writer
  /** A handle that only reads. */
  readonly db: Db
  readonly channels: ReadonlyMap<string, Channel>
  readonly clock: Clock
  readonly log: Logger
  /** Performs `notify` actions. */
  readonly notify: (action: Action) => Promise<ActionResult>
  /** Performs `webhook` actions. */
  readonly webhook?: (action: Action, signal: AbortSignal) => Promise<ActionResult>
  readonly onSettled?: (event: SettledEvent) => void
  readonly alarm: (name: string, text: string) => void
  readonly pacing?: Partial<Pacing>
}

const laneNames = ['call', 'message', 'aside', 'hook'] as const
type LaneName = (typeof laneNames)[number]

export interface DispatcherStats {
  readonly inFlight: Readonly<Record<LaneName, number>>
  /** Results that wait until the database can be written again. */
  readonly unwritten: number
  /** Lines whose messages are held back by the provider. */
  readonly heldLines: readonly string[]
}

/** Room for one call action. */
export interface Reservation {
  /**
   * The action is announced, or there is none. @param isDoubtful the commit may have happened, so that
   * something may be claimed that nobody performs; it is sought and freed
   */
  end(isDoubtful?: boolean): void
}

export interface Dispatcher {
  /** There are new actions, committed; they are sought in the database, the ids only say so. */
  wake(ids?: readonly number[]): void
  /**
   * These are new and committed. Unlike after `wake` nothing is sought: each is launched as it is, a
   * message after its call's reject, and one that its commit has claimed with nothing more.
   */
  announce(due: readonly Due[], claimed?: Action): void
  /**
   * Keeps room for a call action of this line, so that the commit that makes it can claim it as well.
   * Undefined when it has to wait for others.
   */
  reserve(line: string): Reservation | undefined
  /** The reject of this call has had its answer, so that its message need not wait. */
  release(callId: number): void
  /** Finishes what is claimed and claims no more; at most `timeoutMs` (10 s). */
  drain(timeoutMs?: number): Promise<void>
  /** Nothing is due and nothing under way. */
  idle(): Promise<void>
  stats(): DispatcherStats
  /** Stops at once; what is under way is cut off, and messages among it will be uncertain. */
  close(): Promise<void>
}

const asideTypes: readonly ActionType[] = ['notify', 'block']
const allTypes: readonly ActionType[] = [...callActionTypes, 'message', ...asideTypes, 'webhook']
const cutOffMs = 2_000
/** Longer than a commit can take. */
const orphanAgeMs = 5_000
/** Lines that may have all their messages in flight at once. */
const busyLines = 4

interface Lane {
  readonly flights: Flights
  readonly gates: Gates
  readonly pump: Pump
  readonly sender: UnpacedLane | MessageLane
}

/**
 * Performs what the outbox holds (contract, section 4, "Delivery"), from the moment it is made; what
 * an earlier process left is to be recovered before (`recoverActions`). Four lanes that never wait for
 * each other: actions on calls, messages, webhooks of others, everything else. It keeps nothing in
 * memory but what is under way.
 */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { clock, db, log } = deps
  const pacing: Pacing = { ...defaultPacing, ...deps.pacing }
  const cutOff = new AbortController()
  const performDeps = { ...deps, signal: cutOff.signal }
  let isStopping = false
  /** Epoch ms; a commit that may have claimed something was lost then. */
  let orphansSince: number | undefined

  const onError = (err: unknown): void => log.warn({ err }, 'the outbox could not be read')
  const toPump = (look: () => Promise<number | undefined>): Pump =>
    new Pump({ clock, onError, look: async () => (isStopping ? undefined : look()) })

  function tell(action: Action, state: ActionState, error?: string): void {
    if (state === 'pending') return
    const { id, callRef, payload } = action
    try {
      deps.onSettled?.({
        actionId: id,
        callRef,
        type: payload.type,
        state,
        ...(error !== undefined && { error }),
      })
    } catch (err) {
      log.error({ err, action: id }, 'a listener of the outbox threw')
    }
  }

  const flightsOf = (name: LaneName, capacity: number): Flights => {
    const flightDeps: FlightDeps = {
      writer: deps.writer,
      clock,
      log,
      perform: (action) => performAction(performDeps, action),
      onResult: (action, result) => {
        const { gates, pump, sender } = lanes[name]
        const now = clock.now()
        const gate = gates.of(action.line)
        const wasHeld = gate.isProbing || gate.isHeld(now)
        observe(gate, result, {
          now,
          longestHoldMs: name === 'call' ? pacing.callHoldMs : Infinity,
          stopsOnRefusal: name === 'message',
          alarm: (text) => deps.alarm('action_refused', text),
        })
        if (sender.hasMore || wasHeld || gate.isHeld(now)) pump.request()
      },
      onLanded: (due, { state, action, error, retryAt, followOn }) => {
        const { pump, sender } = lanes[name]
        if (retryAt !== undefined) pump.schedule(retryAt)
        if (sender.hasMore || followOn !== undefined) pump.request()
        if (due.type === 'reject' && due.callId !== null) release(due.callId)
        tell(action, state, error)
      },
    }
    return new Flights(flightDeps, capacity)
  }

  function unpacedLane(name: LaneName, types: readonly ActionType[], capacity: number): Lane {
    const flights = flightsOf(name, capacity)
    const gates = new Gates(pacing.probeMs)
    const request = (): void => lanes[name].pump.request()
    const laneDeps = { db, clock, types, flights, gates, aheadMs: pacing.pollMs, request }
    const sender = new UnpacedLane(laneDeps)
    return { flights, gates, sender, pump: toPump(() => sender.look()) }
  }

  async function expire(ids: readonly number[]): Promise<void> {
    const now = toIso(clock.now())
    const expired = await deps.writer.run('claimActions', { now, ids, limit: ids.length })
    for (const action of expired) tell(action, action.state)
  }

  function messageLane() {
    const flights = flightsOf('message', pacing.messagesInFlight * busyLines)
    const gates = new Gates(pacing.probeMs)
    const schedule = (at: number): void => lanes.message.pump.schedule(at)
    const request = (): void => lanes.message.pump.request()
    const asked = { expire, schedule, request, onError }
    const sender = new MessageLane({ db, clock, pacing, flights, gates, ...asked })
    return { flights, gates, sender, pump: toPump(() => sender.look()) }
  }

  function laneOf(type: string): LaneName {
    if (type === 'message') return 'message'
    if (type === 'webhook') return 'hook'
    return asideTypes.some((aside) => aside === type) ? 'aside' : 'call'
  }

  function release(callId: number): void {
    if (!isStopping) lanes.message.sender.release(callId)
  }

  function announce(due: readonly Due[], claimed?: Action): void {
    if (isStopping) return
    for (const one of due) {
      const lane = lanes[laneOf(one.type)]
      if (claimed?.id === one.id) lane.flights.take(one, claimed)
      else lane.sender.announce(one)
    }
    const awaited = new Set(due.flatMap(({ type, callId }) => (type === 'reject' ? callId : [])))
    for (const { type, callId } of due)
      if (type === 'message' && callId !== null && !awaited.has(callId)) release(callId)
  }

  function reserve(line: string): Reservation | undefined {
    const { gates, flights } = lanes.call
    if (gates.of(line).isHeld(clock.now()) || !flights.reserve()) return undefined
    return {
      end(isDoubtful = false) {
        flights.cancel()
        if (isDoubtful) orphansSince ??= clock.now()
      },
    }
  }

  /** What was claimed by a commit whose answer never came is pending again, well after any answer. */
  async function freeOrphans(): Promise<void> {
    const before = clock.now() - orphanAgeMs
    if (orphansSince === undefined || orphansSince > before) return
    const since = orphansSince
    orphansSince = undefined
    const except = lanes.call.flights.ids()
    try {
      await deps.writer.run('freeClaims', { before: toIso(before), except })
      lanes.call.pump.request()
    } catch (err) {
      orphansSince ??= since
      log.warn({ err }, 'claims could not be looked through')
    }
  }

  const lanes: Record<LaneName, Lane> & Record<'message', { sender: MessageLane }> = {
    call: unpacedLane('call', [...callActionTypes], pacing.callsInFlight),
    message: messageLane(),
    aside: unpacedLane('aside', asideTypes, pacing.asidesInFlight),
    hook: unpacedLane('hook', ['webhook'], pacing.webhooksInFlight),
  }
  const each = laneNames.map((name) => lanes[name])
  const underWay = (): number => each.reduce((sum, { flights }) => sum + flights.size, 0)
  const wake = (): void => {
    if (!isStopping) for (const { pump } of each) pump.request()
  }
  const poll = setInterval(() => {
    wake()
    if (!isStopping) void freeOrphans()
  }, pacing.pollMs)
  poll.unref()
  wake()

  function stop(): void {
    isStopping = true
    clearInterval(poll)
    for (const { flights } of each) flights.stop()
  }

  async function landed(timeoutMs: number): Promise<void> {
    const end = clock.monotonic() + timeoutMs
    while (underWay() > 0 && clock.monotonic() < end) await delay(10)
  }

  return {
    wake,
    announce,
    reserve,
    release,
    async drain(timeoutMs = 10_000) {
      stop()
      await landed(timeoutMs)
    },
    async idle() {
      for (;;) {
        const isBusy = underWay() > 0 || each.some(({ pump }) => pump.isBusy)
        if (!isBusy && !(await hasDue(db, allTypes, toIso(clock.now())))) return
        await delay(5)
      }
    },
    stats() {
      const inFlight = {
        call: lanes.call.flights.size,
        message: lanes.message.flights.size,
        aside: lanes.aside.flights.size,
        hook: lanes.hook.flights.size,
      }
      const unwritten = each.reduce((sum, { flights }) => sum + flights.unwritten, 0)
      const heldLines = lanes.message.gates.heldLines(clock.now()).map(({ line }) => line)
      return { inFlight, unwritten, heldLines }
    },
    async close() {
      stop()
      for (const { pump } of each) pump.close()
      cutOff.abort()
      await landed(cutOffMs)
      for (const { flights } of each) flights.close()
    },
  }
}
