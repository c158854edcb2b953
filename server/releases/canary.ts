import type { Auditor } from '../db/commands/audit.ts'
import { toIso } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { GatekeeperError } from '../errors.ts'
import { compile } from '../policy/compile.ts'
import { splitPlace } from '../policy/split.ts'
import type { CanaryFigures, CanaryState, StartCanary } from '../schema/canary.ts'
import { guardsSchema } from '../schema/canary.ts'
import type { Installation } from '../schema/installation.ts'
import { policySchema } from '../schema/policy.ts'
import type { PolicyDocument } from './document.ts'
import { contentHash, tidy } from './document.ts'
import type { Runnable, Shelf } from './shelf.ts'
import { isRunnable } from './shelf.ts'
import type { Live, PolicyState, RunningCanary } from './state.ts'

type Made = Omit<RunningCanary, 'running' | 'takes'> & { readonly policyId: string }

/**
 * Who is on the canary's side: a hash of policy, canary and caller, so that a caller stays where it is on
 * every machine and after a restart, and another canary draws other callers.
 */
function takesOf({ policyId, id, percent }: Made): RunningCanary['takes'] {
  const place = splitPlace(policyId, `canary ${id}`)
  return (callerKey) => place(callerKey) < percent
}

/** @throws Error when its document cannot be compiled */
function makeCanary(made: Made, installation: Installation): RunningCanary {
  const { policyId, ...canary } = made
  const policy = policySchema.parse(made.document)
  const compiled = compile(policy, installation)
  const { release } = made.info
  const running = { policyId, release, policy, compiled, numbers: policy.numbers }
  return { ...canary, running, takes: takesOf(made) }
}

/** The canaries that ran when the tables were last written; of one policy, or all. */
export async function readCanaries(db: Db, policyId?: string): Promise<Made[]> {
  const rows = await db
    .selectFrom('canaries')
    .innerJoin('releases', (join) =>
      join
        .onRef('releases.policy_id', '=', 'canaries.policy_id')
        .onRef('releases.seq', '=', 'canaries.seq'),
    )
    .select(['canaries.id', 'canaries.policy_id', 'percent', 'guards', 'control', 'ends_at'])
    .select(['canaries.release', 'releases.seq', 'hash', 'document', 'author', 'comment'])
    .select(['source', 'created_at'])
    .where('canaries.state', '=', 'running')
    .$if(policyId !== undefined, (query) => query.where('canaries.policy_id', '=', policyId ?? ''))
    .execute()
  return rows.map((row) => ({
    id: row.id,
    policyId: row.policy_id,
    percent: row.percent,
    guards: guardsSchema.parse(JSON.parse(row.guards)),
    control: row.control,
    endsAt: row.ends_at,
    // written by this server only, as an object
    document: JSON.parse(row.document) as PolicyDocument,
    info: {
      ...{ release: row.release, seq: row.seq, hash: row.hash, author: row.author },
      ...{ comment: row.comment, source: row.source, createdAt: row.created_at },
    },
  }))
}

/** Brings a canary back, after a start or when the installation changed; one that cannot run keeps what it had. */
export function reviveCanary(shelf: Shelf, made: Made): RunningCanary | undefined {
  const { deps } = shelf
  try {
    return makeCanary(made, deps.installation.current())
  } catch (err) {
    deps.log.error({ err, policy: made.policyId, canary: made.id }, 'canary cannot be run')
    return shelf.find(made.policyId)?.canary
  }
}

export type CanaryInput = StartCanary & { readonly by: Auditor }

function mustBeNew(
  state: PolicyState,
  assessed: Runnable,
): { live: Live; document: PolicyDocument } {
  const { live } = state
  if (!live?.running)
    throw new GatekeeperError('conflict', 'nothing is live that a canary could be compared with')
  if (state.canary) throw new GatekeeperError('conflict', 'a canary of this policy is running')
  const document = tidy(assessed.document, assessed.policy)
  if (contentHash(document) === live.info.hash)
    throw new GatekeeperError('conflict', 'the draft says what is live already')
  return { live, document }
}

