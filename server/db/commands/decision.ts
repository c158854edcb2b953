import type { Action, ActionPayload, SuppressionReason } from '../../schema/action.ts'
import type { Decision } from '../../schema/decision.ts'
import type { SignalOf } from '../../schema/signal.ts'
import type { MissReason } from '../../reports/why.ts'
import { reasonOf } from '../../reports/why.ts'
import type { Due } from '../../outbox/due.ts'
import type { Db } from '../open.ts'
import type { CourtesyLimits } from './courtesy.ts'
import { suppression } from './courtesy.ts'
import type { CanaryCall } from './canaries.ts'
import { noteCanaryCall } from './canaries.ts'
import { newAction, newCall, newDecision } from './decision-rows.ts'
import type { FeedEvent } from './feed.ts'
import { insertEvent } from './feed.ts'
import { decidedExclusion, sawBlocked } from './lead-exclusion.ts'
import { refreshLead } from './leads.ts'
import { insertLink } from './links.ts'
import { resolvePerson } from './people.ts'
import { insertPromise } from './promises.ts'
import type { SignalInput } from './signals.ts'
import { insertSignal } from './signals.ts'
import { fulfilVerification } from './verifications.ts'
import { tellWebhooks } from './webhook-events.ts'

/** One action of a decision, with its place in time as ISO text. */
export interface PlannedAction {
  key: string
  payload: ActionPayload
  deadlineAt: string
  /** A message that will not be sent, decided before the transaction: `silent`. */
  suppressed?: SuppressionReason
  /** The message's own address leads to this one. */
  link?: { token: string; target: string }
}

/**
 * A decision as it is journalled: its document written out, and what its rows hold besides. Copying a
 * text into the writer's thread costs a fraction of what copying a whole trace does.
 */
export interface WrittenDecision extends Pick<
  Decision,
  | 'at'
  | 'policy'
  | 'release'
  | 'outcome'
  | 'node'
  | 'path'
  | 'unknown'
  | 'ms'
  | 'fallback'
  | 'final'
> {
  /** The `Decision` as JSON. */
  readonly doc: string
  readonly why: MissReason
  readonly sawBlocked: boolean
}

export function writtenDecision(decision: Decision): WrittenDecision {
  const { at, policy, release, outcome, node, path, unknown, ms, fallback, final } = decision
  const rows = { at, policy, release, outcome, node, path, unknown, ms, fallback, final }
  return {
    ...rows,
    doc: JSON.stringify(decision),
    why: reasonOf(decision),
    sawBlocked: sawBlocked(decision),
  }
}

export interface CommitDecisionInput extends SignalInput {
  signal: SignalOf<'call_offered'>
  ref: string
  now: number
  /** The line's team, whose live feed shows the call. */
  team: string | null
  decision: WrittenDecision
  actions: PlannedAction[]
  tags: string[]
  /** ISO; the caller is blocked until then. */
  blockedUntil?: string
  restriction?: { queue: string; until: string }
  optedOut: boolean
  /** The caller is blocked, whether or not a gate asked; such calls open no lead. */
  callerBlocked?: boolean
  limits: CourtesyLimits
  /** The side it was on, while a canary of its policy runs. */
  canary?: CanaryCall
  /** The outbox has room for the reject: it is claimed here and now, and sent without a claim of its own. */
  claimReject?: boolean
  /** The caller's ids, in every spelling, when an open verification waits for this call. */
  fulfils?: { phones: string[]; userId?: string | undefined }
}

export type CommitDecisionOutput =
  | { kind: 'duplicate' }
  | {
      kind: 'committed'
      callId: number
      actionIds: number[]
      /** Those of them that the outbox need not seek. */
      due: Due[]
      /** One of `due` that is claimed. */
      claimed?: Action
      events: FeedEvent[]
    }

function exclusionOf({ callerBlocked = false, decision, actions }: CommitDecisionInput) {
  return decidedExclusion({ callerBlocked: callerBlocked || decision.sawBlocked, actions })
}

async function insertCall(trx: Db, input: CommitDecisionInput, personId: number | null) {
  const { signal, decision } = input
  const { id } = await newCall.only(trx, {
    ref: input.ref,
    channel: signal.channel,
    provider_id: signal.callId,
    line: signal.line,
    person_id: personId,
    phone: signal.from.phone ?? null,
    user_id: signal.from.userId ?? null,
    profile_name: signal.from.profileName ?? null,
    direction: 'inbound',
    media: signal.media,
    status: 'ringing',
    offered_at: signal.at ?? null,
    arrived_at: input.arrivedAt,
    attempt_at: input.arrivedAt,
    policy: decision.policy,
    release: decision.release,
    outcome: decision.outcome,
    node: decision.node,
    final_outcome: decision.final.outcome,
    final_node: decision.final.node,
    decision_ms: decision.ms,
    why: decision.why,
    no_lead: exclusionOf(input),
  })
  return id
}

interface CallIds {
  readonly callId: number
  readonly personId: number | null
}

/** Why an action is not to be done; undefined when it is. */
async function heldBack(trx: Db, input: CommitDecisionInput, action: PlannedAction & CallIds) {
  const { payload, suppressed, personId } = action
  if (suppressed) return { reason: suppressed, parentId: null }
  if (payload.type !== 'message') return undefined
  const { now, optedOut, limits } = input
  const important = payload.message.important === true
  return suppression(trx, { personId, now, important, optedOut, limits })
}

