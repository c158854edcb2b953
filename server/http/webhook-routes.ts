import { createRoute, z } from '@hono/zod-openapi'
import type { DeliveryDetail, DeliveryView, Endpoint } from '../schema/webhook-out.ts'
import {
  deliveryDetailSchema,
  deliveryListSchema,
  deliveryQuerySchema,
  endpointChangeSchema,
  endpointSchema,
  newEndpointSchema,
} from '../schema/webhook-out.ts'
import { errorResponses } from './errors.ts'
import { body, done, json } from './route-parts.ts'

const tags = ['Webhooks']
const params = z.object({ id: z.string().min(1).max(40) })
const eventParams = params.extend({ event: z.string().min(1).max(64) })

const secret = 'whsec_plJ3nmyCDGBKInavdOK15jsl7nGJqq0eBPUhdNfjYXI='
const endpoint: Endpoint = {
  id: '4f1b7a90c2d3',
  url: 'https://crm.example.com/callgate',
  description: 'CRM',
  events: ['lead.opened', 'lead.closed'],
  enabled: true,
  receivesNumbers: false,
  state: 'working',
  failingSince: null,
  disabledAt: null,
  disabledWhy: null,
  oldSecretUntil: null,
  createdBy: 'admin',
  createdAt: '2026-11-20T09:00:00.000Z',
  pending: 0,
}
const deliveryExample: DeliveryView = {
  event: 'msg_7k2m9q4r8t1v5w3x',
  type: 'lead.opened',
  at: '2026-11-20T09:00:00.000Z',
  state: 'done',
  attempts: 1,
  lastStatus: 204,
  nextAt: null,
  settledAt: '2026-11-20T09:00:00.140Z',
}
const detail: DeliveryDetail = {
  ...deliveryExample,
  body: {
    type: 'lead.opened',
    timestamp: '2026-11-20T09:00:00.000Z',
    sequence: 41,
    data: {
      lead: {
        ref: 'f00dcafe00000000beef',
        line: '106540352242922',
        openedAt: '2026-11-20T09:00:00.000Z',
        lastCallAt: '2026-11-20T09:00:00.000Z',
        attempts: 1,
        score: 20,
        why: 'closed',
        node: 'sorry',
      },
      call: { ref: '7k2m9q4r8t1v5w3x' },
      again: false,
      person: { ref: '0123456789abcdef', phone: '+49 ··· 4567' },
    },
  },
  history: [{ at: '2026-11-20T09:00:00.020Z', ms: 118, status: 204, error: null }],
}

export const list = createRoute({
  method: 'get',
  path: '/api/webhooks',
  operationId: 'listWebhooks',
  tags,
  summary: 'Who is told what happens here',
  responses: {
    200: json(z.object({ data: z.array(endpointSchema) }), 'Newest first', { data: [endpoint] }),
    ...errorResponses(),
  },
})
export const create = createRoute({
  method: 'post',
  path: '/api/webhooks',
  operationId: 'createWebhook',
  tags,
  summary: 'Tell another system',
  description:
    'Events are signed after the Standard Webhooks specification with `secret`, which is shown once. An address that ' +
    'is not public is refused unless OUTGOING_ALLOW names it. With `receivesNumbers` events hold numbers, names and ' +
    'user ids of callers whole; otherwise numbers are masked. What happened before is not sent.',
  request: {
    body: body(newEndpointSchema, {
      url: 'https://crm.example.com/callgate',
      description: 'CRM',
      events: ['lead.opened', 'lead.closed'],
    }),
  },
  responses: {
    201: json(z.object({ endpoint: endpointSchema, secret: z.string() }), 'Made', {
      endpoint,
      secret,
    }),
    ...errorResponses(400, 409),
  },
})
export const change = createRoute({
  method: 'patch',
  path: '/api/webhooks/{id}',
  operationId: 'changeWebhook',
  tags,
  summary: 'Change an endpoint',
  description:
    'What is left out stays. While an endpoint is disabled nothing is queued for it; what waited already is sent when ' +
    'it is enabled again.',
  request: { params, body: body(endpointChangeSchema, { enabled: true }) },
  responses: {
    200: json(endpointSchema, 'The endpoint now', endpoint),
    ...errorResponses(400, 404),
  },
})
export const remove = createRoute({
  method: 'delete',
  path: '/api/webhooks/{id}',
  operationId: 'deleteWebhook',
  tags,
  summary: 'Forget an endpoint with its deliveries',
  request: { params },
  responses: { 200: json(done, 'It is gone', { success: true }), ...errorResponses(404) },
})
export const rotate = createRoute({
  method: 'post',
  path: '/api/webhooks/{id}/secret',
  operationId: 'rotateWebhookSecret',
  tags,
  summary: 'Give an endpoint another secret',
  description:
    'It is shown once. Until `oldSecretUntil`, a day from now, each event has a signature of either secret.',
  request: { params },
  responses: {
    200: json(z.object({ secret: z.string(), oldSecretUntil: z.string() }), 'The new one', {
      secret,
      oldSecretUntil: '2026-11-21T09:00:00.000Z',
    }),
    ...errorResponses(404),
  },
})
export const test = createRoute({
  method: 'post',
  path: '/api/webhooks/{id}/test',
  operationId: 'testWebhook',
  tags,
  summary: 'Send an event that says nothing',
  description: 'Its type is `webhook.test`; what came of it is among the deliveries.',
  request: { params },
  responses: {
    200: json(done.extend({ event: z.string() }), 'It is queued', {
      success: true,
      event: 'msg_7k2m9q4r8t1v5w3x',
    }),
    ...errorResponses(404, 409),
  },
})
export const deliveries = createRoute({
  method: 'get',
  path: '/api/webhooks/{id}/deliveries',
  operationId: 'listWebhookDeliveries',
  tags,
  summary: 'What an endpoint was sent',
  request: { params, query: deliveryQuerySchema },
  responses: {
    200: json(deliveryListSchema, 'Newest first', {
      data: [deliveryExample],
      pagination: { current_page: 1, last_page: 1, per_page: 25, total: 1 },
    }),
    ...errorResponses(400, 404),
  },
})
export const delivery = createRoute({
  method: 'get',
  path: '/api/webhooks/{id}/deliveries/{event}',
  operationId: 'getWebhookDelivery',
  tags,
  summary: 'One delivery with its body and its attempts',
  request: { params: eventParams },
  responses: { 200: json(deliveryDetailSchema, 'The delivery', detail), ...errorResponses(404) },
})
export const redeliver = createRoute({
  method: 'post',
  path: '/api/webhooks/{id}/deliveries/{event}/redeliver',
  operationId: 'redeliverWebhook',
  tags,
  summary: 'Send an event again',
  description: 'Under the same `webhook-id`, and from the first attempt of the schedule on.',
  request: { params: eventParams },
  responses: {
    200: json(done, 'It is queued', { success: true }),
    ...errorResponses(404, 409),
  },
})
