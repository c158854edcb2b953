import type { Db } from '../db/open.ts'
import { prepare } from '../db/prepared.ts'
import type { WebhookEndpointRow } from '../db/tables.ts'

const enabled = prepare((db, _: Record<never, never>) =>
  db.selectFrom('webhook_endpoints').selectAll().where('enabled', '=', 1),
)
/** Endpoints that events are sent to. */
export const readEndpoints = (db: Db): Promise<WebhookEndpointRow[]> => enabled.all(db, {})

const pendingOf = (db: Db, endpoint: string) =>
  db
    .selectFrom('webhook_deliveries')
    .where('endpoint_id', '=', endpoint)
    .where('webhook_deliveries.state', '=', 'pending')

/** What is due at an endpoint: what was never sent first, in the order in which it happened. */
export const readDueEvents = (
  db: Db,
  { endpoint, now, limit }: { endpoint: string; now: string; limit: number },
) =>
  pendingOf(db, endpoint)
    .innerJoin('webhook_events', 'webhook_events.id', 'webhook_deliveries.event_id')
    .select(['webhook_events.id', 'ref', 'type', 'at', 'person_id', 'data', 'personal', 'tries'])
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .orderBy('event_id')
    .limit(limit)
    .execute()
export type DueEvent = Awaited<ReturnType<typeof readDueEvents>>[number]

/** When the next retry of an endpoint is due (epoch ms); undefined when none waits. */
export async function nextDueAt(
  db: Db,
  { endpoint, now }: { endpoint: string; now: string },
): Promise<number | undefined> {
  const row = await pendingOf(db, endpoint)
    .select(({ fn }) => fn.min('due_at').as('due'))
    .where('due_at', '>', now)
    .executeTakeFirst()
  return row?.due ? Date.parse(row.due) : undefined
}
