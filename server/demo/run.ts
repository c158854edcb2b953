import type { CallOptions } from '../simulator/calls.ts'
import type { ReceivedMessage } from '../simulator/people.ts'
import type { ScenarioStep } from '../simulator/scenarios.ts'
import { mondayMorning, playScenario, steady } from '../simulator/scenarios.ts'
import type { SimulatedCall } from '../simulator/simulated-call.ts'
import type { Simulator } from '../simulator/simulator.ts'
import { lineIdFor } from './lines.ts'
import type { RunEvent, RunRequest } from './run-schema.ts'

type Told = RunEvent extends infer E ? (E extends { at: number } ? Omit<E, 'at'> : never) : never

/** Messages may come this long after the last thing that happened; then no more are waited for. */
const patienceMs = 3_000
const lookMs = 20

interface Watched {
  readonly call: SimulatedCall
  readonly number: number
  isOver: boolean
}

/** One run: the calls that a request asks for, and what becomes of them. */
export class Run {
  readonly #simulator: Simulator
  readonly #request: RunRequest
  readonly #tell: (event: RunEvent) => void
  readonly #abort = new AbortController()
  readonly #start = performance.now()
  readonly #watched = new Set<Watched>()
  readonly #seen = new Set<string>()
  #count = 0
  #lastAt = performance.now()

  constructor(simulator: Simulator, request: RunRequest, tell: (event: RunEvent) => void) {
    this.#simulator = simulator
    this.#request = request
    this.#tell = tell
  }

