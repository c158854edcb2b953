import type { Context } from '../context.ts'
import { toIso } from '../clock.ts'
import type { SeedRecord } from '../db/commands/seeds.ts'
import type { Calendar } from '../schema/calendar.ts'
import type { AgentStatus } from '../schema/seeds.ts'
import type { CallOptions } from '../simulator/calls.ts'
import { mondayMorning } from '../simulator/scenarios.ts'
import type { Caller, Cast } from './cast.ts'
import { stranger } from './cast.ts'
import { calendarThatIs } from './workspace.ts'

interface Deps {
  readonly context: Pick<Context, 'writer' | 'installation'>
  readonly cast: Cast
  readonly calendars: Readonly<Record<string, Calendar>>
  readonly signal: AbortSignal
  place(call: Pick<CallOptions, 'line' | 'hangUpAfterMs' | 'talkMs' | 'ctaPayload'> & Caller): void
  remark(text: string): void
}

const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(Math.random() * all.length)]

/** Plays what happens in the demo: who calls when, and what the team and the clock do meanwhile. */
export class Director {
  readonly #deps: Deps
  readonly #lines: readonly [string, ...string[]]
  #strangers = 0
  #spammers = 0
  #changes = 0

  constructor(deps: Deps, lines: readonly [string, ...string[]]) {
    this.#deps = deps
    this.#lines = lines
  }

  /** Each outcome once, then an hour of a Monday in a minute, then a call every few seconds. */
  async play(): Promise<void> {
    await this.#opening()
    const { signal } = this.#deps
    await Promise.all([this.#phases(), this.#monday().then(() => this.#trickle())]).catch(
      (error: unknown) => {
        if (!signal.aborted) throw error
      },
    )
  }

  async #opening(): Promise<void> {
    const { regulars, vips, blocked, nameless } = this.#deps.cast
    const calls = (index: number): void => this.#place(regulars[index] ?? this.#stranger())
    calls(0)
    await this.#wait(900)
    this.#place(vips[0] ?? this.#stranger())
    await this.#wait(900)
    this.#place(blocked[0] ?? this.#stranger())
    await this.#wait(600)
    await this.#team('busy')
    calls(1)
    await this.#wait(1200)
    await this.#team('offline')
    calls(2)
    await this.#wait(1200)
    await this.#hours('closed')
    this.#place(this.#stranger())
    await this.#wait(1200)
    await this.#hours('open')
    await this.#team('as seeded')
    this.#place(nameless[0] ?? this.#stranger())
    await this.#wait(1500)
  }

