import { signalSchema } from '../../schema/signal.ts'
import type { Signal } from '../../schema/signal.ts'
import type { TimelineEntry } from '../../schema/call-log.ts'
import type { Db } from '../open.ts'
import type { ActionRow, CallRow } from '../tables.ts'

function signalEntry(signal: Signal, at: string): TimelineEntry | undefined {
  switch (signal.kind) {
    case 'call_offered':
      return { at, kind: 'signal', what: 'call_offered', detail: signal.media }
    case 'call_ended':
      return { at, kind: 'signal', what: 'call_ended', detail: signal.status ?? null }
    case 'call_status':
      return { at, kind: 'signal', what: 'call_status', detail: signal.status }
    case 'message_received':
      return { at, kind: 'signal', what: 'voicemail', detail: null }
    case 'message_status': {
      const code = signal.error === undefined ? '' : ` · ${signal.error.code}`
      return { at, kind: 'status', what: signal.status, detail: code === '' ? null : code.slice(3) }
    }
    case 'permission_replied':
      return { at, kind: 'signal', what: 'permission_replied', detail: signal.response }
    default:
      return undefined
  }
}

async function signalsOf(
  db: Db,
  { channel }: CallRow,
  ids: readonly string[],
): Promise<TimelineEntry[]> {
  const rows = await db
    .selectFrom('signals')
    .select(['doc', 'at', 'arrived_at'])
    .where('channel', '=', channel)
    .where('provider_id', 'in', ids)
    .orderBy('id')
    .execute()
  return rows.flatMap(({ doc, at, arrived_at }) => {
    const signal = signalSchema.safeParse(JSON.parse(doc)).data
    return (signal && signalEntry(signal, at ?? arrived_at)) ?? []
  })
}

/** What was asked of the provider, and what it answered. */
function actionEntries(action: ActionRow): TimelineEntry[] {
  const { type, state, created_at, settled_at, reason, error, error_code } = action
  const planned: TimelineEntry = { at: created_at, kind: 'action', what: type, detail: 'planned' }
  if (settled_at === null) return [planned]
  const detail = [reason, error_code, error].filter((one) => one !== null).join(' · ')
  return [
    planned,
    { at: settled_at, kind: 'answer', what: type, state, detail: detail === '' ? null : detail },
  ]
}

/** Everything that happened to a call, in order. */
export async function callTimeline(
  db: Db,
  { callId }: { callId: number },
): Promise<TimelineEntry[]> {
  const call = await db.selectFrom('calls').selectAll().where('id', '=', callId).executeTakeFirst()
  if (!call) return []
  const actions = await db
    .selectFrom('actions')
    .selectAll()
    .where('call_id', '=', callId)
    .orderBy('id')
    .execute()
  const decision = await db
    .selectFrom('decisions')
    .select('at')
    .where('call_id', '=', callId)
    .executeTakeFirst()
  const ids = [call.provider_id, ...actions.flatMap(({ provider_id }) => provider_id ?? [])]
  const entries: TimelineEntry[] = [
    ...(await signalsOf(db, call, ids)),
    ...(decision
      ? [
          {
            at: decision.at,
            kind: 'decision',
            what: call.outcome ?? '',
            detail: call.node,
          } as const,
        ]
      : []),
    ...actions.flatMap(actionEntries),
  ]
  return entries.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}
