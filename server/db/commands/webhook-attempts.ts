import type { Db } from '../open.ts'
import { audit } from './audit.ts'
import type { FeedEvent } from './feed.ts'
import { insertEvent } from './feed.ts'

/** What came of sending one event to one endpoint once. */
export interface AttemptInput {
  readonly endpointId: string
  readonly eventId: number
  /** ISO; when it began. */
  readonly at: string
  readonly ms: number
  /** Of the answer; null when none came. */
  readonly status: number | null
  /** Why it did not work, without anything of the request. */
  readonly error: string | null
  readonly outcome: 'done' | 'retry' | 'failed' | 'gone'
  /** ISO; when a `retry` is due. */
  readonly dueAt: string
  /** ISO: an endpoint that has failed since before then is disabled. */
  readonly patience: string
}

export interface AttemptOutput {
  /** The endpoint was disabled because of it. */
  readonly disabled: 'failing' | 'gone' | null
  readonly events: readonly FeedEvent[]
}

const system = { kind: 'system', id: null, name: 'webhooks', address: null } as const
const nothing: AttemptOutput = { disabled: null, events: [] }

async function settle(trx: Db, input: AttemptInput): Promise<void> {
  const { endpointId, eventId, outcome, at, status } = input
  const isOpen = outcome === 'retry' || outcome === 'gone'
  await trx
    .updateTable('webhook_deliveries')
    .set((eb) => ({
      state: outcome === 'done' ? 'done' : isOpen ? 'pending' : 'failed',
      tries: eb('tries', '+', 1),
      due_at: outcome === 'retry' ? input.dueAt : '',
      settled_at: isOpen ? null : at,
      last_status: status,
    }))
    .where('endpoint_id', '=', endpointId)
    .where('event_id', '=', eventId)
    .execute()
}

async function disable(
  trx: Db,
  { endpointId: id, at }: AttemptInput,
  why: 'failing' | 'gone',
): Promise<AttemptOutput> {
  await trx
    .updateTable('webhook_endpoints')
    .set({ enabled: 0, disabled_at: at, disabled_why: why })
    .where('id', '=', id)
    .execute()
  const after = { enabled: false, why }
  await audit(trx, { at, by: system, operation: 'changeWebhook', subject: id, after })
  const doc = { webhook: id, why }
  const event = await insertEvent(trx, { type: 'webhook.disabled', at, team: null, doc })
  return { disabled: why, events: [event] }
}

/** Notes an attempt, and what it means for the delivery and for its endpoint. */
export async function recordAttempt(trx: Db, input: AttemptInput): Promise<AttemptOutput> {
  const { endpointId, eventId, at, ms, status, error, outcome } = input
  const endpoint = await trx
    .selectFrom('webhook_endpoints')
    .select(['enabled', 'failing_since'])
    .where('id', '=', endpointId)
    .executeTakeFirst()
  // deleted while it was under way
  if (!endpoint) return nothing
  await trx
    .insertInto('webhook_attempts')
    .values({ endpoint_id: endpointId, event_id: eventId, at, ms, status, error })
    .execute()
  await settle(trx, input)
  const failing_since = outcome === 'done' ? null : (endpoint.failing_since ?? at)
  if (failing_since !== endpoint.failing_since)
    await trx
      .updateTable('webhook_endpoints')
      .set({ failing_since })
      .where('id', '=', endpointId)
      .execute()
  if (endpoint.enabled !== 1) return nothing
  if (outcome === 'gone') return disable(trx, input, 'gone')
  const isHopeless = failing_since !== null && failing_since < input.patience
  return isHopeless ? disable(trx, input, 'failing') : nothing
}
