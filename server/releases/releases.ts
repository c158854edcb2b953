import type { Auditor } from '../db/commands/audit.ts'
import { toIso } from '../clock.ts'
import { GatekeeperError } from '../errors.ts'
import type { Arm } from '../schema/canary.ts'
import type { Problem } from '../schema/problem.ts'
import type { CanaryInput, EndCanary } from './canary.ts'
import { endCanary, promoteCanary, startCanary } from './canary.ts'
import type { PolicyDocument } from './document.ts'
import { isPassing, reconcile, writeLive } from './files.ts'
import { listPolicies } from './folder.ts'
import { readReleases, releaseDocument } from './history.ts'
import { createRetries } from './retries.ts'
import type { Assessed } from './read-document.ts'
import { hasErrors } from './read-document.ts'
import type { NewRelease, ReleasesDeps, Runnable } from './shelf.ts'
import { isRunnable, Shelf } from './shelf.ts'
import type { LiveRelease, PolicyState, ReleaseInfo, RunningCanary } from './state.ts'
import type { Simulated, SimulatedCase } from './simulate.ts'
import { simulate } from './simulate.ts'
import { createTurns } from './turns.ts'
import type { DraftView, PolicyDetail, PolicySummary } from './views.ts'
import { detailOf, draftDocument, draftView, isOutdated, summaryOf } from './views.ts'
import { watchFolder } from './watch.ts'

export type { LiveRelease } from './state.ts'
export type { PolicyDetail } from './views.ts'

/** What a client says it saw: a revision, or whatever there is. */
export type Expected = number | 'any'

export interface SaveDraft {
  readonly document: PolicyDocument
  readonly expected: Expected
  /** The release the author took over; without it the draft stays based on what it was. */
  readonly basedOn?: string | undefined
  readonly by: Auditor
}

export interface Publish {
  readonly comment: string
  readonly force: boolean
  readonly expected: Expected
  readonly by: Auditor
}

export interface Rollback {
  /** `<sequence>-<hash12>` of the release whose content comes back. */
  readonly release: string
  readonly comment?: string | undefined
  readonly by: Auditor
}

/** A release with the side its caller is on, while a canary of the policy runs. */
export interface AssignedRelease extends LiveRelease {
  readonly canary?: { readonly id: number; readonly arm: Arm }
}

/**
 * The policies: folder, database, and what answers calls.
 * Methods throw GatekeeperError: `not_found`, `precondition_failed` (the draft was changed since),
 * `outdated`, `invalid_policy` (problems in the details), `storage_unavailable`.
 */
export interface Releases {
  /** What answers calls of a line: an exact number beats `*`. */
  forLine(line: string): LiveRelease | undefined
  /** What answers a caller on a line: a canary, for those who are on its side. */
  forCaller(line: string, callerKey: string): AssignedRelease | undefined
  list(): PolicySummary[]
  get(id: string): PolicyDetail
  releases(id: string): Promise<ReleaseInfo[]>
  document(id: string, release: string): Promise<{ info: ReleaseInfo; document: PolicyDocument }>
  /** Expects revision 0 of a policy that does not exist yet, and creates it. */
  saveDraft(id: string, input: SaveDraft): Promise<DraftView>
  /** Goes back to what is live. */
  discardDraft(id: string, input: { expected: Expected; by: Auditor }): Promise<DraftView>
  /** Checks the draft, or a document given, beside the calls. */
  assess(id: string, document?: PolicyDocument): Promise<Assessed>
  /** Decides a case by the draft, or by a document given; nothing is stored or sent. */
  simulate(id: string, theCase: SimulatedCase, document?: PolicyDocument): Promise<Simulated>
  publish(id: string, input: Publish): Promise<PolicyDetail>
  rollback(id: string, input: Rollback): Promise<PolicyDetail>
  /** Lets the draft answer a percentage of callers. */
  startCanary(id: string, input: CanaryInput): Promise<void>
  /** @returns false when no canary runs (any more) */
  endCanary(id: string, input: EndCanary): Promise<boolean>
  /** The canary becomes what is live. */
  promoteCanary(id: string, by: Auditor): Promise<PolicyDetail>
  /** Canaries that run, by the ids of their policies. */
  readonly canaries: ReadonlyMap<string, RunningCanary>
  /** Imports the files and watches them. Answers when every file was looked at. */
  start(): Promise<void>
  close(): Promise<void>
  /** Every file was looked at since the start. */
  readonly started: boolean
  /** Longest velocity window that a live policy uses, 0 without one. */
  readonly windowMinutes: number
}

class Library implements Releases {
  readonly #shelf: Shelf
  readonly #turns = createTurns()
  readonly #retries = createRetries((id) => this.#look(id))
  readonly #endings: (() => Promise<void> | void)[] = []
  #started = false

