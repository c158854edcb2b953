import type { DeliveryState, DeliveryView } from '../../schema/webhook-out.ts'
import type { Db } from '../open.ts'

const deliveries = (db: Db, endpoint: string) =>
  db
    .selectFrom('webhook_deliveries')
    .innerJoin('webhook_events', 'webhook_events.id', 'webhook_deliveries.event_id')
    .select(['webhook_events.id', 'ref', 'type', 'at', 'webhook_deliveries.state', 'due_at'])
    .select(['settled_at', 'last_status', 'data', 'personal'])
    .select((eb) =>
      eb
        .selectFrom('webhook_attempts')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .whereRef('webhook_attempts.event_id', '=', 'webhook_deliveries.event_id')
        .where('webhook_attempts.endpoint_id', '=', endpoint)
        .as('attempts'),
    )
    .where('webhook_deliveries.endpoint_id', '=', endpoint)
type Row = Awaited<ReturnType<ReturnType<typeof deliveries>['executeTakeFirstOrThrow']>>

const toView = (row: Row): DeliveryView => ({
  event: row.ref,
  type: row.type,
  at: row.at,
  // only the commands of webhooks write this column
  state: row.state as DeliveryState,
  attempts: Number(row.attempts ?? 0),
  lastStatus: row.last_status,
  nextAt: row.state === 'pending' && row.due_at !== '' ? row.due_at : null,
  settledAt: row.settled_at,
})

export interface DeliveryPage {
  readonly endpoint: string
  readonly state?: DeliveryState | undefined
  readonly page: number
  readonly per_page: number
}

/** One page of what an endpoint was sent, the newest first. */
export async function listDeliveries(
  db: Db,
  { endpoint, state, page, per_page }: DeliveryPage,
): Promise<{ data: DeliveryView[]; total: number }> {
  let counted = db.selectFrom('webhook_deliveries').where('endpoint_id', '=', endpoint)
  if (state) counted = counted.where('state', '=', state)
  const { total } = await counted
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  let query = deliveries(db, endpoint)
  if (state) query = query.where('webhook_deliveries.state', '=', state)
  const rows = await query
    .orderBy('webhook_deliveries.event_id', 'desc')
    .limit(per_page)
    .offset((page - 1) * per_page)
    .execute()
  return { data: rows.map(toView), total: Number(total) }
}

/** One delivery with its event and its attempts, oldest first. */
export async function findDelivery(
  db: Db,
  { endpoint, event }: { readonly endpoint: string; readonly event: string },
) {
  const row = await deliveries(db, endpoint).where('ref', '=', event).executeTakeFirst()
  if (!row) return undefined
  const history = await db
    .selectFrom('webhook_attempts')
    .select(['at', 'ms', 'status', 'error'])
    .where('endpoint_id', '=', endpoint)
    .where('event_id', '=', row.id)
    .orderBy('id')
    .execute()
  const { id, type, at, data, personal } = row
  return { view: toView(row), event: { id, type, at, data, personal }, history }
}