  /** The team's and the clock's part, for ever. */
  async #phases(): Promise<void> {
    while (!this.#deps.signal.aborted) {
      await this.#wait(20_000)
      await this.#team('busy')
      await this.#wait(14_000)
      await this.#team('as seeded')
      await this.#wait(14_000)
      await this.#team('offline')
      await this.#wait(10_000)
      await this.#team('as seeded')
      await this.#wait(14_000)
      await this.#hours('closed')
      await this.#wait(12_000)
      await this.#hours('open')
    }
  }

  async #monday(): Promise<void> {
    const { regulars, vips } = this.#deps.cast
    const phones = (callers: readonly Caller[]) => callers.flatMap(({ from }) => from ?? [])
    const names = new Map([...regulars, ...vips].map(({ from, name }) => [from, name]))
    this.#deps.remark('An hour of a Monday morning, in a minute.')
    const steps = mondayMorning({
      lines: this.#lines,
      regulars: phones(regulars.slice(0, 8)),
      vips: phones(vips),
      seed: Math.floor(Math.random() * 2 ** 31),
    })
    const start = performance.now()
    for (const { afterMs, call } of steps) {
      await this.#wait(start + afterMs - performance.now())
      this.#deps.place({ ...call, name: names.get(call.from) ?? call.name })
    }
    this.#deps.remark('From here on a call every few seconds, until Ctrl-C.')
  }

  async #trickle(): Promise<void> {
    const { regulars, vips, blocked, nameless } = this.#deps.cast
    const stranger = (): Caller => this.#stranger()
    const parts: readonly (() => void | Promise<void>)[] = [
      ...Array.from({ length: 4 }, () => () => this.#place(stranger())),
      ...Array.from({ length: 4 }, () => () => this.#place(pick(regulars) ?? stranger())),
      () => this.#place(pick(vips) ?? stranger()),
      () => this.#place(pick(nameless) ?? stranger()),
      () => this.#place(pick(blocked) ?? stranger()),
      () => this.#place({ ...stranger(), ctaPayload: 'campaign=november' }),
      () => this.#place({ ...stranger(), hangUpAfterMs: 5 + Math.random() * 40 }),
      () => this.#spam(),
    ]
    while (!this.#deps.signal.aborted) {
      await pick(parts)?.()
      await this.#wait(1500 + Math.random() * 3500)
    }
  }

  /** One person who calls eight times. */
  async #spam(): Promise<void> {
    this.#spammers += 1
    const from = `+4477009006${String(this.#spammers % 100).padStart(2, '0')}`
    for (let call = 0; call < 8; call += 1) {
      this.#place({ from, name: 'PRIZE', hangUpAfterMs: 400 })
      await this.#wait(500)
    }
  }

  #stranger(): Caller {
    this.#strangers += 1
    return stranger(this.#strangers)
  }

  #place(call: Caller & Pick<CallOptions, 'hangUpAfterMs' | 'ctaPayload'>): void {
    this.#deps.place({ line: this.#lines[0], talkMs: 4000, ...call })
  }

  /** Sets the status of everybody in the team of the first line, or gives back that of the seeds. */
  async #team(status: AgentStatus | 'as seeded'): Promise<void> {
    const { agents, lines } = this.#deps.context.installation.current()
    const team = lines.find(({ id }) => id === this.#lines[0])?.team
    this.#seeded ??= agents
    const members = this.#seeded.filter(({ teams }) => team !== undefined && teams.includes(team))
    if (members.length === 0) return
    const records = members.map((agent) => ({
      kind: 'agent' as const,
      key: agent.id,
      doc: { ...agent, status: status === 'as seeded' ? agent.status : status },
    }))
    await this.#change(records)
    const now = status === 'as seeded' ? 'back at work' : status
    const who = members.map(({ id, name }) => name ?? id).join(' and ')
    this.#deps.remark(
      `The demo plays the team: ${who} (${team ?? ''}) ${members.length === 1 ? 'is' : 'are'} ${now}.`,
    )
  }

  async #hours(state: 'open' | 'closed'): Promise<void> {
    const calendars = Object.entries(this.#deps.calendars)
    if (calendars.length === 0) return
    await this.#change(
      calendars.map(([key, calendar]) => ({
        kind: 'calendar' as const,
        key,
        doc: calendarThatIs(state, calendar),
      })),
    )
    const names = calendars.map(([name]) => name).join(', ')
    this.#deps.remark(`The demo plays the clock: the calendar ${names} is ${state}.`)
  }

  #seeded: ReturnType<Context['installation']['current']>['agents'] | undefined

  async #change(records: readonly (Pick<SeedRecord, 'kind' | 'key'> & { doc: unknown })[]) {
    const { writer, installation } = this.#deps.context
    this.#changes += 1
    await writer.run('seedRecords', {
      at: toIso(Date.now()),
      replace: false,
      records: records.map(({ kind, key, doc }) => ({
        kind,
        key,
        doc: JSON.stringify(doc),
        hash: `demo-${this.#changes}`,
      })),
    })
    await installation.reload()
  }

  /** @throws when the demo is over */
  async #wait(ms: number): Promise<void> {
    const { signal } = this.#deps
    signal.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer)
        reject(new Error('the demo is over'))
      }
      const timer = setTimeout(
        () => {
          signal.removeEventListener('abort', stop)
          resolve()
        },
        Math.max(0, ms),
      )
      signal.addEventListener('abort', stop, { once: true })
    })
  }
}
