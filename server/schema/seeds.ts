import { z } from 'zod'
import { calendarsSchema } from './calendar.ts'
import { channelSchema, nameSchema } from './primitives.ts'

/** A phone number in international form, `+` and digits; spaces, dashes, dots and brackets are forgiven. */
export const phoneSchema = z
  .string()
  .transform((text) => text.replace(/[\s().-]/g, ''))
  .pipe(
    z
      .string()
      .regex(/^\+?[1-9]\d{5,14}$/, 'a phone number in international form, e.g. +4915112345678'),
  )
  .transform((text) => (text.startsWith('+') ? text : `+${text}`))

export const attributeValueSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.string()),
])
export type AttributeValue = z.infer<typeof attributeValueSchema>

/** Somebody we know, by phone, by business-scoped user id, or both. */
export const contactSchema = z
  .strictObject({
    phone: phoneSchema.optional(),
    userId: z.string().min(1).max(200).optional(),
    name: z.string().max(200).optional(),
    /** 0 to 100; 0 for a stranger. */
    priority: z.number().optional(),
    tier: z.string().max(64).optional(),
    tags: z.array(z.string().min(1).max(64)).optional(),
    /** Id of the agent who owns this contact. */
    owner: z.string().max(64).optional(),
    /** BCP 47, e.g. `fr` or `pt-BR`. */
    language: z.string().max(20).optional(),
    /** ISO 3166 alpha-2. */
    country: z.string().max(2).optional(),
    slaCalendar: nameSchema.optional(),
    optedOut: z.boolean().optional(),
    attributes: z.record(nameSchema, attributeValueSchema).optional(),
  })
  .refine((contact) => contact.phone !== undefined || contact.userId !== undefined, {
    message: 'a contact needs a phone or a userId',
  })
export type Contact = z.infer<typeof contactSchema>

export const agentStatuses = ['available', 'busy', 'dnd', 'offline'] as const
export type AgentStatus = (typeof agentStatuses)[number]

export const agentSchema = z.strictObject({
  id: nameSchema,
  name: z.string().min(1).max(200).optional(),
  teams: z.array(nameSchema).default([]),
  status: z.enum(agentStatuses).default('offline'),
  callEnabled: z.boolean().default(true),
})
export type Agent = z.infer<typeof agentSchema>

/** A line: a business number, owned by one team. `id` is Meta's phone-number id, or a WAHA or Wawp session. */
export const lineSchema = z.strictObject({
  id: z.string().min(1).max(64),
  display: z.string().max(40).optional(),
  name: z.string().max(120).optional(),
  team: nameSchema.default('main'),
  channel: channelSchema.default('whatsapp'),
})
export type Line = z.infer<typeof lineSchema>

export const listsSchema = z.strictObject({
  blocked: z.array(z.string().min(1)).default([]),
  allowed: z.array(z.string().min(1)).default([]),
})
export type Lists = z.infer<typeof listsSchema>

export const assistantSchema = z.strictObject({
  id: nameSchema,
  name: z.string().max(120).optional(),
  adapter: z.enum(['sdp', 'json', 'openai-realtime', 'livekit']),
  url: z.url(),
  secret: z.string().optional(),
  greeting: z.string().max(1000).optional(),
})
export type Assistant = z.infer<typeof assistantSchema>

export const declaredTypes = ['string', 'number', 'boolean', 'list', 'instant'] as const
export const privacyClasses = ['none', 'personal', 'sensitive'] as const

/** Declares an attribute of contacts or a field of the CRM. Instants are ISO text here. */
export const declarationSchema = z.strictObject({
  name: nameSchema,
  type: z.enum(declaredTypes),
  default: attributeValueSchema.optional(),
  privacy: z.enum(privacyClasses).default('personal'),
  description: z.string().max(400).optional(),
})
export type Declaration = z.infer<typeof declarationSchema>

/**
 * attributes.json: what is declared, and where a CRM answer keeps each field.
 * `mapping` goes from the name after `crm.` to a dotted path in the answer, e.g. `{ "tier": "account.tier" }`.
 */
export const attributesSchema = z.strictObject({
  attributes: z.array(declarationSchema).default([]),
  crm: z.array(declarationSchema).default([]),
  mapping: z.record(nameSchema, z.string().min(1)).default({}),
})
export type Attributes = z.infer<typeof attributesSchema>

export const callSeedSchema = z.looseObject({
  /** Relative to now, `-3d 09:12` in REPORT_ZONE, or an instant. */
  at: z.string(),
  line: z.string().optional(),
  from: phoneSchema.optional(),
  userId: z.string().optional(),
  name: z.string().optional(),
  outcome: z.enum(['accept', 'ai_pickup', 'reject', 'voicemail']).optional(),
  status: z.enum(['rejected', 'missed', 'completed', 'failed']).optional(),
  durationSeconds: z.int().min(0).optional(),
  policy: z.string().optional(),
  node: z.string().optional(),
  followUp: z.string().optional(),
  /** The caller wrote this long after the call, e.g. `12m`. */
  wroteAfter: z.string().optional(),
})
export type CallSeed = z.infer<typeof callSeedSchema>

/** Which schema reads which file of SEEDS_DIR. */
export const seedFiles = {
  'contacts.json': z.array(contactSchema),
  'agents.json': z.array(agentSchema),
  'numbers.json': z.array(lineSchema),
  'calendars.json': calendarsSchema,
  'lists.json': listsSchema,
  'assistants.json': z.array(assistantSchema),
  'attributes.json': attributesSchema,
  'calls.json': z.array(callSeedSchema),
} as const
