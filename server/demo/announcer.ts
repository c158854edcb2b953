import { z } from 'zod'
import type { Context } from '../context.ts'
import { viewDecision } from '../http/decision-view.ts'
import type { Look } from './decision-lines.ts'
import { decisionLines, remarkLines } from './decision-lines.ts'

const decidedSchema = z.object({ ref: z.string(), node: z.string(), line: z.string() })
const missedSchema = z.object({ ref: z.string(), why: z.string() })
const releasedSchema = z.object({ policy: z.string(), release: z.string(), source: z.string() })

interface Deps {
  readonly context: Pick<Context, 'live' | 'reader' | 'releases' | 'installation'>
  readonly look: Look
  write(lines: readonly string[]): void
}

const lookRoundMs = 1000

/** Prints each decision as it is made, and what becomes of the policies' files. */
export class Announcer {
  readonly #deps: Deps
  readonly #endings: (() => void)[] = []
  readonly #problems = new Map<string, string>()
  #turn: Promise<void> = Promise.resolve()
  #count = 0

  constructor(deps: Deps) {
    this.#deps = deps
    const { live, releases } = deps.context
    for (const policy of releases.list()) this.#problems.set(policy.id, this.#problemOf(policy.id))
    this.#endings.push(
      live.subscribe({}, (notice) => {
        if (notice.kind === 'event') this.#hear(notice.event.type, notice.event.doc)
      }),
    )
    const timer = setInterval(() => this.#lookAtPolicies(), lookRoundMs)
    this.#endings.push(() => clearInterval(timer))
  }

  /** Says something between the decisions, after those that were made before. */
  remark(text: string): void {
    this.#inTurn(() => this.#deps.write(remarkLines(text, this.#deps.look)))
  }

  close(): void {
    for (const end of this.#endings.splice(0)) end()
  }

  /** In the order in which things happen, although decisions are read from the journal first. */
  #inTurn(tell: () => void | Promise<void>): void {
    this.#turn = this.#turn.then(tell).catch(() => undefined)
  }

  #hear(type: string, doc: unknown): void {
    if (type === 'call.decided') {
      const { ref, node, line } = decidedSchema.parse(doc)
      const label = this.#labelOf(line, node)
      this.#inTurn(() => this.#tell(ref, label))
    } else if (type === 'call.missed') {
      const { why } = missedSchema.parse(doc)
      this.remark(`A call was not decided: ${why.replaceAll('_', ' ')}.`)
    } else if (type === 'policy.released') {
      const { policy, release, source } = releasedSchema.parse(doc)
      const how = source === 'file' ? 'its file was saved' : `by ${source}`
      this.remark(`Policy ${policy} is live as release ${release} (${how}).`)
    }
  }

  #labelOf(line: string, node: string): string | undefined {
    const found = this.#deps.context.releases.forLine(line)?.policy.nodes[node]
    return found?.label
  }

  async #tell(ref: string, label: string | undefined): Promise<void> {
    const { reader, installation } = this.#deps.context
    const call = await reader.ask('findCall', { id: ref })
    if (!call) return
    const stored = await reader.ask('decisionOf', { callId: call.id })
    if (stored.doc === undefined) return
    const decision = viewDecision(call, stored.doc, stored.actions)
    const line = installation.current().lines.find(({ id }) => id === call.line)
    const lineName = line?.name ?? line?.display ?? call.line
    this.#deps.write(decisionLines({ call, decision, lineName, label }, this.#deps.look))
    this.#count += 1
    if (this.#count === 1)
      this.remark(
        `First decision shown ${(performance.now() / 1000).toFixed(1)} s after the start.`,
      )
  }

  #problemOf(id: string): string {
    const detail = this.#deps.context.releases.list().find((policy) => policy.id === id)
    const errors = detail?.problems.filter(({ severity }) => severity === 'error') ?? []
    return errors.map(({ message }) => message).join('; ')
  }

  /** A file that cannot be imported changes nothing; the one who edits it should know. */
  #lookAtPolicies(): void {
    for (const { id } of this.#deps.context.releases.list()) {
      const problem = this.#problemOf(id)
      if (problem !== '' && problem !== this.#problems.get(id))
        this.remark(`Policy ${id}: the file is not valid, so what was live stays: ${problem}`)
      this.#problems.set(id, problem)
    }
  }
}
