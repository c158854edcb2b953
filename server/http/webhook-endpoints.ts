import { newId } from '../access/secrets.ts'
import type { SecretBox } from '../access/secret-box.ts'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Config } from '../config.ts'
import { mostEndpoints } from '../db/commands/webhook-endpoints.ts'
import type { Db } from '../db/open.ts'
import type { Reader } from '../db/reader.ts'
import type { WebhookEndpointRow } from '../db/tables.ts'
import type { Writer } from '../db/writer.ts'
import { GatekeeperError } from '../errors.ts'
import { addressProblem } from '../facts/outgoing.ts'
import { newWebhookSecret } from '../outbox/webhook-signature.ts'
import type { Endpoint, WebhookEventType } from '../schema/webhook-out.ts'
import type { Courier } from '../webhooks-out/courier.ts'
import { eventBody } from '../webhooks-out/event-body.ts'
import { auditorOf } from './auditor.ts'
import { createRoutes } from './route-parts.ts'
import * as routes from './webhook-routes.ts'

export interface WebhookEndpointDeps {
  readonly config: Pick<Config, 'outgoingAllow'>
  readonly clock: Clock
  /** Point reads. */
  readonly db: Db
  readonly reader: Reader
  readonly writer: Writer
  readonly box: SecretBox
  readonly courier: Pick<Courier, 'wake'>
}

/** How long the secret before signs too. */
const overlapMs = 24 * 60 * 60_000

const success = { success: true } as const
const noEndpoint = () => new GatekeeperError('not_found', 'there is no such endpoint')
const disabled = () => new GatekeeperError('conflict', 'the endpoint is disabled: enable it first')

function stateOf({ enabled, failing_since }: WebhookEndpointRow): Endpoint['state'] {
  if (enabled !== 1) return 'disabled'
  return failing_since === null ? 'working' : 'failing'
}

function toView(row: WebhookEndpointRow, pending: number, now: string): Endpoint {
  const { old_secret_until: until } = row
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    // written by the commands of endpoints alone
    events: JSON.parse(row.events) as WebhookEventType[],
    enabled: row.enabled === 1,
    receivesNumbers: row.numbers === 1,
    state: stateOf(row),
    failingSince: row.failing_since,
    disabledAt: row.disabled_at,
    disabledWhy: row.disabled_why,
    oldSecretUntil: until !== null && until > now ? until : null,
    createdBy: row.created_by,
    createdAt: row.created_at,
    pending,
  }
}

function checkUrl({ config }: WebhookEndpointDeps, url: string | undefined): void {
  const problem = url === undefined ? undefined : addressProblem(url, config.outgoingAllow)
  if (problem !== undefined) throw new GatekeeperError('bad_request', `url: ${problem}`)
}

async function readEndpoints({ db, clock }: WebhookEndpointDeps, id?: string): Promise<Endpoint[]> {
  let query = db.selectFrom('webhook_endpoints').selectAll()
  if (id !== undefined) query = query.where('id', '=', id)
  const rows = await query.orderBy('created_at', 'desc').execute()
  const waiting = await db
    .selectFrom('webhook_deliveries')
    .select(({ fn }) => ['endpoint_id', fn.countAll<number>().as('count')])
    .where('state', '=', 'pending')
    .groupBy('endpoint_id')
    .execute()
  const counts = new Map(waiting.map((row) => [row.endpoint_id, Number(row.count)]))
  return rows.map((row) => toView(row, counts.get(row.id) ?? 0, toIso(clock.now())))
}

async function mustRead(deps: WebhookEndpointDeps, id: string): Promise<Endpoint> {
  const [endpoint] = await readEndpoints(deps, id)
  if (!endpoint) throw noEndpoint()
  return endpoint
}

/** Endpoints of other systems, and what they were sent; for admins. */
export function webhookEndpointRoutes(deps: WebhookEndpointDeps) {
  const { clock, reader, writer, box, courier } = deps
  const now = () => toIso(clock.now())
  return createRoutes()
    .openapi(routes.list, async (context) => context.json({ data: await readEndpoints(deps) }, 200))
    .openapi(routes.create, async (context) => {
      const endpoint = context.req.valid('json')
      checkUrl(deps, endpoint.url)
      const id = newId()
      const secret = newWebhookSecret()
      const sealedSecret = box.seal(secret)
      const by = auditorOf(context)
      const made = await writer.run('createEndpoint', { id, at: now(), by, endpoint, sealedSecret })
      if (!made)
        throw new GatekeeperError('conflict', `there may be ${mostEndpoints} endpoints at most`)
      context.header('Cache-Control', 'no-store')
      return context.json({ endpoint: await mustRead(deps, id), secret }, 201)
    })
    .openapi(routes.change, async (context) => {
      const { id } = context.req.valid('param')
      const change = context.req.valid('json')
      checkUrl(deps, change.url)
      const by = auditorOf(context)
      if (!(await writer.run('changeEndpoint', { id, at: now(), by, change }))) throw noEndpoint()
      courier.wake()
      return context.json(await mustRead(deps, id), 200)
    })
    .openapi(routes.remove, async (context) => {
      const { id } = context.req.valid('param')
      if (!(await writer.run('deleteEndpoint', { id, at: now(), by: auditorOf(context) })))
        throw noEndpoint()
      return context.json(success, 200)
    })
    .openapi(routes.rotate, async (context) => {
      const { id } = context.req.valid('param')
      const secret = newWebhookSecret()
      const until = toIso(clock.now() + overlapMs)
      const sealedSecret = box.seal(secret)
      const change = { id, at: now(), by: auditorOf(context), sealedSecret, until }
      if (!(await writer.run('rotateEndpointSecret', change))) throw noEndpoint()
      context.header('Cache-Control', 'no-store')
      return context.json({ secret, oldSecretUntil: until }, 200)
    })
    .openapi(routes.test, async (context) => {
      const { id } = context.req.valid('param')
      const queued = await writer.run('testEndpoint', { id, at: now(), by: auditorOf(context) })
      if (!queued) throw noEndpoint()
      if (queued === 'disabled') throw disabled()
      courier.wake()
      return context.json({ ...success, event: queued.event }, 200)
    })
    .openapi(routes.deliveries, async (context) => {
      const { id: endpoint } = context.req.valid('param')
      await mustRead(deps, endpoint)
      const query = context.req.valid('query')
      const { page, per_page } = query
      const { data, total } = await reader.ask('listDeliveries', { endpoint, ...query })
      const last_page = Math.max(1, Math.ceil(total / per_page))
      const pagination = { current_page: page, last_page, per_page, total }
      return context.json({ data, pagination }, 200)
    })
    .openapi(routes.delivery, async (context) => {
      const { id: endpoint, event } = context.req.valid('param')
      const { receivesNumbers } = await mustRead(deps, endpoint)
      const found = await reader.ask('findDelivery', { endpoint, event })
      if (!found) throw new GatekeeperError('not_found', 'there is no such delivery')
      const body: unknown = eventBody(found.event, receivesNumbers)
      return context.json({ ...found.view, body, history: found.history }, 200)
    })
    .openapi(routes.redeliver, async (context) => {
      const { id, event } = context.req.valid('param')
      const change = { id, event, at: now(), by: auditorOf(context) }
      const queued = await writer.run('redeliverEvent', change)
      if (!queued) throw new GatekeeperError('not_found', 'there is no such delivery')
      if (queued === 'disabled') throw disabled()
      courier.wake()
      return context.json(success, 200)
    })
}
