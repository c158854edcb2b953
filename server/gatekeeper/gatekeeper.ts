import { randomInt } from 'node:crypto'
import type { Alarm } from '../alarms.ts'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { CourtesyLimits } from '../db/commands/courtesy.ts'
import { crashPoint } from '../crash-point.ts'
import type { CommitDecisionInput, CommitDecisionOutput } from '../db/commands/decision.ts'
import type { FeedEvent } from '../db/commands/feed.ts'
import type { DeliveryPart } from '../db/commands/signals.ts'
import type { Db } from '../db/open.ts'
import { prepare } from '../db/prepared.ts'
import type { Writer } from '../db/writer.ts'
import { GatekeeperError } from '../errors.ts'
import type { Facts } from '../facts/facts.ts'
import type { Velocity } from '../facts/velocity.ts'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics.ts'
import type { Dispatcher } from '../outbox/dispatcher.ts'
import type { Installation } from '../schema/installation.ts'
import type { Line } from '../schema/seeds.ts'
import type { Signal, SignalOf } from '../schema/signal.ts'
import type { ObservedCall } from './offered.ts'
import { attemptOf, decideCall } from './offered.ts'
import type { LinkTo } from './plan.ts'
import type { LiveRelease } from './release.ts'
import { newRef } from '../ref.ts'
import { Serial } from './serial.ts'
import type { Skew } from './skew.ts'
import { createSkew, staleAfterMs } from './skew.ts'
import type { OutcomeCheck } from './obstacle.ts'

/** Deliveries handled at once before senders are told to come back. */
const queueBound = 5000

export interface GatekeeperDeps {
  /** Of follow-ups, as they are set now. */
  readonly limits: () => CourtesyLimits
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
  readonly alarm: Alarm
  readonly db: Db
  readonly writer: Writer
  readonly facts: Facts
  readonly velocity: Velocity
  readonly installation: () => Installation
  /** What answers a caller on a line. */
  readonly releaseFor: (line: string, callerKey: string) => LiveRelease | undefined
  /** Hears of decided calls after their commit, when the provider has its answer. */
  readonly observe?: ((call: ObservedCall) => void) | undefined
  readonly obstacleOn: OutcomeCheck
  /** The channel can block people at the provider. */
  readonly canBlock: (channel: string) => boolean
  /** Gives links of ours that lead elsewhere; undefined without PUBLIC_URL. */
  readonly linkTo?: LinkTo | undefined
  /** After the commit: actions to perform, events to show. */
  readonly outbox: Pick<Dispatcher, 'wake' | 'announce' | 'reserve' | 'release'>
  readonly publish: (events: readonly FeedEvent[]) => void
  /** Clock difference known from before. */
  readonly skew: number
}

/** Signals that came in one request, with when they came. */
export interface Delivery {
  readonly channel: string
  /** As received, for the journal. */
  readonly body: string
  readonly signals: readonly Signal[]
  /** Epoch ms, and the monotonic time of the same moment. */
  readonly arrivedAt: number
  readonly arrivedMono: number
}

