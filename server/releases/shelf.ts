import type { Auditor } from '../db/commands/audit.ts'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { Writer } from '../db/writer.ts'
import type { InstallationStore } from '../installation.ts'
import type { LiveFeed } from '../live.ts'
import type { Logger } from '../logger.ts'
import { compile } from '../policy/compile.ts'
import { locate, readPolicy } from '../policy/validate/read.ts'
import { validate } from '../policy/validate/validate.ts'
import type { Installation } from '../schema/installation.ts'
import type { Policy } from '../schema/policy.ts'
import type { Problem } from '../schema/problem.ts'
import { readCanaries, reviveCanary } from './canary.ts'
import type { PolicyDocument } from './document.ts'
import { contentHash, isDocument, longestWindow, tidy } from './document.ts'
import type { Live, LiveRelease, PolicyState, ReleaseInfo, ReleaseSource } from './state.ts'
import { newPolicy, readPolicies } from './state.ts'

export interface ReleasesDeps {
  /** POLICIES_DIR. */
  readonly dir: string
  readonly writer: Writer
  readonly db: Db
  readonly installation: InstallationStore
  readonly clock: Clock
  readonly log: Logger
  readonly live: LiveFeed
}

/** A document that was read and checked. `policy` is there when its shape is right. */
export interface Assessed {
  readonly document: PolicyDocument | undefined
  readonly policy: Policy | undefined
  readonly problems: readonly Problem[]
}

export interface Runnable extends Assessed {
  readonly document: PolicyDocument
  readonly policy: Policy
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error')
}

export function isRunnable(assessed: Assessed): assessed is Runnable {
  return (
    assessed.document !== undefined &&
    assessed.policy !== undefined &&
    !hasErrors(assessed.problems)
  )
}

interface AssessedOnce {
  readonly installation: Installation
  readonly lines: ReadonlyMap<string, LiveRelease>
  readonly assessed: Assessed
}

/** What becomes live. */
export interface NewRelease {
  readonly assessed: Runnable
  readonly by: Auditor
  readonly comment: string
  readonly source: Exclude<ReleaseSource, 'canary'>
  readonly clearDraft: boolean
  readonly fileHash?: string
}

/** Lines and columns belong to a file; a draft has none. */
const withoutPlace = ({ line: _, column: __, ...problem }: Problem): Problem => problem

/** All policies, and which release answers which line. Changes are made one after the other, by its owner. */
/** Fewer than on the command line: this runs between calls, and a tenth of them takes a few milliseconds. */
const combinationsTried = 5_000

export class Shelf {
  readonly deps: ReleasesDeps
  readonly #states = new Map<string, PolicyState>()
  #lines: ReadonlyMap<string, LiveRelease> = new Map()
  #windowMinutes = 0
  readonly #assessed = new WeakMap<PolicyDocument, AssessedOnce>()

  constructor(deps: ReleasesDeps) {
    this.deps = deps
  }

  get windowMinutes(): number {
    return this.#windowMinutes
  }

  forLine(line: string): LiveRelease | undefined {
    return this.#lines.get(line) ?? this.#lines.get('*')
  }

