import { z } from 'zod'
import { phoneSchema } from './seeds.ts'

/** The person a call is for: `contact_id` as calls show it, or a number. */
const whom = {
  contact_id: z.int().min(1).optional(),
  phone_number: phoneSchema.optional(),
  /** The line to call from; without it the one the person called last, else the first of WhatsApp. */
  line: z.string().min(1).max(64).optional(),
}
const isOneOf = (body: {
  contact_id?: number | undefined
  phone_number?: string | undefined
}): boolean => (body.contact_id === undefined) !== (body.phone_number === undefined)
const oneOf = { message: 'send contact_id or phone_number' }

/** Body of `POST /api/calls/check-eligibility`. */
export const eligibilityBodySchema = z.strictObject(whom).refine(isOneOf, oneOf)

/** Body of `POST /api/calls/initiate`. */
export const initiateBodySchema = z
  .strictObject({ ...whom, options: z.record(z.string(), z.unknown()).optional() })
  .refine(isOneOf, oneOf)
export type Whom = z.infer<typeof eligibilityBodySchema>

/** What is looked at before a call of ours, in the order in which the first obstacle is named. */
export const eligibilityChecks = [
  'contact',
  'phone_readiness',
  'consent',
  'usage_limits',
  'agent_availability',
  'media_path',
] as const
export type EligibilityCheck = (typeof eligibilityChecks)[number]

/** Why a call of ours cannot be made. */
export const blockReasons = [
  'CONTACT_OPTED_OUT',
  'CONTACT_BLOCKED',
  'CHANNEL_CANNOT_CALL',
  'META_NOT_CONFIGURED',
  'META_DID_NOT_ANSWER',
  'CALLING_NOT_ENABLED_FOR_NUMBER',
  'PHONE_NUMBER_INACTIVE',
  'COUNTRY_NOT_SUPPORTED',
  'NO_CALLING_CONSENT',
  'DAILY_LIMIT_REACHED',
  'NO_AGENTS_AVAILABLE',
  'ALL_AGENTS_BUSY',
  'NO_MEDIA_PATH',
] as const
export type BlockReason = (typeof blockReasons)[number]

const checkSchema = z.object({
  passed: z.boolean(),
  reason: z.enum(blockReasons).optional(),
})
export type CheckResult = z.infer<typeof checkSchema>

export const consentTypes = ['none', 'temporary', 'permanent', 'unknown'] as const

export const eligibilitySchema = z.object({
  line: z.string(),
  eligible: z.boolean(),
  blocked: z.boolean(),
  /** The permission to call, as Meta has it. */
  consent_type: z.enum(consentTypes),
  block_reason: z.enum(blockReasons).optional(),
  block_category: z.enum(eligibilityChecks).optional(),
  user_message: z.string().optional(),
  admin_message: z.string().optional(),
  checks: z.record(z.enum(eligibilityChecks), checkSchema),
})
export type Eligibility = z.infer<typeof eligibilitySchema>

const limitSchema = z.object({
  /** ISO 8601 duration: `PT24H`, `P7D`. */
  period: z.string(),
  allowed: z.int(),
  used: z.int(),
  /** When one more is allowed; null while some are left. */
  until: z.string().nullable(),
})
const actionSchema = z.object({ allowed: z.boolean(), limits: z.array(limitSchema) })

/** What Meta says of calling one person from one line. */
export const callPermissionSchema = z.object({
  line: z.string(),
  status: z.enum(['none', 'temporary', 'permanent']),
  /** When a temporary permission ends. */
  expires_at: z.string().nullable(),
  request_permission: actionSchema,
  start_call: actionSchema,
})
export type CallPermission = z.infer<typeof callPermissionSchema>

/** Body of `POST /api/calls/contacts/{contactId}/permission`. */
export const permissionRequestSchema = z.strictObject({
  /** What stands above the question, which WhatsApp words itself. */
  text: z.string().trim().min(1).max(1024),
  line: whom.line,
})
