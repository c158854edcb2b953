import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import { crashPoint } from '../crash-point.ts'
import type { CommandInput, CommandOutput } from '../db/commands/index.ts'
import type { Writer } from '../db/writer.ts'
import type { Logger } from '../logger.ts'
import type { Action, ActionResult, ActionState } from '../schema/action.ts'
import { backOffMs } from './backoff.ts'
import type { Due } from './due.ts'

export interface FlightDeps {
  readonly writer: Writer
  readonly clock: Clock
  readonly log: Logger
  /** Never throws. */
  readonly perform: (action: Action) => Promise<ActionResult>
  /** At once, before the result is written. */
  readonly onResult: (action: Action, result: ActionResult) => void
  /** After the result was written, whatever it was; `retryAt` is epoch ms. */
  readonly onLanded: (due: Due, landing: Landing) => void
}

export interface Landing {
  readonly action: Action
  readonly state: ActionState
  readonly error?: string
  readonly retryAt?: number
  /** An action that was made because of the result. */
  readonly followOn?: number
}

/** What a lane wants to know of each action it launches. */
export interface FlightHooks {
  /** Claimed; is sent right now. */
  readonly onSend?: () => void
  /** Is not sent after all. */
  readonly onDrop?: () => void
}

const unconfirmed: ActionResult = { outcome: 'retry', details: 'the claim was not confirmed' }

/** Of a lane's capacity: how much may be under way, results included that wait to be written. */
const overhang = 4

/** What one lane has under way, from before the claim until the result is written. */
export class Flights {
  readonly #deps: FlightDeps
  readonly #capacity: number
  readonly #underWay = new Map<number, Due>()
  readonly #answered = new Set<number>()
  #unwritten = 0
  #reserved = 0
  #isStopping = false
  #isClosed = false

  /** @param capacity actions at the provider at once, those being claimed included */
  constructor(deps: FlightDeps, capacity: number) {
    this.#deps = deps
    this.#capacity = capacity
  }

  get size(): number {
    return this.#underWay.size
  }

  /** How many more may be launched. A slow disk holds up results, so those do not count at once. */
  get free(): number {
    const waiting = this.#underWay.size + this.#reserved
    const open = this.#capacity - (waiting - this.#answered.size)
    return Math.max(0, Math.min(open, this.#capacity * overhang - waiting))
  }

  /** Keeps room for an action that its own commit will claim, until `cancel`. @returns false when there is none */
  reserve(): boolean {
    if (this.#isStopping || this.free === 0) return false
    this.#reserved += 1
    return true
  }

  cancel(): void {
    this.#reserved -= 1
  }

  /** Performs what is claimed already. */
  take(due: Due, action: Action): void {
    if (this.#isStopping) return
    this.#underWay.set(due.id, due)
    void this.#fly(due, action)
  }

  /** Ids of all that is under way. */
  ids(): number[] {
    return [...this.#underWay.keys()]
  }

  /** Results and claims that the database has refused so far. */
  get unwritten(): number {
    return this.#unwritten
  }

  has(id: number): boolean {
    return this.#underWay.has(id)
  }

  /** Of a line, those that have no answer yet. */
  openOf(line: string): number {
    let count = 0
    for (const due of this.#underWay.values())
      if (due.line === line && !this.#answered.has(due.id)) count += 1
    return count
  }

  /** Ids of the calls that have an action under way. */
  calls(): Set<number> {
    const calls = new Set<number>()
    for (const { callId } of this.#underWay.values()) if (callId !== null) calls.add(callId)
    return calls
  }

  /** Claims these in one command and performs each as soon as the claim is durable. */
  launch(asked: readonly Due[], hooks: FlightHooks = {}): void {
    const due = this.#isStopping ? [] : asked.filter(({ id }) => !this.#underWay.has(id))
    for (let dropped = asked.length - due.length; dropped > 0; dropped -= 1) hooks.onDrop?.()
    if (due.length === 0) return
    for (const one of due) {
      crashPoint('before-claim', one.type)
      this.#underWay.set(one.id, one)
    }
    void this.#claim(due, hooks)
  }

  /** Launches nothing more. */
  stop(): void {
    this.#isStopping = true
  }

  /** Gives up what could not be written. */
  close(): void {
    this.#isClosed = true
  }

  async #claim(due: readonly Due[], hooks: FlightHooks): Promise<void> {
    const { writer, clock, log, onLanded } = this.#deps
    const ids = due.map(({ id }) => id)
    try {
      const now = toIso(clock.now())
      const actions = await writer.run('claimActions', { now, ids, limit: ids.length })
      const byId = new Map(actions.map((action) => [action.id, action]))
      for (const one of due) {
        const action = byId.get(one.id)
        if (action?.state === 'claimed') {
          hooks.onSend?.()
          void this.#fly(one, action)
          continue
        }
        hooks.onDrop?.()
        this.#forget(one.id)
        if (action) onLanded(one, { action, state: action.state })
      }
    } catch (err) {
      log.warn({ err, count: ids.length }, 'actions could not be claimed')
      for (const id of ids) {
        hooks.onDrop?.()
        void this.#release(id)
      }
    }
  }

  /** A claim that failed may have been committed all the same; nothing was sent, so it is undone. */
  async #release(id: number): Promise<void> {
    const now = toIso(this.#deps.clock.now())
    await this.#write({ id, now, result: unconfirmed })
    this.#forget(id)
  }

  #forget(id: number): void {
    this.#underWay.delete(id)
    this.#answered.delete(id)
  }

  async #fly(due: Due, action: Action): Promise<void> {
    const { clock, perform, onResult, onLanded } = this.#deps
    const { type } = action.payload
    crashPoint('after-claim', type)
    const result = await perform(action)
    crashPoint('after-send', type)
    this.#answered.add(action.id)
    onResult(action, result)
    const now = clock.now()
    const retryAt = now + retryMs(action, result)
    const settlement = await this.#write({
      id: action.id,
      now: toIso(now),
      result,
      retryAt: toIso(retryAt),
    })
    crashPoint('after-settle', type)
    this.#forget(action.id)
    if (!settlement) return
    const details = 'details' in result ? result.details : undefined
    const { state, followOn } = settlement
    onLanded(due, {
      action,
      state,
      ...(followOn !== undefined && { followOn }),
      ...(details !== undefined && { error: details }),
      ...(state === 'pending' && { retryAt }),
    })
  }

  /** Tries until it is written, so that nothing that was sent is forgotten. */
  async #write(
    input: CommandInput<'settleAction'>,
  ): Promise<CommandOutput<'settleAction'> | undefined> {
    const { writer, log } = this.#deps
    for (let attempt = 0; ; attempt += 1) {
      try {
        const settlement = await writer.run('settleAction', input)
        if (attempt > 0) this.#unwritten -= 1
        return settlement
      } catch (err) {
        if (attempt === 0) this.#unwritten += 1
        if (this.#isClosed) return undefined
        log.warn({ err, action: input.id, attempt }, 'a result could not be written')
        await delay(Math.min(2_000, 100 * 2 ** attempt), undefined, { ref: false })
      }
    }
  }
}

function retryMs({ payload, attempts }: Action, result: ActionResult): number {
  const afterMs = result.outcome === 'retry' ? (result.afterMs ?? 0) : 0
  return backOffMs({ type: payload.type, attempts, afterMs }, Math.random())
}
