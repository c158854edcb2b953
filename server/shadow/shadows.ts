import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Auditor } from '../db/commands/audit.ts'
import type { FeedEvent } from '../db/commands/feed.ts'
import type { NewDifference } from '../db/commands/shadows.ts'
import type { Db } from '../db/open.ts'
import type { Writer } from '../db/writer.ts'
import { GatekeeperError } from '../errors.ts'
import type { CrmConnector } from '../facts/crm.ts'
import { decide } from '../gatekeeper/decide.ts'
import type { OutcomeCheck } from '../gatekeeper/obstacle.ts'
import type { ObservedCall } from '../gatekeeper/offered.ts'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics.ts'
import type { CompiledPolicy } from '../policy/compile.ts'
import { compile } from '../policy/compile.ts'
import type { PolicyDocument } from '../releases/document.ts'
import type { Decision } from '../schema/decision.ts'
import type { Installation } from '../schema/installation.ts'
import { policySchema } from '../schema/policy.ts'
import type { Policy } from '../schema/policy.ts'
import type { ShadowEnd } from '../schema/shadow.ts'
import { shadowBook } from './shadow-facts.ts'

/** Calls that wait to be decided again; what comes beyond is counted and left out. */
const mostWaiting = 200
/** Decided at once: more would only compete with live calls. */
const mostAtOnce = 4
/** What was found is written together, this often. */
const writeEveryMs = 250
/** While so many live calls are being decided, shadows wait. */
const busyAt = 20
const waitMs = 20

export interface ShadowDeps {
  readonly db: Db
  readonly writer: Writer
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
  readonly installation: {
    current(): Installation
    onChange(listener: () => void): () => void
  }
  /** A connector of its own, made when the first draft asks for it. */
  readonly openCrm: () => CrmConnector
  readonly obstacleOn: OutcomeCheck
  /** Live calls being decided right now. */
  readonly underWay: () => number
  readonly publish: (events: readonly FeedEvent[]) => void
}

export interface StartShadow {
  readonly document: PolicyDocument
  readonly policy: Policy
  readonly hash: string
  readonly by: Auditor
}

/** Drafts that decide beside live, on calls that are decided and answered already. */
export interface Shadows {
  /** Takes note of a decided call; returns at once. */
  observe(call: ObservedCall): void
  /** Begins anew where one runs already. */
  start(policyId: string, input: StartShadow): Promise<void>
  /** @throws GatekeeperError `conflict` when none runs */
  stop(policyId: string, by: Auditor): Promise<void>
  /** Resolves when everything observed is decided and written. */
  idle(): Promise<void>
  close(): Promise<void>
}

interface Running {
  readonly id: number
  readonly policyId: string
  readonly policy: Policy
  readonly compiled: CompiledPolicy
}

interface Found {
  compared: number
  skipped: number
  differences: NewDifference[]
}

const endOf = ({ outcome, node, final }: Decision): ShadowEnd => ({ outcome, node, final })

const isDifferent = (live: ShadowEnd, draft: ShadowEnd): boolean =>
  JSON.stringify(live) !== JSON.stringify(draft)

class Runner implements Shadows {
  readonly #deps: ShadowDeps
  readonly #running = new Map<string, Running>()
  readonly #waiting: { shadow: Running; call: ObservedCall }[] = []
  readonly #found = new Map<number, Found & { policyId: string }>()
  #atOnce = 0
  #timer: NodeJS.Timeout | undefined
  #turn: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #crm: CrmConnector | undefined
  readonly #stopListening: () => void

  constructor(deps: ShadowDeps) {
    this.#deps = deps
    this.#stopListening = deps.installation.onChange(() => this.#recompile())
  }

  /** What ran when the server stopped runs on. */
  async load(): Promise<void> {
    const rows = await this.#deps.db
      .selectFrom('shadows')
      .select(['id', 'policy_id', 'document'])
      .where('stopped_at', 'is', null)
      .execute()
    for (const { id, policy_id, document } of rows)
      try {
        this.#run(id, policy_id, policySchema.parse(JSON.parse(document)))
      } catch (err) {
        this.#deps.log.warn({ err, policy: policy_id }, 'shadow cannot be run')
      }
  }