  ids(): string[] {
    return [...this.#states.keys()].sort()
  }

  find(id: string): PolicyState | undefined {
    return this.#states.get(id)
  }

  /** The policy, or an empty one under this id. */
  state(id: string): PolicyState {
    return this.#states.get(id) ?? newPolicy(id)
  }

  set(id: string, change: Partial<PolicyState>): PolicyState {
    const state = { ...this.state(id), ...change }
    this.#states.set(id, state)
    return state
  }

  /** A change after which another release answers. */
  goLive(id: string, change: Partial<PolicyState>): PolicyState {
    const state = this.set(id, change)
    this.#swap()
    return state
  }

  forget(id: string): void {
    this.#states.delete(id)
  }

  /** Reads the tables: all policies at the start, one after a command that may have half happened. */
  async load(id?: string): Promise<void> {
    for (const { state, live } of await readPolicies(this.deps.db, id)) {
      const { file } = this.state(state.id)
      this.#states.set(state.id, {
        ...state,
        file,
        live: live && this.#revive(state.id, live.info, live.document),
      })
    }
    for (const made of await readCanaries(this.deps.db, id))
      this.set(made.policyId, { canary: reviveCanary(this, made) })
    this.#swap()
  }

  /** Reads and checks a text; `file` is named in its problems. */
  assessText(text: string, id: string, file?: string): Assessed {
    const read = readDocument(text, id, file)
    const { policy, problems } = read
    if (!policy || hasErrors(problems)) return read
    const found = this.#validate(policy)
    const placed = file === undefined ? found : locate(found, text, file)
    return { ...read, problems: [...problems, ...placed] }
  }

  /** Reads and checks a document; as long as nothing around it changes, only once. */
  assess(document: PolicyDocument, id: string): Assessed {
    const installation = this.deps.installation.current()
    const before = this.#assessed.get(document)
    if (before?.installation === installation && before.lines === this.#lines)
      return before.assessed
    const found = this.assessText(JSON.stringify(document), id)
    const assessed = { ...found, document, problems: found.problems.map(withoutPlace) }
    this.#assessed.set(document, { installation, lines: this.#lines, assessed })
    return assessed
  }

  /** Writes a release, and from the moment it is committed it answers. */
  async release(id: string, input: NewRelease): Promise<PolicyState> {
    const { deps } = this
    const { assessed, by, comment, source, clearDraft } = input
    const before = this.state(id)
    const compiled = compile(assessed.policy, deps.installation.current())
    const document = tidy(assessed.document, assessed.policy)
    const hash = contentHash(document)
    const createdAt = toIso(deps.clock.now())
    const revision = before.draft && !clearDraft ? before.revision : before.revision + 1
    const written = await this.run(id, () =>
      deps.writer.run('publishRelease', {
        policyId: id,
        hash,
        document: JSON.stringify(document),
        by,
        comment,
        source,
        at: createdAt,
        clearDraft,
        revision,
        ...(input.fileHash === undefined ? {} : { fileHash: input.fileHash }),
      }),
    )
    const info: ReleaseInfo = {
      release: written.id,
      seq: written.seq,
      hash,
      author: by.name,
      comment,
      source,
      createdAt,
    }
    const { policy } = assessed
    const state = this.goLive(id, {
      revision,
      canary: undefined,
      ...(clearDraft ? { draft: undefined } : {}),
      ...(input.fileHash === undefined ? {} : { fileHash: input.fileHash }),
      live: {
        info,
        document,
        running: { policyId: id, release: info.release, policy, compiled, numbers: policy.numbers },
        problems: assessed.problems,
      },
    })
    deps.live.publish(written.events)
    deps.log.info({ policy: id, release: info.release, source }, 'release is live')
    return state
  }

  /** Runs a command; where its answer is lost, what the tables say counts. */
  async run<T>(id: string, command: () => Promise<T>): Promise<T> {
    try {
      return await command()
    } catch (error) {
      await this.load(id).catch((err: unknown) => {
        this.deps.log.warn({ err, policy: id }, 'policy could not be read again')
      })
      throw error
    }
  }

  /** After a change of the installation: same releases, new closures. A release is never dropped for it. */
  recompile(): void {
    for (const [id, state] of this.#states) {
      const { live } = state
      if (!live) continue
      const revived = this.#revive(id, live.info, live.document)
      const running = revived.running ?? live.running
      const canary = state.canary && reviveCanary(this, { ...state.canary, policyId: id })
      this.#states.set(id, { ...state, canary, live: { ...revived, running } })
    }
    this.#swap()
  }

  #revive(id: string, info: ReleaseInfo, document: PolicyDocument): Live {
    const { policy, problems } = this.assess(document, id)
    if (!policy) return { info, document, running: undefined, problems }
    try {
      const compiled = compile(policy, this.deps.installation.current())
      const { release } = info
      const running = { policyId: id, release, policy, compiled, numbers: policy.numbers }
      return { info, document, running, problems }
    } catch (err) {
      this.deps.log.error({ err, policy: id, release: info.release }, 'release cannot be run')
      return { info, document, running: undefined, problems }
    }
  }

  /** Numbers that other live policies answer. */
  #claims(except: string): Map<string, string> {
    const others = [...this.#states].filter(([id]) => id !== except)
    return new Map(
      others.flatMap(([id, { live }]) =>
        (live?.running?.numbers ?? []).map((number): [string, string] => [number, id]),
      ),
    )
  }

  #validate(policy: Policy): Problem[] {
    return validate(policy, {
      installation: this.deps.installation.current(),
      at: this.deps.clock.now(),
      otherClaims: this.#claims(policy.id),
      exhaustiveLimit: combinationsTried,
    })
  }

  /** One pointer swap: a call sees all of the old or all of the new. */
  #swap(): void {
    const running = [...this.#states.values()].flatMap(({ live }) => live?.running ?? [])
    // where two claim one number nevertheless, the one that has had it for longer keeps it
    const byAge = running.toSorted((a, b) => this.#age(a).localeCompare(this.#age(b)))
    const lines = new Map<string, LiveRelease>()
    for (const release of byAge)
      for (const number of release.numbers) if (!lines.has(number)) lines.set(number, release)
    this.#lines = lines
    this.#windowMinutes = Math.max(0, ...running.map(({ policy }) => longestWindow(policy)))
  }

  #age(release: LiveRelease): string {
    return this.state(release.policyId).live?.info.createdAt ?? ''
  }
}

/** Reads a text without asking whether it can run here. */
export function readDocument(text: string, id: string, file?: string): Assessed {
  const { policy, problems } = readPolicy(text, file === undefined ? { id } : { id, file })
  const raw = asDocument(text)
  return { document: raw && policy ? tidy(raw, policy) : raw, policy, problems }
}

function asDocument(text: string): PolicyDocument | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    return isDocument(value) ? value : undefined
  } catch {
    return undefined
  }
}
