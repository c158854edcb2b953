import { z } from 'zod'
import { paginationSchema } from './call.ts'

/** What other systems may be told of. */
export const webhookEventTypes = [
  'call.decided',
  'call.ended',
  'lead.opened',
  'lead.closed',
  'policy.released',
] as const
export type WebhookEventType = (typeof webhookEventTypes)[number]

/** Sent only when somebody asks for it, to see whether an endpoint works. */
export const testEventType = 'webhook.test'

const urlSchema = z.url({ protocol: /^https?$/ }).max(2000)

const endpointInput = {
  url: urlSchema,
  description: z.string().trim().max(200),
  events: z.array(z.enum(webhookEventTypes)).min(1).max(webhookEventTypes.length),
  enabled: z.boolean(),
  /** Whether events hold numbers, names and user ids whole; otherwise numbers are masked. */
  receivesNumbers: z.boolean(),
}

/** Body of `POST /api/webhooks`. */
export const newEndpointSchema = z.strictObject({
  ...endpointInput,
  description: endpointInput.description.default(''),
  enabled: endpointInput.enabled.default(true),
  receivesNumbers: endpointInput.receivesNumbers.default(false),
})
export type NewEndpoint = z.infer<typeof newEndpointSchema>

/** Body of `PATCH /api/webhooks/{id}`; what is left out stays. */
export const endpointChangeSchema = z.strictObject(endpointInput).partial()
export type EndpointChange = z.infer<typeof endpointChangeSchema>

export const endpointSchema = z.object({
  id: z.string(),
  ...endpointInput,
  url: z.string(),
  state: z.enum(['working', 'failing', 'disabled']),
  /** No attempt has succeeded since. */
  failingSince: z.string().nullable(),
  disabledAt: z.string().nullable(),
  /** `by_hand`, `failing` for days, or `gone`: the receiver answered 410. */
  disabledWhy: z.enum(['by_hand', 'failing', 'gone']).nullable(),
  /** Until then events are signed with the secret before, too. */
  oldSecretUntil: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.string(),
  /** Deliveries that wait to be sent, or sent again. */
  pending: z.int(),
})
export type Endpoint = z.infer<typeof endpointSchema>

export const deliveryStates = ['pending', 'done', 'failed'] as const
export type DeliveryState = (typeof deliveryStates)[number]

export const deliverySchema = z.object({
  /** The `webhook-id`. */
  event: z.string(),
  type: z.string(),
  /** When it happened. */
  at: z.string(),
  state: z.enum(deliveryStates),
  attempts: z.int(),
  /** Of the last answer; null when none came. */
  lastStatus: z.int().nullable(),
  /** When it is sent again; null when it is not, or at once. */
  nextAt: z.string().nullable(),
  settledAt: z.string().nullable(),
})
export type DeliveryView = z.infer<typeof deliverySchema>

export const deliveryListSchema = z.object({
  data: z.array(deliverySchema),
  pagination: paginationSchema,
})

export const deliveryDetailSchema = deliverySchema.extend({
  /** As it is sent; of an erased person without their data. */
  body: z.unknown(),
  history: z.array(
    z.object({
      at: z.string(),
      ms: z.int(),
      status: z.int().nullable(),
      error: z.string().nullable(),
    }),
  ),
})
export type DeliveryDetail = z.infer<typeof deliveryDetailSchema>

export const deliveryQuerySchema = z.strictObject({
  state: z.enum(deliveryStates).optional(),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  per_page: z.coerce.number().int().min(1).max(100).default(25),
})

/** The person an event is about; `phone` is masked unless the endpoint is declared to receive numbers. */
const personSchema = z
  .object({
    ref: z.string(),
    phone: z.string().nullable(),
    name: z.string().nullable().optional(),
    userId: z.string().nullable().optional(),
  })
  .nullable()

const leadSchema = z.object({
  ref: z.string(),
  line: z.string(),
  openedAt: z.string(),
  lastCallAt: z.string(),
  attempts: z.int(),
  score: z.int(),
  why: z.string(),
  node: z.string().nullable(),
})
const callSchema = z.object({ ref: z.string(), line: z.string() })

/** `data` of each event. */
export const webhookDataSchemas = {
  'call.decided': z.object({
    call: callSchema,
    policy: z.string().nullable(),
    release: z.string().nullable(),
    outcome: z.string(),
    node: z.string().nullable(),
    final: z.object({ outcome: z.string(), node: z.string().nullable() }),
    fallback: z.union([z.literal(false), z.string()]),
    ms: z.number(),
    person: personSchema,
  }),
  'call.ended': z.object({
    call: callSchema,
    status: z.string(),
    endedAt: z.string(),
    durationSeconds: z.number().nullable(),
    person: personSchema,
  }),
  'lead.opened': z.object({
    lead: leadSchema,
    call: z.object({ ref: z.string() }).nullable(),
    /** It had been closed before. */
    again: z.boolean(),
    person: personSchema,
  }),
  'lead.closed': z.object({
    lead: leadSchema,
    /** `withdrawn`: its calls turned out to be none; `merged`: it is part of another person's now. */
    by: z.enum(['message', 'voicemail', 'connected', 'callback', 'withdrawn', 'merged']),
    closedAt: z.string(),
    person: personSchema,
  }),
  'policy.released': z.object({
    policy: z.string(),
    release: z.string(),
    before: z.string().nullable(),
    source: z.enum(['file', 'api', 'rollback']),
    author: z.string(),
  }),
} as const satisfies Record<WebhookEventType, z.ZodType>
export type WebhookData<T extends WebhookEventType> = Omit<
  z.infer<(typeof webhookDataSchemas)[T]>,
  'person'
>
