import { z } from 'zod'
import { actionStates } from './action.ts'
import { callStatuses } from './call.ts'
import { decisionSchema } from './decision.ts'
import { declarationSchema } from './seeds.ts'

/** A provider's answers to one action of ours. */
const flightActionSchema = z.strictObject({
  type: z.string(),
  state: z.enum(actionStates),
  attempts: z.int(),
  at: z.string(),
  settledAt: z.string().nullable(),
  /** Why it is suppressed, gone or expired. */
  reason: z.string().optional(),
  /** The provider's words of refusal; masked by role. */
  error: z.string().optional(),
  errorCode: z.int().optional(),
  providerId: z.string().optional(),
  /** Furthest status of a message: sent, delivered, read, played, failed. */
  delivery: z.string().optional(),
  /** Text of a message, as rendered; masked by role. */
  text: z.string().optional(),
})
export type FlightAction = z.infer<typeof flightActionSchema>

/** A signal of the call. `raw`: the delivery as it arrived, where it held nothing of anybody else's. */
const flightSignalSchema = z.strictObject({
  kind: z.string(),
  at: z.string().nullable(),
  arrivedAt: z.string(),
  signal: z.record(z.string(), z.unknown()),
  raw: z.string().nullable(),
})
export type FlightSignal = z.infer<typeof flightSignalSchema>

/**
 * The flight recorder's file: everything one decision was made of, so that it can be made again on a
 * machine that has neither the database nor the installation. In a masked file the facts named in
 * `hidden` have stand-ins for values, with which the same policy takes the same way.
 */
export const flightSchema = z.strictObject({
  flight: z.literal(1),
  recordedAt: z.string(),
  masked: z.boolean(),
  hidden: z.array(z.string()),
  call: z.strictObject({
    ref: z.string(),
    channel: z.string(),
    line: z.string(),
    direction: z.enum(['inbound', 'outbound']),
    media: z.enum(['voice', 'video']),
    status: z.enum(callStatuses),
    offeredAt: z.string().nullable(),
    arrivedAt: z.string(),
    startedAt: z.string().nullable(),
    endedAt: z.string().nullable(),
    durationSeconds: z.int().nullable(),
  }),
  signals: z.array(flightSignalSchema),
  /** Null where no policy answered for the line. `hash`: SHA-256 of the document, see the contract. */
  release: z
    .strictObject({
      policy: z.string(),
      release: z.string(),
      hash: z.string(),
      document: z.record(z.string(), z.unknown()),
    })
    .nullable(),
  /** What the policy's facts are in the installation: names of calendars, and declarations. */
  declared: z.strictObject({
    calendars: z.array(z.string()),
    attributes: z.array(declarationSchema),
    crm: z.array(declarationSchema),
  }),
  decision: decisionSchema,
  actions: z.array(flightActionSchema),
  /** Whether it comes to the same result when it is decided again, tried when the file was made. */
  replays: z.boolean(),
})
export type Flight = z.infer<typeof flightSchema>
