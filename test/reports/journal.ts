import { writtenDecision } from '../../server/db/commands/decision.ts'
import type { CommitDecisionInput } from '../../server/db/commands/decision.ts'
import { commands } from '../../server/db/commands/index.ts'
import type { Db } from '../../server/db/open.ts'
import { migrateToLatest, openForWriting } from '../../server/db/open.ts'
import type { Decision } from '../../server/schema/decision.ts'
import type { Party, SignalOf } from '../../server/schema/signal.ts'

export const start = Date.parse('2026-11-20T09:00:00.000Z')
export const iso = (seconds: number): string => new Date(start + seconds * 1000).toISOString()

/** A database in memory, with the real commands over it. */
export async function openJournal(): Promise<Db> {
  const db = openForWriting(':memory:')
  await migrateToLatest(db)
  return db
}

export interface CallFacts {
  readonly id: string
  readonly from: Party
  /** Seconds of the provider's time. */
  readonly at: number
}

let deliveries = 0
const common = (arrivedAt: string) => ({
  arrivedAt,
  delivery: { id: (deliveries += 1), channel: 'whatsapp' },
  team: 'main',
})

const offer = (call: CallFacts, group?: boolean): SignalOf<'call_offered'> => ({
  kind: 'call_offered',
  channel: 'whatsapp',
  key: `whatsapp:${call.id}:connect`,
  line: 'line-1',
  at: iso(call.at),
  callId: call.id,
  from: call.from,
  media: 'voice',
  ...(group ? { group } : {}),
})

export interface Decided {
  readonly outcome: 'reject' | 'accept'
  readonly silent?: boolean
  readonly blocked?: boolean
  readonly trace?: Decision['trace']
}

const decisionOf = (at: string, decided: Decided): Decision => ({
  at,
  policy: 'main',
  release: '1-abc',
  outcome: decided.outcome,
  node: 'bye',
  path: [{ node: 'bye', exit: null }],
  facts: decided.blocked
    ? { 'caller.blocked': { value: true, source: 'caller', ms: 0 } }
    : { 'caller.blocked': { value: false, source: 'caller', ms: 0 } },
  unknown: [],
  ms: 1,
  budgetMs: 150,
  fallback: false,
  final: { outcome: decided.outcome, node: 'bye' },
  steps: [],
  trace: decided.trace ?? [],
})

export async function decide(db: Db, call: CallFacts, arrival: { at: string } & Decided) {
  const to = { phone: call.from.phone, userId: call.from.userId }
  const deadlineAt = iso(3600)
  const isReject = arrival.outcome === 'reject'
  const input: CommitDecisionInput = {
    ...common(arrival.at),
    signal: offer(call),
    ref: `ref-${call.id}`,
    now: Date.parse(arrival.at),
    decision: writtenDecision(decisionOf(arrival.at, arrival)),
    actions: isReject
      ? [
          {
            key: `${call.id}:reject`,
            deadlineAt,
            payload: { type: 'reject', callId: call.id, to },
          },
          {
            key: `${call.id}:message`,
            deadlineAt,
            payload: { type: 'message', to, message: { text: 'Please write to us.' } },
            ...(arrival.silent ? { suppressed: 'silent' as const } : {}),
          },
        ]
      : [],
    tags: [],
    optedOut: false,
    limits: { gapMinutes: 10, dailyCap: 3 },
  }
  return commands.commitDecision(db, input)
}

export const miss = (
  db: Db,
  call: CallFacts,
  arrival: { at: string; why: 'stale' | 'ended_first' | 'group'; group?: boolean },
) =>
  commands.commitMissed(db, {
    ...common(arrival.at),
    signal: offer(call, arrival.group),
    ref: `ref-${call.id}`,
    why: arrival.why,
    isAttempt: false,
  })

export const end = (
  db: Db,
  call: CallFacts,
  arrival: { at: string; endedAt: number; duration?: number; direction?: 'inbound' | 'outbound' },
) =>
  commands.commitEnded(db, {
    ...common(arrival.at),
    signal: {
      kind: 'call_ended',
      channel: 'whatsapp',
      key: `whatsapp:${call.id}:terminate`,
      line: 'line-1',
      at: iso(arrival.endedAt),
      callId: call.id,
      from: call.from,
      direction: arrival.direction ?? 'inbound',
      status: 'COMPLETED',
      ...(arrival.duration === undefined
        ? {}
        : {
            durationSeconds: arrival.duration,
            startedAt: iso(arrival.endedAt - arrival.duration),
            endedAt: iso(arrival.endedAt),
          }),
    },
    ref: `ref-${call.id}`,
    isAttempt: false,
  })

export const write = (db: Db, message: CallFacts, arrival: { at: string; voicemailOf?: string }) =>
  commands.commitMessage(db, {
    ...common(arrival.at),
    signal: {
      kind: 'message_received',
      channel: 'whatsapp',
      key: `whatsapp:${message.id}:message`,
      line: 'line-1',
      at: iso(message.at),
      messageId: message.id,
      from: message.from,
      type: 'text',
      ...(arrival.voicemailOf === undefined ? {} : { voicemailOf: arrival.voicemailOf }),
    },
  })

export const changeNumber = (
  db: Db,
  change: { id: string; previous: Party; from: Party; at: string },
) =>
  commands.commitIdentityChanged(db, {
    ...common(change.at),
    signal: {
      kind: 'identity_changed',
      channel: 'whatsapp',
      key: `whatsapp:${change.id}:identity`,
      line: 'line-1',
      previous: change.previous,
      from: change.from,
    },
  })

/** The lead of whom this id belongs to, as people see it. */
export async function leadBy(db: Db, ids: Party) {
  const rows = await db
    .selectFrom('leads')
    .innerJoin('people', 'people.id', 'leads.person_id')
    .selectAll('leads')
    .where((eb) =>
      eb.or([
        ...(ids.phone === undefined ? [] : [eb('people.phone', '=', ids.phone)]),
        ...(ids.userId === undefined ? [] : [eb('people.user_id', '=', ids.userId)]),
      ]),
    )
    .execute()
  return rows
}
