import type { Arm, Guards } from '../../schema/canary.ts'
import type { Db } from '../open.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'
import type { EndCanaryInput } from './canary-end.ts'
import { closeCanary } from './canary-end.ts'
import type { FeedEvent } from './feed.ts'
import { insertEvent } from './feed.ts'
import { liveRelease, nextSeq } from './releases.ts'

interface StartCanaryInput {
  readonly policyId: string
  readonly hash: string
  /** JSON text. */
  readonly document: string
  readonly control: string
  readonly percent: number
  readonly guards: Guards
  readonly comment: string
  readonly by: Auditor
  /** ISO. */
  readonly at: string
  readonly endsAt: string | null
}

export type StartedCanary =
  | { readonly kind: 'running' }
  | { readonly kind: 'outdated' }
  | {
      readonly kind: 'started'
      readonly canaryId: number
      readonly seq: number
      readonly release: string
      readonly events: readonly FeedEvent[]
    }

/** Writes a release that is not the live one, and lets it answer a percentage of callers. */
async function startCanary(trx: Db, input: StartCanaryInput): Promise<StartedCanary> {
  const { policyId, hash, control, percent, guards, comment, by, at, endsAt } = input
  const running = await trx
    .selectFrom('canaries')
    .select('id')
    .where('policy_id', '=', policyId)
    .where('state', '=', 'running')
    .executeTakeFirst()
  if (running) return { kind: 'running' }
  if ((await liveRelease(trx, policyId)) !== control) return { kind: 'outdated' }
  const seq = await nextSeq(trx, policyId)
  const release = `${seq}-${hash.slice(0, 12)}`
  const { document } = input
  const author = by.name
  await trx
    .insertInto('releases')
    .values({
      ...{ policy_id: policyId, seq, id: release, hash, document, author, comment },
      ...{ source: 'canary', created_at: at },
    })
    .execute()
  const { id } = await trx
    .insertInto('canaries')
    .values({
      ...{ policy_id: policyId, seq, release, control, percent, state: 'running' },
      ...{ guards: JSON.stringify(guards), started_at: at, started_by: author, ends_at: endsAt },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await audit(trx, {
    ...{ at, by, operation: 'startCanary', subject: policyId, before: { release: control } },
    after: { canary: id, release, percent, guards, endsAt, comment },
  })
  const doc = { policy: policyId, canary: id, release, control, percent, by: author }
  const event = await insertEvent(trx, { type: 'canary.started', at, team: null, doc })
  return { kind: 'started', canaryId: id, seq, release, events: [event] }
}

/** Everybody is answered by what is live again. @returns no events when none was running (any more) */
async function endCanary(
  trx: Db,
  input: EndCanaryInput,
): Promise<{ readonly events: readonly FeedEvent[] } | undefined> {
  const ended = await closeCanary(trx, input)
  return ended && { events: ended.events }
}

interface PromoteInput extends Omit<EndCanaryInput, 'state'> {
  readonly canaryId: number
  /** Of the draft afterwards. */
  readonly revision: number
  /** The draft is what was promoted, so it is no draft any more; or it goes on from there. */
  readonly draft: 'clear' | 'rebase' | 'keep'
}

/** The canary becomes what is live. @returns undefined when it is not running any more */
async function promoteCanary(
  trx: Db,
  input: PromoteInput,
): Promise<{ readonly events: readonly FeedEvent[] } | undefined> {
  const { policyId, revision, draft, by, at } = input
  const ended = await closeCanary(trx, { ...input, state: 'promoted' })
  if (!ended) return undefined
  await trx
    .updateTable('policies')
    .set({
      live_seq: ended.seq,
      draft_revision: revision,
      ...(draft === 'clear' ? { draft: null, draft_based_on: null } : {}),
      ...(draft === 'rebase' ? { draft_based_on: ended.release } : {}),
    })
    .where('id', '=', policyId)
    .execute()
  const doc = { policy: policyId, release: ended.release, source: 'canary', author: by.name }
  const event = await insertEvent(trx, { type: 'policy.released', at, team: null, doc })
  return { events: [...ended.events, event] }
}

/** The side a call was on, and what of it was known when it was decided. */
export interface CanaryCall {
  readonly id: number
  readonly arm: Arm
  readonly answered: boolean
  readonly missedBudget: boolean
  readonly broken: boolean
}

/** Notes a call that was decided while a canary ran. */
export async function noteCanaryCall(
  trx: Db,
  { callId, personId, call }: { callId: number; personId: number | null; call: CanaryCall },
): Promise<void> {
  const before =
    personId === null
      ? undefined
      : await trx
          .selectFrom('canary_calls')
          .select('call_id')
          .where('person_id', '=', personId)
          .where('canary_id', '=', call.id)
          .limit(1)
          .executeTakeFirst()
  const flag = (value: boolean): number => (value ? 1 : 0)
  await trx
    .insertInto('canary_calls')
    .values({
      ...{ call_id: callId, canary_id: call.id, arm: call.arm, person_id: personId },
      is_first: flag(before === undefined),
      answered: flag(call.answered),
      missed_budget: flag(call.missedBudget),
      broken: flag(call.broken),
    })
    .execute()
}

/** A caller of a running canary told us to stop. */
export async function noteComplaint(trx: Db, personId: number | null): Promise<void> {
  if (personId === null) return
  await trx
    .updateTable('canary_calls')
    .set({ complained: 1 })
    .where('person_id', '=', personId)
    .where('is_first', '=', 1)
    .where('canary_id', 'in', (eb) =>
      eb.selectFrom('canaries').select('id').where('state', '=', 'running'),
    )
    .execute()
}

export const canaryCommands = { startCanary, endCanary, promoteCanary }
