import type { Auditor } from '../db/commands/audit.ts'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { Writer } from '../db/writer.ts'
import type { InstallationStore } from '../installation.ts'
import type { LiveFeed } from '../live.ts'
import type { Logger } from '../logger.ts'
import { compile } from '../policy/compile.ts'
import { locate } from '../policy/validate/read.ts'
import type { ValidateContext } from '../policy/validate/validate.ts'
import { validate } from '../policy/validate/validate.ts'
import type { Installation } from '../schema/installation.ts'
import type { Policy } from '../schema/policy.ts'
import type { Problem } from '../schema/problem.ts'
import { readCanaries, reviveCanary } from './canary.ts'
import { Checker } from './checker.ts'
import type { PolicyDocument } from './document.ts'
import { contentHash, longestWindow, tidy } from './document.ts'
import type { Assessed } from './read-document.ts'
import { hasErrors, readDocument } from './read-document.ts'
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

export interface Runnable extends Assessed {
  readonly document: PolicyDocument
  readonly policy: Policy
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
  /** Who claims each of its numbers, as `claimsOn` tells. */
  readonly claims: string
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

/** Fewer than on the command line: where the thread is lost, this runs between calls. */
const combinationsTried = 5_000

/** What a policy's problems depend on besides itself and the installation. */
function claimsOn(policy: Policy | undefined, claims: ReadonlyMap<string, string>): string {
  return JSON.stringify((policy?.numbers ?? []).map((number) => claims.get(number) ?? null))
}

/** All policies, and which release answers which line. Changes are made one after the other, by its owner. */

export class Shelf {
  readonly deps: ReleasesDeps
  readonly #states = new Map<string, PolicyState>()
  #lines: ReadonlyMap<string, LiveRelease> = new Map()
  #windowMinutes = 0
  readonly #checker = new Checker()
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
    const found = validate(policy, this.#contextOf(policy.id))
    const placed = file === undefined ? found : locate(found, text, file)
    return { ...read, problems: [...problems, ...placed] }
  }

  /** The same, beside the calls: what takes long does not hold them up. */
  async assessAside(text: string, id: string, file?: string): Promise<Assessed> {
    const context = this.#contextOf(id)
    try {
      return await this.#checker.ask({ id, text, context, ...(file !== undefined && { file }) })
    } catch (err) {
      this.deps.log.warn({ err, policy: id }, 'a policy is checked between calls')
      return this.assessText(text, id, file)
    }
  }

  /** Checks a document beside the calls, so that `assess` knows it. */
  async prepare(document: PolicyDocument, id: string): Promise<void> {
    if (this.#known(document, id)) return
    const { installation, otherClaims } = this.#contextOf(id)
    const found = await this.assessAside(JSON.stringify(document), id)
    this.#keep(document, { found, installation, claims: claimsOn(found.policy, otherClaims) })
  }

  /** Everything that is live or drafted, after a change of what it depends on. */
  async prepareAll(): Promise<void> {
    for (const [id, { live, draft }] of [...this.#states])
      for (const one of [live, draft]) if (one) await this.prepare(one.document, id)
  }

  /** Reads and checks a document; as long as nothing around it changes, only once. */
  assess(document: PolicyDocument, id: string): Assessed {
    const known = this.#known(document, id)
    if (known) return known
    const { installation, otherClaims } = this.#contextOf(id)
    const found = this.assessText(JSON.stringify(document), id)
    return this.#keep(document, {
      found,
      installation,
      claims: claimsOn(found.policy, otherClaims),
    })
  }

  #known(document: PolicyDocument, id: string): Assessed | undefined {
    const before = this.#assessed.get(document)
    if (before?.installation !== this.deps.installation.current()) return undefined
    const isSame = before.claims === claimsOn(before.assessed.policy, this.#claims(id))
    return isSame ? before.assessed : undefined
  }

  #keep(
    document: PolicyDocument,
    { found, ...around }: { found: Assessed } & Omit<AssessedOnce, 'assessed'>,
  ): Assessed {
    const assessed = { ...found, document, problems: found.problems.map(withoutPlace) }
    this.#assessed.set(document, { ...around, assessed })
    return assessed
  }

  close(): Promise<void> {
    return this.#checker.close()
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
    const { installation, otherClaims } = this.#contextOf(id)
    this.#keep(document, { found: assessed, installation, claims: claimsOn(policy, otherClaims) })
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

  #contextOf(id: string) {
    return {
      installation: this.deps.installation.current(),
      at: this.deps.clock.now(),
      otherClaims: this.#claims(id),
      exhaustiveLimit: combinationsTried,
    } satisfies ValidateContext
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