export interface Gatekeeper {
  /**
   * Resolves when everything in the delivery is decided and durable; then it may be acknowledged.
   * @throws GatekeeperError `storage_unavailable`, `overloaded`: answer 503, the provider sends again
   */
  receive(delivery: Delivery): Promise<void>
  readonly skewMs: number
  /** Signals under way. */
  readonly underWay: number
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

/** What handling one signal needs to know besides the signal. */
export interface Arrival {
  readonly arrivedAt: number
  readonly arrivedMono: number
  readonly part: () => DeliveryPart
}

/**
 * Team that owns a line; calls of lines nobody declared belong to `main`. Meta's account webhooks name
 * a line by its number instead of its id.
 */
export function teamOf(installation: Installation, line: string): string {
  const isIt = (one: Line): boolean =>
    one.id === line || one.display?.replace(/\D/g, '') === line.replace(/^\+/, '')
  return installation.lines.find(isIt)?.team ?? 'main'
}

/** 2026-01-01; 4,096 ids a millisecond from there on are exact numbers until 2093. */
const idsSince = 1_767_225_600_000
let lastDelivery = 0

/** Rising, as scattered ids would scatter long rows over the whole table; partly random, for a clock set back. */
function newDeliveryId({ arrivedAt }: Delivery): number {
  const now = Math.max(0, arrivedAt - idsSince) * 4096 + 2 ** 47 + randomInt(4096)
  lastDelivery = Math.max(lastDelivery + 1, now)
  return lastDelivery
}

/** The body goes with the first signal that is journalled; the others name the delivery. */
function deliveryParts(delivery: Delivery): () => DeliveryPart {
  const id = newDeliveryId(delivery)
  let body: string | undefined = delivery.body
  return () => {
    const part = { id, channel: delivery.channel, body }
    body = undefined
    return part
  }
}

const signalWith = prepare((db, signal: { key: string }) =>
  db.selectFrom('signals').select('id').where('key', '=', signal.key),
)

const callWith = prepare((db, call: { channel: string; callId: string }) =>
  db
    .selectFrom('calls')
    .select('id')
    .where('channel', '=', call.channel)
    .where('provider_id', '=', call.callId),
)

export function createGatekeeper(deps: GatekeeperDeps): Gatekeeper {
  const serial = new Serial()
  const inFlight = new Map<string, Promise<void>>()
  const skew: Skew = createSkew(deps.skew)
  deps.metrics.skew.set(skew.value / 1000)
  let underWay = 0
  let whenIdle: (() => void)[] = []

  async function countAttempt(
    signal: SignalOf<'call_offered'> | SignalOf<'call_ended'>,
    at: number,
  ): Promise<void> {
    const callerKey = await deps.facts.callerKey(signal.from)
    deps.velocity.count(attemptOf(signal, { at, callerKey }))
  }

  /** Milliseconds since the provider's time, by our clock; 0 where it tells none. */
  function ageOf(signal: Signal, arrivedAt: number): number {
    return signal.at === undefined ? 0 : arrivedAt - Date.parse(signal.at) - skew.value
  }

  function observeSkew(signal: SignalOf<'call_offered'>, arrivedAt: number): void {
    if (signal.at === undefined || !skew.observe(arrivedAt, Date.parse(signal.at))) return
    deps.metrics.skew.set(skew.value / 1000)
    const setting = { key: 'skew_ms', value: skew.value, at: toIso(deps.clock.now()) }
    deps.writer.run('putSetting', setting).catch((err: unknown) => {
      deps.log.warn({ err }, 'the clock skew could not be kept')
    })
  }

  async function offered(signal: SignalOf<'call_offered'>, arrival: Arrival): Promise<void> {
    const { arrivedAt } = arrival
    const known = await callWith.first(deps.db, signal)
    observeSkew(signal, arrivedAt)
    const isStale = ageOf(signal, arrivedAt) > staleAfterMs
    const team = teamOf(deps.installation(), signal.line)
    const why = known ? 'ended_first' : isStale ? 'stale' : signal.group ? 'group' : undefined
    if (why !== undefined) {
      const isAttempt = !isStale && why !== 'group'
      if (isAttempt) await countAttempt(signal, arrivedAt)
      const missed = await deps.writer.run('commitMissed', {
        signal,
        arrivedAt: toIso(arrivedAt),
        delivery: arrival.part(),
        ref: newRef(),
        team,
        why,
        isAttempt,
      })
      note(signal, missed.duplicate ? 'duplicate' : why)
      deps.publish(missed.events)
      return
    }
    const offeredAt = arrivedAt - Math.max(0, ageOf(signal, arrivedAt))
    const { commit, observed } = await decideCall(deps, { signal, arrival, offeredAt, team })
    crashPoint('after-decision')
    const result = await commitClaiming(commit)
    if (result.kind === 'duplicate') return note(signal, 'duplicate')
    note(signal, 'decided')
    // what fulfils a verification is beside the call's own actions
    if (result.actionIds.length > result.due.length) deps.outbox.wake(result.actionIds)
    deps.publish(result.events)
    deps.observe?.({ ...observed, callId: result.callId })
  }

  /** The reject is claimed by the commit of its decision where there is room, and is on its way at once. */
  async function commitClaiming(prepared: CommitDecisionInput): Promise<CommitDecisionOutput> {
    const hasReject = prepared.actions.some(({ payload }) => payload.type === 'reject')
    const room = hasReject ? deps.outbox.reserve(prepared.signal.line) : undefined
    let isDoubtful = room !== undefined
    try {
      const input = { ...prepared, claimReject: room !== undefined }
      const result = await deps.writer.run('commitDecision', input)
      if (result.kind === 'committed') deps.outbox.announce(result.due, result.claimed)
      isDoubtful = false
      return result
    } finally {
      room?.end(isDoubtful)
    }
  }

  async function ended(signal: SignalOf<'call_ended'>, arrival: Arrival): Promise<void> {
    const known = await callWith.first(deps.db, signal)
    const isAttempt =
      !known && signal.direction === 'inbound' && ageOf(signal, arrival.arrivedAt) <= staleAfterMs
    if (isAttempt) await countAttempt(signal, arrival.arrivedAt)
    const result = await deps.writer.run('commitEnded', {
      signal,
      arrivedAt: toIso(arrival.arrivedAt),
      delivery: arrival.part(),
      ref: newRef(),
      team: teamOf(deps.installation(), signal.line),
      isAttempt,
    })
    note(signal, result.duplicate ? 'duplicate' : 'journalled')
    // a message may have waited for a reject that is gone now
    if (known) deps.outbox.release(known.id)
    deps.publish(result.events)
  }

  function raiseAlarm(error: unknown): void {
    if (error instanceof GatekeeperError && error.code === 'storage_unavailable')
      deps.alarm(
        'storage_unavailable',
        'the database cannot be written, so calls are refused: look at its disk, and at what locks it',
      )
  }

  function note(signal: Signal, result: string): void {
    deps.metrics.signals.inc({ channel: signal.channel, kind: signal.kind, result })
  }

  async function journal(signal: Signal, arrival: Arrival): Promise<void> {
    const input = { arrivedAt: toIso(arrival.arrivedAt), delivery: arrival.part() }
    const team = teamOf(deps.installation(), signal.line)
    const { writer } = deps
    switch (signal.kind) {
      case 'call_offered':
        return offered(signal, { ...arrival, part: () => input.delivery })
      case 'call_ended':
        return ended(signal, { ...arrival, part: () => input.delivery })
      case 'call_status': {
        const result = await writer.run('commitCallStatus', { signal, ...input })
        return note(signal, result.duplicate ? 'duplicate' : 'journalled')
      }
      case 'message_received': {
        const result = await writer.run('commitMessage', { signal, ...input, team })
        note(signal, result.duplicate ? 'duplicate' : 'journalled')
        return deps.publish(result.events)
      }
      case 'message_status': {
        const result = await writer.run('commitMessageStatus', { signal, ...input, team })
        note(signal, result.duplicate ? 'duplicate' : 'journalled')
        if (result.freed) deps.outbox.wake()
        return deps.publish(result.events)
      }
      case 'permission_replied':
      case 'line_changed': {
        if (signal.kind === 'line_changed')
          deps.alarm('line_changed', `the provider reports ${signal.event} for line ${signal.line}`)
        const result = await writer.run('commitNote', { signal, ...input, team })
        note(signal, result.duplicate ? 'duplicate' : 'journalled')
        return deps.publish(result.events)
      }
      case 'identity_changed': {
        const { previous, from } = signal
        const [before, after] = await Promise.all([
          deps.facts.callerKey(previous),
          deps.facts.callerKey(from),
        ])
        const result = await writer.run('commitIdentityChanged', { signal, ...input })
        deps.velocity.merge(before, after)
        return note(signal, result.duplicate ? 'duplicate' : 'journalled')
      }
    }
  }

  async function handle(signal: Signal, arrival: Arrival): Promise<void> {
    const same = inFlight.get(signal.key)
    if (same) {
      note(signal, 'duplicate')
      return same
    }
    const subject = 'callId' in signal ? signal.callId : signal.key
    const task = serial.run(`${signal.channel}:${subject}`, async () => {
      if (await signalWith.first(deps.db, signal)) return note(signal, 'duplicate')
      return journal(signal, arrival)
    })
    inFlight.set(signal.key, task)
    try {
      await task
    } finally {
      if (inFlight.get(signal.key) === task) inFlight.delete(signal.key)
    }
  }

  return {
    get skewMs() {
      return skew.value
    },
    get underWay() {
      return underWay
    },
    async receive(delivery) {
      if (underWay + delivery.signals.length > queueBound && underWay > 0)
        throw new GatekeeperError('overloaded', 'too many signals are waiting')
      const part = deliveryParts(delivery)
      const { arrivedAt, arrivedMono } = delivery
      underWay += delivery.signals.length
      try {
        const results = await Promise.allSettled(
          delivery.signals.map((signal) => handle(signal, { arrivedAt, arrivedMono, part })),
        )
        const failed = results.find((result) => result.status === 'rejected')
        if (failed) {
          raiseAlarm(failed.reason)
          throw failed.reason
        }
      } finally {
        underWay -= delivery.signals.length
        if (underWay === 0) {
          for (const resolve of whenIdle) resolve()
          whenIdle = []
        }
      }
    },
    idle() {
      return underWay === 0 ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve))
    },
  }
}