  constructor(shelf: Shelf) {
    this.#shelf = shelf
  }

  get started(): boolean {
    return this.#started
  }

  get windowMinutes(): number {
    return this.#shelf.windowMinutes
  }

  forLine(line: string): LiveRelease | undefined {
    return this.#shelf.forLine(line)
  }

  forCaller(line: string, callerKey: string): AssignedRelease | undefined {
    const live = this.#shelf.forLine(line)
    const canary = live && this.#shelf.find(live.policyId)?.canary
    if (!canary) return live
    const arm = canary.takes(callerKey) ? 'canary' : 'control'
    return { ...(arm === 'canary' ? canary.running : live), canary: { id: canary.id, arm } }
  }

  get canaries(): ReadonlyMap<string, RunningCanary> {
    const all = this.#shelf.ids().flatMap((id): [string, RunningCanary][] => {
      const canary = this.#shelf.find(id)?.canary
      return canary ? [[id, canary]] : []
    })
    return new Map(all)
  }

  list(): PolicySummary[] {
    return this.#shelf.ids().map((id) => summaryOf(this.#shelf.state(id)))
  }

  get(id: string): PolicyDetail {
    return this.#detail(this.#known(id))
  }

  async releases(id: string): Promise<ReleaseInfo[]> {
    this.#known(id)
    return readReleases(this.#shelf.deps.db, id)
  }

  async document(id: string, release: string) {
    this.#known(id)
    return releaseDocument(this.#shelf.deps.db, id, release)
  }

  async assess(id: string, given?: PolicyDocument): Promise<Assessed> {
    const document = given ?? draftDocument(this.#known(id))
    if (!document) return { document, policy: undefined, problems: this.#known(id).file.problems }
    await this.#shelf.prepare(document, id)
    return this.#shelf.assess(document, id)
  }

  async simulate(id: string, theCase: SimulatedCase, document?: PolicyDocument) {
    return simulate(this.#shelf.deps, await this.assess(id, document), theCase)
  }

  saveDraft(id: string, input: SaveDraft): Promise<DraftView> {
    return this.#turns.take(async () => {
      const state = this.#shelf.state(id)
      expectRevision(state, input.expected)
      const liveRelease = state.live?.info.release ?? null
      if (input.basedOn !== undefined && input.basedOn !== liveRelease)
        throw new GatekeeperError('outdated', 'that release is not the live one any more', {
          details: { basedOn: input.basedOn, live: liveRelease },
        })
      const basedOn = input.basedOn ?? (state.draft ? state.draft.basedOn : liveRelease)
      const saved = { document: input.document, basedOn }
      await this.#shelf.prepare(input.document, id)
      return this.#view(await this.#storeDraft(state, saved, input.by))
    })
  }

  discardDraft(id: string, input: { expected: Expected; by: Auditor }): Promise<DraftView> {
    return this.#turns.take(async () => {
      const state = this.#known(id)
      expectRevision(state, input.expected)
      return this.#view(await this.#storeDraft(state, undefined, input.by))
    })
  }

  publish(id: string, input: Publish): Promise<PolicyDetail> {
    return this.#turns.take(async () => {
      this.#known(id)
      // a file that was edited before this moment comes first
      const seen = await reconcile(this.#shelf, id)
      const state = this.#known(id)
      expectRevision(state, input.expected)
      if (!input.force && isOutdated(state)) throw outdated(state)
      const assessed = mustRun(await this.assess(id))
      const { by, comment } = input
      const release = { assessed, by, comment, source: 'api', clearDraft: true } as const
      return this.#goLive(id, seen, release)
    })
  }

  rollback(id: string, input: Rollback): Promise<PolicyDetail> {
    return this.#turns.take(async () => {
      this.#known(id)
      const seen = await reconcile(this.#shelf, id)
      const { document } = await releaseDocument(this.#shelf.deps.db, id, input.release)
      const assessed = mustRun(await this.assess(id, document))
      const comment = input.comment ?? `Rolled back to ${input.release}`
      const { by } = input
      const release = { assessed, by, comment, source: 'rollback', clearDraft: false } as const
      return this.#goLive(id, seen, release)
    })
  }

  startCanary(id: string, input: CanaryInput): Promise<void> {
    return this.#turns.take(async () => {
      this.#known(id)
      await reconcile(this.#shelf, id)
      const state = this.#known(id)
      if (!input.force && isOutdated(state)) throw outdated(state)
      await startCanary(this.#shelf, id, { assessed: mustRun(await this.assess(id)), input })
    })
  }

  endCanary(id: string, input: EndCanary): Promise<boolean> {
    return this.#turns.take(() => endCanary(this.#shelf, id, input))
  }

  promoteCanary(id: string, by: Auditor): Promise<PolicyDetail> {
    return this.#turns.take(async () => {
      this.#known(id)
      const seen = await reconcile(this.#shelf, id)
      await promoteCanary(this.#shelf, id, by)
      return this.#written(id, seen)
    })
  }

  async start(): Promise<void> {
    const { dir, log, installation } = this.#shelf.deps
    const stopWatching = await watchFolder({
      dir,
      log,
      known: () => this.#shelf.ids(),
      onChange: (id) => void this.#look(id),
    })
    const stopListening = installation.onChange(() => void this.#recompile())
    this.#endings.push(stopWatching, stopListening)
    for (const id of new Set([...(await listPolicies(dir)), ...this.#shelf.ids()]))
      await this.#look(id)
    this.#started = true
  }

  async close(): Promise<void> {
    this.#retries.close()
    for (const end of this.#endings.splice(0)) await end()
    await this.#turns.idle()
    await this.#shelf.close()
  }

  #known(id: string): PolicyState {
    const state = this.#shelf.find(id)
    if (!state) throw new GatekeeperError('not_found', 'there is no such policy')
    return state
  }

  #view(state: PolicyState): DraftView {
    const document = draftDocument(state)
    return draftView(state, document && this.#shelf.assess(document, state.id))
  }

  #detail(state: PolicyState): PolicyDetail {
    const document = draftDocument(state)
    return detailOf(state, document && this.#shelf.assess(document, state.id))
  }

  async #storeDraft(
    state: PolicyState,
    saved: { document: PolicyDocument; basedOn: string | null } | undefined,
    by: Auditor,
  ): Promise<PolicyState> {
    const { deps } = this.#shelf
    const { id } = state
    const revision = state.revision + 1
    const at = toIso(deps.clock.now())
    const basedOn = saved?.basedOn ?? null
    const draft = saved ? JSON.stringify(saved.document) : null
    await this.#shelf.run(id, () =>
      deps.writer.run('saveDraft', { policyId: id, draft, revision, basedOn, by, at }),
    )
    return this.#shelf.set(id, { revision, draft: saved && { ...saved, by: by.name, at } })
  }

  /** `seen`: the file as it was when this release was decided on; a later edit is not overwritten. */
  async #goLive(id: string, seen: string, release: NewRelease): Promise<PolicyDetail> {
    await this.#shelf.release(id, release)
    return this.#written(id, seen)
  }

  /** After a release became live: its file, and what may be possible now. */
  async #written(id: string, seen: string): Promise<PolicyDetail> {
    await writeLive(this.#shelf, id, seen)
    if (this.#shelf.state(id).file.state === 'newer') void this.#look(id)
    this.#lookAtBroken(id)
    return this.#detail(this.#known(id))
  }

  /** Looks at a policy's file; while the database cannot be used, it is looked at again and again. */
  async #look(id: string): Promise<void> {
    const { log } = this.#shelf.deps
    await this.#turns.take(async () => {
      const before = this.#shelf.find(id)?.live
      try {
        await reconcile(this.#shelf, id)
        this.#retries.done(id)
      } catch (err) {
        if (isPassing(err)) this.#retries.again(id)
        log.error({ err, policy: id }, 'policy file could not be imported')
      }
      if (this.#shelf.find(id)?.live !== before) this.#lookAtBroken(id)
    })
  }

  /** A number may be free now, or a calendar there: what could not be imported gets another try. */
  #lookAtBroken(except?: string): void {
    if (!this.#started) return
    for (const id of this.#shelf.ids())
      if (id !== except && hasErrors(this.#shelf.state(id).file.problems)) void this.#look(id)
  }

  #recompile(): Promise<void> {
    return this.#turns.take(async () => {
      await this.#shelf.prepareAll()
      this.#shelf.recompile()
      this.#lookAtBroken()
    })
  }
}

function expectRevision(state: PolicyState, expected: Expected): void {
  if (expected === 'any' || expected === state.revision) return
  throw new GatekeeperError('precondition_failed', 'the draft was changed since you read it', {
    details: { revision: state.revision },
  })
}

function outdated(state: PolicyState): GatekeeperError {
  return new GatekeeperError('outdated', 'the draft was begun on a release that is not live now', {
    details: { basedOn: state.draft?.basedOn ?? null, live: state.live?.info.release ?? null },
  })
}

function mustRun(assessed: Assessed): Runnable {
  if (isRunnable(assessed)) return assessed
  const problems: readonly Problem[] = assessed.problems
  throw new GatekeeperError('invalid_policy', 'the policy has errors and was not published', {
    details: { problems },
  })
}

/** Reads what is stored, so that calls can be answered; `start` then brings in the files. */
export async function openReleases(deps: ReleasesDeps): Promise<Releases> {
  const shelf = new Shelf(deps)
  await shelf.load()
  return new Library(shelf)
}