  /** Resolves when the last call is over and its message has come, or was waited for long enough. */
  async play(): Promise<void> {
    const restore = this.#misbehave()
    const looking = setInterval(() => this.#look(), lookMs)
    try {
      if (!this.#request.onlyWrite) await this.#placeAll()
      while (!this.#isDone()) await new Promise((resolve) => setTimeout(resolve, lookMs))
      if (this.#request.write !== undefined && !this.#abort.signal.aborted)
        await this.#write(this.#request.write)
      this.#say({ type: 'done' })
    } finally {
      clearInterval(looking)
      restore()
    }
  }

  /** Places no more calls; the callers hang up. */
  cancel(): void {
    this.#abort.abort()
    for (const { call } of this.#watched) call.hangUp()
  }

  #say(event: Told): void {
    this.#lastAt = performance.now()
    this.#tell({ ...event, at: this.#lastAt - this.#start })
  }

  /** Sets faults and switches. @returns what takes them back */
  #misbehave(): () => void {
    const { faults, switches } = this.#simulator
    const restore = [change(faults, this.#request.faults), change(switches, this.#request.switches)]
    return () => restore.forEach((undo) => undo())
  }

  async #placeAll(): Promise<void> {
    const { caller, count, scenario } = this.#request
    const isOnePerson = caller.from !== undefined || caller.userId !== undefined
    if (scenario === undefined && isOnePerson) {
      this.#say({ type: 'started', total: count })
      return this.#callAgainAndAgain(count)
    }
    const steps = this.#steps()
    this.#say({ type: 'started', total: steps.length })
    await playScenario(this.#simulator, steps, {
      signal: this.#abort.signal,
      onCall: (call, step) => void this.#watch(call, step.part),
    })
  }

  /** One person has one telephone: the next call waits for the end of the one before. */
  async #callAgainAndAgain(count: number): Promise<void> {
    const gapMs = 1000 / this.#request.rate
    for (let made = 0; made < count && !this.#abort.signal.aborted; made += 1) {
      const nextAt = performance.now() + gapMs
      const call = await this.#simulator.call(this.#callOptions())
      const part = made === 0 ? 'caller' : 'caller again'
      await this.#watch(call, part)
      if (made + 1 < count)
        await new Promise((resolve) => setTimeout(resolve, nextAt - performance.now()))
    }
  }

  #callOptions(): CallOptions {
    const { caller, usernameOnly, hangUpAfterMs, talkMs } = this.#request
    const { ctaPayload, deeplinkPayload } = this.#request
    return {
      line: lineIdFor(this.#simulator.lines, this.#request.line),
      ...caller,
      hangUpAfterMs,
      talkMs,
      ctaPayload,
      deeplinkPayload,
      ...(usernameOnly ? { omit: ['from', 'wa_id'] } : {}),
    }
  }

  #steps(): ScenarioStep[] {
    const { count, rate, lengthMs, line, scenario } = this.#request
    const all = [...this.#simulator.lines.keys()]
    const id = lineIdFor(this.#simulator.lines, line)
    if (scenario === 'monday-morning')
      return mondayMorning({ lines: line === undefined ? spread(id, all) : [id], lengthMs })
    const own = this.#callOptions()
    return [...steady({ lines: [id], count, rate })].map((step) => ({
      ...step,
      call: { ...own, from: step.call.from },
    }))
  }

  async #watch(call: SimulatedCall, part: string): Promise<void> {
    this.#count += 1
    const number = this.#count
    const { id, line, from, userId } = call
    this.#say({ type: 'dialled', call: number, part, id, line, from, userId })
    const watched = { call, number, isOver: false }
    this.#watched.add(watched)
    const dialledAt = performance.now()
    if (id !== '')
      void call.answered.then((status) => {
        const ms = this.#answerMs(id) ?? performance.now() - dialledAt
        this.#say({ type: 'answered', call: number, status, ms })
      })
    const { reason, rangMs, durationSeconds } = await call.ended
    watched.isOver = true
    this.#say({ type: 'ended', call: number, reason, rangMs, durationSeconds })
  }

  /** How long the first delivery of a call's connect took, without what the faults added before it. */
  #answerMs(callId: string): number | undefined {
    const { log } = this.#simulator
    const event = log.findLast(
      (one) => one.kind === 'webhook' && one.callId === callId && one.attempt === 1,
    )
    return event?.kind === 'webhook' ? event.ms : undefined
  }

  #look(): void {
    for (const watched of this.#watched) {
      const { call, number, isOver } = watched
      const fresh = call.messages.filter(({ id }) => !this.#seen.has(id))
      for (const message of fresh) {
        this.#seen.add(message.id)
        this.#say({ type: 'message', call: number, ...shown(message) })
      }
      if (isOver && call.messages.length > 0) this.#watched.delete(watched)
    }
  }

  #isDone(): boolean {
    if (this.#watched.size === 0 || this.#abort.signal.aborted) return true
    for (const { isOver } of this.#watched) if (!isOver) return false
    return performance.now() - this.#lastAt > patienceMs
  }

  async #write(text: string): Promise<void> {
    const line = lineIdFor(this.#simulator.lines, this.#request.line)
    const { answered } = await this.#simulator.message({ line, ...this.#request.caller, text })
    this.#say({ type: 'written', text, status: await answered })
  }
}

/** Sets some fields. @returns what gives them their old values again */
function change(target: object, values: object): () => void {
  const before = Object.entries(target).filter(([key]) => Object.hasOwn(values, key))
  Object.assign(target, values)
  return () => void Object.assign(target, Object.fromEntries(before))
}

function spread(first: string, all: readonly string[]): [string, ...string[]] {
  return [first, ...all.filter((id) => id !== first)]
}

function field(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Object(at)[key] : undefined),
    value,
  )
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A message as its reader sees it. */
function shown(message: ReceivedMessage) {
  const action = field(message.content, 'interactive', 'action')
  const parameters = field(action, 'parameters')
  const label = textOf(field(parameters, 'display_text'))
  const url = textOf(field(parameters, 'url'))
  const replies = field(action, 'buttons')
  const titles = Array.isArray(replies)
    ? replies.map((one: unknown) => textOf(field(one, 'reply', 'title')))
    : []
  return {
    id: message.id,
    kind: message.type,
    text: message.text ?? '',
    buttons: [
      ...(label === '' ? [] : [{ label, ...(url === '' ? {} : { url }) }]),
      ...titles.map((title) => ({ label: title })),
    ],
  }
}