async function insertActions(
  trx: Db,
  input: CommitDecisionInput,
  ids: CallIds,
): Promise<{ due: Due[]; claimed?: Action }> {
  const due: Due[] = []
  let claimed: Action | undefined
  const { channel, line } = input.signal
  const at = new Date(input.now).toISOString()
  for (const action of input.actions) {
    const { key, payload, deadlineAt } = action
    const held = await heldBack(trx, input, { ...action, ...ids })
    const isClaimed = input.claimReject === true && payload.type === 'reject' && deadlineAt > at
    const attempts = isClaimed ? 1 : 0
    const { id } = await newAction.only(trx, {
      key,
      call_id: ids.callId,
      person_id: ids.personId,
      channel,
      line,
      type: payload.type,
      payload: JSON.stringify(payload),
      state: held ? 'suppressed' : isClaimed ? 'claimed' : 'pending',
      reason: held?.reason ?? null,
      parent_id: held?.parentId ?? null,
      created_at: at,
      due_at: at,
      deadline_at: deadlineAt,
      settled_at: held ? at : null,
      claimed_at: isClaimed ? at : null,
      attempts,
    })
    if (held) continue
    const row = { id, line, dueAt: at, deadlineAt }
    due.push({ ...row, type: payload.type, callId: ids.callId })
    const of = { key, callRef: input.ref, personId: ids.personId, channel, payload }
    if (isClaimed) claimed = { ...row, ...of, state: 'claimed', attempts }
    await insertFollowUp(trx, action, { ...ids, actionId: id, at })
  }
  return { due, ...(claimed && { claimed }) }
}

/** What a message that goes out brings with it: the address it holds, the time it names. */
async function insertFollowUp(
  trx: Db,
  { payload, link }: PlannedAction,
  of: { callId: number; personId: number | null; actionId: number; at: string },
): Promise<void> {
  if (link) await insertLink(trx, { ...link, ...of })
  if (payload.type !== 'message' || payload.message.promises === undefined) return
  await insertPromise(trx, { ...of, madeAt: of.at, dueAt: payload.message.promises })
}

async function applyEffects(
  trx: Db,
  input: CommitDecisionInput,
  ids: { callId: number; personId: number | null },
): Promise<void> {
  const { personId, callId } = ids
  if (personId === null) return
  const at = new Date(input.now).toISOString()
  for (const tag of input.tags)
    await trx
      .insertInto('person_tags')
      .values({ person_id: personId, tag, created_at: at })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  if (input.blockedUntil !== undefined)
    await trx
      .insertInto('blocks')
      .values({ person_id: personId, until: input.blockedUntil, call_id: callId, created_at: at })
      .execute()
  if (input.restriction)
    await trx
      .insertInto('restrictions')
      .values({ person_id: personId, ...input.restriction })
      .onConflict((conflict) => conflict.column('person_id').doUpdateSet(input.restriction ?? {}))
      .execute()
}

function tellDecided(trx: Db, input: CommitDecisionInput, personId: number | null): Promise<void> {
  const { at, policy, release, outcome, node, final, fallback, ms } = input.decision
  const call = { ref: input.ref, line: input.signal.line }
  const data = { call, policy, release, outcome, node, final, fallback, ms }
  return tellWebhooks(trx, { type: 'call.decided', at, personId, data })
}

/**
 * A decided call: signal, person, call, decision, effects and actions in one transaction, so that
 * what was answered to the provider is whole or absent.
 */
export async function commitDecision(
  trx: Db,
  input: CommitDecisionInput,
): Promise<CommitDecisionOutput> {
  const { phone, userId, profileName } = input.signal.from
  const personId = await resolvePerson(trx, { phone, userId, name: profileName }, input.arrivedAt)
  if (!(await insertSignal(trx, input, personId))) return { kind: 'duplicate' }
  const callId = await insertCall(trx, input, personId)
  await newDecision.only(trx, {
    call_id: callId,
    at: input.decision.at,
    policy: input.decision.policy,
    release: input.decision.release,
    doc: input.decision.doc,
  })
  if (input.canary) await noteCanaryCall(trx, { callId, personId, call: input.canary })
  await applyEffects(trx, input, { callId, personId })
  const { due, claimed } = await insertActions(trx, input, { callId, personId })
  const { decision } = input
  await tellDecided(trx, input, personId)
  if (decision.final.outcome === 'reject' && exclusionOf(input) === null)
    await refreshLead(trx, personId)
  const decided = await insertEvent(trx, {
    type: 'call.decided',
    at: decision.at,
    team: input.team,
    doc: {
      ref: input.ref,
      line: input.signal.line,
      policy: decision.policy,
      release: decision.release,
      outcome: decision.outcome,
      node: decision.node,
      final: decision.final,
      path: decision.path,
      unknown: decision.unknown,
      fallback: decision.fallback,
      ms: decision.ms,
    },
  })
  const { outcome, node, policy } = decision
  const fulfilled = await fulfilVerification(trx, {
    ids: input.fulfils,
    at: input.arrivedAt,
    now: input.now,
    team: input.team,
    call: { id: callId, ref: input.ref, decision: { policy, outcome, node } },
  })
  return {
    kind: 'committed',
    callId,
    actionIds: [...due.map(({ id }) => id), ...fulfilled.actionIds],
    due,
    ...(claimed && { claimed }),
    events: [decided, ...fulfilled.events],
  }
}