/** Lets a draft answer a percentage of callers, as a release of its own. */
export async function startCanary(
  shelf: Shelf,
  id: string,
  { assessed, input }: { assessed: Runnable; input: CanaryInput },
): Promise<void> {
  const { deps } = shelf
  const { live, document } = mustBeNew(shelf.state(id), assessed)
  const { percent, guards, minutes, by } = input
  const now = deps.clock.now()
  const [at, hash, control] = [toIso(now), contentHash(document), live.info.release]
  const comment = input.comment ?? `Canary for ${percent} % of callers`
  const endsAt = minutes === undefined ? null : toIso(now + minutes * 60_000)
  const started = await shelf.run(id, () =>
    deps.writer.run('startCanary', {
      ...{ policyId: id, hash, document: JSON.stringify(document), control },
      ...{ percent, guards, comment, by, at, endsAt },
    }),
  )
  if (started.kind !== 'started')
    throw new GatekeeperError(
      started.kind === 'running' ? 'conflict' : 'outdated',
      started.kind === 'running'
        ? 'a canary of this policy is running'
        : 'another release became live meanwhile',
    )
  const { canaryId, seq, release } = started
  const info = {
    ...{ release, seq, hash, author: by.name, comment },
    ...{ source: 'canary' as const, createdAt: at },
  }
  const made = { id: canaryId, policyId: id, percent, guards, control, endsAt, document, info }
  shelf.set(id, { canary: makeCanary(made, deps.installation.current()) })
  deps.live.publish(started.events)
  deps.log.info({ policy: id, release, percent }, 'canary began')
}

export interface EndCanary {
  readonly state: Exclude<CanaryState, 'running' | 'promoted' | 'superseded'>
  readonly why: string
  readonly by: Auditor
  /** That one and no later one. */
  readonly canaryId?: number
  readonly figures?: CanaryFigures
}

/** What is live answers everybody again. @returns false when no canary runs (any more) */
export async function endCanary(shelf: Shelf, id: string, input: EndCanary): Promise<boolean> {
  const { deps } = shelf
  const at = toIso(deps.clock.now())
  const ended = await shelf.run(id, () =>
    deps.writer.run('endCanary', { ...input, policyId: id, at }),
  )
  if (!ended) return false
  shelf.set(id, { canary: undefined })
  deps.live.publish(ended.events)
  deps.log.info({ policy: id, state: input.state }, 'canary ended')
  return true
}

/** What becomes of the draft: it was promoted, it goes on from there, or it has nothing to do with it. */
function draftAfter(shelf: Shelf, state: PolicyState, canary: RunningCanary) {
  const { draft } = state
  if (!draft) return 'keep'
  const assessed = shelf.assess(draft.document, state.id)
  const hash = isRunnable(assessed)
    ? contentHash(tidy(assessed.document, assessed.policy))
    : contentHash(draft.document)
  if (hash === canary.info.hash) return 'clear'
  return draft.basedOn === canary.control ? 'rebase' : 'keep'
}

/** The canary becomes what is live. @throws GatekeeperError `conflict` when none runs */
export async function promoteCanary(shelf: Shelf, id: string, by: Auditor): Promise<void> {
  const { deps } = shelf
  const state = shelf.state(id)
  const { canary } = state
  if (!canary) throw new GatekeeperError('conflict', 'no canary of this policy is running')
  const draft = draftAfter(shelf, state, canary)
  const revision = state.draft && draft !== 'clear' ? state.revision : state.revision + 1
  const { release } = canary.info
  const promoted = await shelf.run(id, () =>
    deps.writer.run('promoteCanary', {
      ...{ policyId: id, canaryId: canary.id, by, at: toIso(deps.clock.now()), revision, draft },
      why: `${by.name} made it live for everybody.`,
    }),
  )
  if (!promoted) throw new GatekeeperError('conflict', 'no canary of this policy is running')
  const { info, document, running } = canary
  const { problems } = shelf.assess(document, id)
  const kept = state.draft && { ...state.draft, ...(draft === 'rebase' && { basedOn: release }) }
  shelf.goLive(id, {
    revision,
    canary: undefined,
    draft: draft === 'clear' ? undefined : kept,
    live: { info, document, running, problems },
  })
  deps.live.publish(promoted.events)
  deps.log.info({ policy: id, release }, 'canary was promoted')
}
