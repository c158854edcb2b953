import { z } from 'zod'
import { renderedMessageSchema } from './message.ts'
import { acceptTargetSchema } from './policy.ts'

/** Contract, section 4, "Delivery". */
export const actionStates = [
  'pending',
  'claimed',
  'done',
  'gone',
  'failed',
  'expired',
  'suppressed',
  'uncertain',
] as const
export type ActionState = (typeof actionStates)[number]

export const suppressionReasons = ['silent', 'opted_out', 'sent_recently', 'daily_cap'] as const
export type SuppressionReason = (typeof suppressionReasons)[number]

/** Whom an action is for, as the channel addresses them. */
export const recipientSchema = z.object({
  phone: z.string().optional(),
  userId: z.string().optional(),
  address: z.string().optional(),
})
export type Recipient = z.infer<typeof recipientSchema>

const callAction = { callId: z.string(), to: recipientSchema }

/** What is to be done; the outbox keeps its key, state and deadline beside it. */
export const actionPayloadSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('pre_accept'), ...callAction, sdp: z.string() }),
  z.object({ type: z.literal('accept'), ...callAction, sdp: z.string() }),
  z.object({ type: z.literal('reject'), ...callAction }),
  z.object({ type: z.literal('terminate'), ...callAction }),
  z.object({
    type: z.literal('message'),
    to: recipientSchema,
    message: renderedMessageSchema,
    /** Sent as the template because the free-form message was refused with 131047. */
    asTemplate: z.boolean().optional(),
  }),
  z.object({
    type: z.literal('notify'),
    level: z.enum(['info', 'high']),
    text: z.string(),
    target: acceptTargetSchema.optional(),
    team: z.string().optional(),
  }),
  z.object({ type: z.literal('block'), to: recipientSchema, minutes: z.number() }),
  /** Tells another system what happened, until it answers 2xx; its key is the `webhook-id`. */
  z.object({
    type: z.literal('webhook'),
    url: z.string(),
    /** JSON as it is signed and sent. */
    body: z.string(),
    /** The verification whose secret signs it. */
    verification: z.string(),
  }),
])
export type ActionPayload = z.infer<typeof actionPayloadSchema>
export type ActionType = ActionPayload['type']

/** Actions on the call itself: never paced, never behind messages, performed at least once. */
export const callActionTypes: ReadonlySet<ActionType> = new Set([
  'pre_accept',
  'accept',
  'reject',
  'terminate',
])

/** One row of the outbox. Instants are ISO text. */
export interface Action {
  readonly id: number
  /** Idempotency key; also what Meta gives back in `biz_opaque_callback_data`. */
  readonly key: string
  readonly callRef: string | null
  readonly personId: number | null
  readonly channel: string
  readonly line: string
  readonly payload: ActionPayload
  readonly state: ActionState
  readonly attempts: number
  readonly dueAt: string
  readonly deadlineAt: string
}

/**
 * What performing an action came to; every channel speaks this.
 * - `done`: the provider has it. `gone`: too late, the call is over; settles without alarm.
 * - `retry`: proof that nothing was done (refused connection, throttled); `afterMs` where the provider says.
 * - `failed`: will never work. `alarm` says that a person must act (token, permission, payment, settings).
 * - `uncertain`: may have been done; never sent again.
 * - `use_template`: refused with 131047, the template may still be sent.
 */
export type ActionResult =
  | { readonly outcome: 'done'; readonly providerId?: string; readonly answer?: string }
  | { readonly outcome: 'gone'; readonly code?: number; readonly details?: string }
  | {
      readonly outcome: 'retry'
      readonly afterMs?: number
      readonly code?: number
      readonly details: string
    }
  | {
      readonly outcome: 'failed'
      readonly code?: number
      readonly details: string
      readonly alarm?: string
    }
  | { readonly outcome: 'uncertain'; readonly details: string }
  | { readonly outcome: 'use_template'; readonly code: number; readonly details: string }