  observe(call: ObservedCall): void {
    const shadow = this.#running.get(call.decision.policy ?? '')
    if (!shadow) return
    if (this.#waiting.length >= mostWaiting) return this.#skip(shadow)
    this.#waiting.push({ shadow, call })
    this.#takeTurn()
  }

  async start(policyId: string, { document, policy, hash, by }: StartShadow): Promise<void> {
    const { writer, clock, publish } = this.#deps
    const at = toIso(clock.now())
    const text = JSON.stringify(document)
    const input = { policyId, document: text, hash, by, at }
    const { id, events } = await writer.run('startShadow', input)
    this.#run(id, policyId, policy)
    publish(events)
  }

  async stop(policyId: string, by: Auditor): Promise<void> {
    const { writer, clock, publish } = this.#deps
    const at = toIso(clock.now())
    const stopped = await writer.run('stopShadow', { policyId, by, at })
    this.#running.delete(policyId)
    if (!stopped) throw new GatekeeperError('conflict', 'no shadow of this policy is running')
    publish(stopped.events)
  }

  async idle(): Promise<void> {
    while (this.#waiting.length > 0 || this.#atOnce > 0)
      await new Promise((resolve) => setTimeout(resolve, 5))
    this.#write()
    await this.#writing
  }

  async close(): Promise<void> {
    this.#stopListening()
    this.#running.clear()
    this.#waiting.length = 0
    await this.idle()
    clearTimeout(this.#timer)
    clearTimeout(this.#turn)
    await this.#crm?.close()
  }

  #run(id: number, policyId: string, policy: Policy): void {
    const compiled = compile(policy, this.#deps.installation.current())
    this.#running.set(policyId, { id, policyId, policy, compiled })
  }

  #recompile(): void {
    for (const { id, policyId, policy } of [...this.#running.values()])
      try {
        this.#run(id, policyId, policy)
      } catch (err) {
        this.#deps.log.warn({ err, policy: policyId }, 'shadow runs on as it was')
      }
  }

  /** After everything that waits for the event loop now, the answer to the provider among it. */
  #takeTurn(): void {
    this.#turn ??= setTimeout(
      () => {
        this.#turn = undefined
        if (this.#deps.underWay() < busyAt && this.#atOnce < mostAtOnce) this.#next()
        if (this.#waiting.length > 0) this.#takeTurn()
      },
      this.#deps.underWay() < busyAt && this.#atOnce < mostAtOnce ? 0 : waitMs,
    )
  }

  #next(): void {
    const next = this.#waiting.shift()
    if (!next) return
    const { shadow, call } = next
    this.#atOnce += 1
    this.#decide(shadow, call)
      .catch((err: unknown) => {
        this.#deps.log.warn({ err, policy: shadow.policyId }, 'shadow could not decide')
        this.#skip(shadow)
      })
      .finally(() => (this.#atOnce -= 1))
  }

  async #decide(shadow: Running, call: ObservedCall): Promise<void> {
    const { clock, installation, obstacleOn } = this.#deps
    const { compiled } = shadow
    this.#crm ??= this.#deps.openCrm()
    const book = shadowBook(call.book, {
      crm: this.#crm,
      clock,
      installation: installation.current(),
      deadlineOf: (fact) => compiled.deadlineOf(fact),
    })
    try {
      const { decision } = await decide({
        ...{ compiled, release: 'shadow', book, clock, arrivedMono: clock.monotonic() },
        obstacle: obstacleOn(call.channel),
        onError: (err) => this.#deps.log.warn({ err, policy: shadow.policyId }, 'draft failed'),
      })
      this.#note(shadow, call, decision)
    } finally {
      book.close()
    }
  }

  #note(shadow: Running, call: ObservedCall, draft: Decision): void {
    const found = this.#foundOf(shadow)
    found.compared += 1
    const live = endOf(call.decision)
    const differs = isDifferent(live, endOf(draft))
    const result = differs ? 'different' : 'same'
    this.#deps.metrics.shadows.inc({ policy: shadow.policyId, result })
    if (!differs) return
    const { ms, fallback } = draft
    const { callId, ref, line, team, decision } = call
    found.differences.push({
      ...{ callId, ref, line, team, at: decision.at, release: decision.release, live },
      draft: { ...endOf(draft), ms, fallback: fallback === false ? null : fallback },
    })
  }

  #skip(shadow: Running): void {
    this.#foundOf(shadow).skipped += 1
    this.#deps.metrics.shadows.inc({ policy: shadow.policyId, result: 'skipped' })
  }

  #foundOf({ id, policyId }: Running): Found {
    const known = this.#found.get(id)
    const found = known ?? { policyId, compared: 0, skipped: 0, differences: [] }
    if (!known) this.#found.set(id, found)
    this.#timer ??= setTimeout(() => this.#write(), writeEveryMs)
    return found
  }

  #write(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { writer, publish, log } = this.#deps
    for (const [shadowId, found] of this.#found) {
      const written = this.#writing.then(() => writer.run('noteShadow', { shadowId, ...found }))
      this.#writing = written.then(publish).catch((err: unknown) => {
        log.warn({ err, policy: found.policyId }, 'differences could not be written')
      })
    }
    this.#found.clear()
  }
}

/** Opens the shadows that ran when the server stopped. */
export async function openShadows(deps: ShadowDeps): Promise<Shadows> {
  const runner = new Runner(deps)
  await runner.load()
  return runner
}
