import { z } from 'zod'
import { faultNames } from '../simulator/faults.ts'
import { scenarios } from '../simulator/scenarios.ts'
import { switchNames } from './catalogue.ts'

// the keys of an object that is not empty
const scenarioNames = Object.keys(scenarios) as [keyof typeof scenarios]

/** A caller: one of `from` and `userId`, or neither for strangers. */
const callerSchema = z.strictObject({
  /** Phone number, `+` and spaces allowed. */
  from: z.string().min(1).max(40).optional(),
  userId: z.string().min(1).max(200).optional(),
  username: z.string().min(1).max(100).optional(),
  name: z.string().min(1).max(200).optional(),
})

const milliseconds = z.number().int().min(0).max(3_600_000)

/** What `POST /simulator/runs` is asked for: calls to place, or a text to write. */
export const runRequestSchema = z.strictObject({
  /** Phone-number id, number or name of a line; the first one unless told. */
  line: z.string().min(1).max(120).optional(),
  caller: callerSchema.default({}),
  /** The webhooks show neither phone number nor wa_id, only the user id. */
  usernameOnly: z.boolean().default(false),
  count: z.int().min(1).max(100_000).default(1),
  /** Calls a second. */
  rate: z.number().min(0.01).max(2000).default(10),
  scenario: z.enum(scenarioNames).optional(),
  /** How long the hour of a scenario lasts. */
  lengthMs: milliseconds.optional(),
  hangUpAfterMs: milliseconds.optional(),
  talkMs: milliseconds.optional(),
  ctaPayload: z.string().max(512).optional(),
  deeplinkPayload: z.string().max(512).optional(),
  /** The caller writes this, after the call if there is one. */
  write: z.string().min(1).max(4096).optional(),
  /** No call, only the text. */
  onlyWrite: z.boolean().default(false),
  /** Chances in [0, 1] while the run lasts. */
  faults: z.partialRecord(z.enum(faultNames), z.number().min(0).max(1)).default({}),
  /** Switches while the run lasts, as the simulator has them. */
  switches: z
    .partialRecord(z.enum(switchNames), z.union([z.string(), z.number(), z.boolean()]))
    .default({}),
})
export type RunRequest = z.infer<typeof runRequestSchema>
export type RunOptions = z.input<typeof runRequestSchema>

const at = z.number()
const call = z.int()

/** One line of what a run tells. `at`: milliseconds since the run began; `call`: counted from 1. */
export const runEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), at, total: z.int() }),
  z.object({
    type: z.literal('dialled'),
    at,
    call,
    part: z.string(),
    id: z.string(),
    line: z.string(),
    from: z.string().optional(),
    userId: z.string(),
  }),
  /** The first answer to the webhook of the connect; 0 when none came. */
  z.object({ type: z.literal('answered'), at, call, status: z.int(), ms: z.number() }),
  z.object({
    type: z.literal('message'),
    at,
    call,
    /** Tells messages apart; a person with two calls gets one only once. */
    id: z.string(),
    kind: z.string(),
    text: z.string(),
    buttons: z.array(z.object({ label: z.string(), url: z.string().optional() })),
  }),
  z.object({
    type: z.literal('ended'),
    at,
    call,
    reason: z.string(),
    rangMs: z.number(),
    durationSeconds: z.number().optional(),
  }),
  z.object({ type: z.literal('written'), at, text: z.string(), status: z.int() }),
  z.object({ type: z.literal('done'), at }),
])
export type RunEvent = z.infer<typeof runEventSchema>

/** What `GET /simulator` tells. */
export const statusSchema = z.object({
  simulator: z.literal('callgate'),
  graphUrl: z.string(),
  webhookUrl: z.string(),
  activeCalls: z.int(),
  lines: z.array(z.object({ id: z.string(), display: z.string(), name: z.string() })),
  counters: z.record(z.string(), z.number()),
})
export type SimulatorStatus = z.infer<typeof statusSchema>
