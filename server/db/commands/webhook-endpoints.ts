import type { EndpointChange, NewEndpoint } from '../../schema/webhook-out.ts'
import { testEventType } from '../../schema/webhook-out.ts'
import type { Db } from '../open.ts'
import type { WebhookEndpointRow } from '../tables.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'
import { newEventRef, queueEvent } from './webhook-events.ts'

/** Who changes an endpoint, and when (ISO). */
interface Change {
  readonly id: string
  readonly at: string
  readonly by: Auditor
}

/** How many endpoints there may be. */
export const mostEndpoints = 20

const find = (trx: Db, id: string): Promise<WebhookEndpointRow | undefined> =>
  trx.selectFrom('webhook_endpoints').selectAll().where('id', '=', id).executeTakeFirst()

/** An address may hold what lets one in, so the audit log names the host. */
const hostOf = (url: string): string => new URL(url).host

/** Adds an endpoint. @returns false when there are too many */
export async function createEndpoint(
  trx: Db,
  input: Change & { readonly endpoint: NewEndpoint; readonly sealedSecret: string },
): Promise<boolean> {
  const { id, at, by, endpoint, sealedSecret } = input
  const { count } = await trx
    .selectFrom('webhook_endpoints')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  if (Number(count) >= mostEndpoints) return false
  const { url, description, events, enabled, receivesNumbers } = endpoint
  await trx
    .insertInto('webhook_endpoints')
    .values({
      id,
      url,
      description,
      events: JSON.stringify(events),
      enabled: enabled ? 1 : 0,
      numbers: receivesNumbers ? 1 : 0,
      secret: sealedSecret,
      disabled_at: enabled ? null : at,
      disabled_why: enabled ? null : 'by_hand',
      created_by: by.name,
      created_at: at,
    })
    .execute()
  const after = { host: hostOf(url), description, events, enabled, receivesNumbers }
  await audit(trx, { at, by, operation: 'createWebhook', subject: id, after })
  return true
}

function changed(row: WebhookEndpointRow, change: EndpointChange, at: string) {
  const { url, description, events, enabled, receivesNumbers } = change
  return {
    ...(url === undefined ? {} : { url }),
    ...(description === undefined ? {} : { description }),
    ...(events === undefined ? {} : { events: JSON.stringify(events) }),
    ...(receivesNumbers === undefined ? {} : { numbers: receivesNumbers ? 1 : 0 }),
    ...(enabled === undefined || enabled === (row.enabled === 1)
      ? {}
      : {
          enabled: enabled ? 1 : 0,
          failing_since: null,
          disabled_at: enabled ? null : at,
          disabled_why: enabled ? null : ('by_hand' as const),
        }),
  }
}

/** Changes an endpoint; what waits for one that is enabled again is sent. @returns false when there is none */
export async function changeEndpoint(
  trx: Db,
  input: Change & { readonly change: EndpointChange },
): Promise<boolean> {
  const { id, at, by, change } = input
  const row = await find(trx, id)
  if (!row) return false
  const values = changed(row, change, at)
  if (Object.keys(values).length > 0)
    await trx.updateTable('webhook_endpoints').set(values).where('id', '=', id).execute()
  const { url, ...rest } = change
  const after = { ...rest, ...(url === undefined ? {} : { host: hostOf(url) }) }
  const before = {
    host: hostOf(row.url),
    events: JSON.parse(row.events) as unknown,
    enabled: row.enabled === 1,
    receivesNumbers: row.numbers === 1,
  }
  await audit(trx, { at, by, operation: 'changeWebhook', subject: id, before, after })
  return true
}

/** Gives an endpoint another secret; the one before signs too until `until` (ISO). */
export async function rotateEndpointSecret(
  trx: Db,
  input: Change & { readonly sealedSecret: string; readonly until: string },
): Promise<boolean> {
  const { id, at, by, sealedSecret, until } = input
  const row = await find(trx, id)
  if (!row) return false
  await trx
    .updateTable('webhook_endpoints')
    .set({ secret: sealedSecret, old_secret: row.secret, old_secret_until: until })
    .where('id', '=', id)
    .execute()
  await audit(trx, {
    at,
    by,
    operation: 'rotateWebhookSecret',
    subject: id,
    after: { oldSecretUntil: until },
  })
  return true
}

/** Forgets an endpoint with its deliveries. */
export async function deleteEndpoint(trx: Db, { id, at, by }: Change): Promise<boolean> {
  const row = await find(trx, id)
  if (!row) return false
  for (const table of ['webhook_attempts', 'webhook_deliveries'] as const)
    await trx.deleteFrom(table).where('endpoint_id', '=', id).execute()
  await trx.deleteFrom('webhook_endpoints').where('id', '=', id).execute()
  await audit(trx, {
    at,
    by,
    operation: 'deleteWebhook',
    subject: id,
    before: { host: hostOf(row.url), description: row.description },
  })
  return true
}

/** Queues an event that says nothing, for this endpoint alone. @returns its `webhook-id` */
export async function testEndpoint(
  trx: Db,
  { id, at, by }: Change,
): Promise<{ readonly event: string } | 'disabled' | undefined> {
  const row = await find(trx, id)
  if (!row) return undefined
  if (row.enabled !== 1) return 'disabled'
  const ref = newEventRef()
  const data = JSON.stringify({ message: 'This is a test.', endpoint: id })
  const event = { ref, type: testEventType, at, person_id: null, data, personal: null }
  await queueEvent(trx, event, [id])
  await audit(trx, { at, by, operation: 'testWebhook', subject: id })
  return { event: ref }
}

/** Sends an event again, from the first attempt on, under the same `webhook-id`. */
export async function redeliverEvent(
  trx: Db,
  input: Change & { readonly event: string },
): Promise<'queued' | 'disabled' | undefined> {
  const { id, at, by, event } = input
  const row = await find(trx, id)
  const known = await trx
    .selectFrom('webhook_events')
    .innerJoin('webhook_deliveries', 'webhook_deliveries.event_id', 'webhook_events.id')
    .select('webhook_events.id')
    .where('webhook_events.ref', '=', event)
    .where('endpoint_id', '=', id)
    .executeTakeFirst()
  if (!row || !known) return undefined
  if (row.enabled !== 1) return 'disabled'
  await trx
    .updateTable('webhook_deliveries')
    .set({ state: 'pending', tries: 0, due_at: '', settled_at: null })
    .where('endpoint_id', '=', id)
    .where('event_id', '=', known.id)
    .execute()
  await audit(trx, { at, by, operation: 'redeliverWebhook', subject: id, after: { event } })
  return 'queued'
}
