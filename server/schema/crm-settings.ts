import { z } from 'zod'
import { nameSchema } from './primitives.ts'
import { declarationSchema, phoneSchema } from './seeds.ts'

const mappingSchema = z
  .record(nameSchema, z.string().min(1).max(200))
  .refine((mapping) => Object.keys(mapping).length <= 200, { message: 'at most 200 fields' })

/** From the name after `crm.` to a dotted path in the CRM's answer. */
export const crmSettingsSchema = z.strictObject({ mapping: mappingSchema })

export const crmViewSchema = z.object({
  configured: z.boolean(),
  /** Where it is, without path and query; null without CRM_URL. */
  origin: z.string().nullable(),
  mapping: z.record(z.string(), z.string()),
  /** Fields that are declared. */
  fields: z.array(declarationSchema),
  breaker: z.enum(['closed', 'half_open', 'open']),
  requests: z.int(),
  failures: z.int(),
})

/** `mapping`: to be tried instead of the one that is set. */
export const crmTrySchema = z.strictObject({
  phone: phoneSchema.optional(),
  userId: z.string().min(1).max(200).optional(),
  mapping: mappingSchema.optional(),
})

export const crmTriedSchema = z.object({
  /** HTTP status; null where there was no answer. */
  status: z.int().nullable(),
  ms: z.number(),
  outcome: z.enum(['found', 'missing', 'failed']),
  /** Why it failed: `timeout`, `network`, `refused` … */
  error: z.string().nullable(),
  /** What policies would see, by field. */
  fields: z.record(
    z.string(),
    z.union([
      z.object({
        value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).readonly()]),
      }),
      z.object({ unknown: z.string() }),
    ]),
  ),
  /** Names of the answer's fields, to map from. */
  names: z.array(z.string()),
})
export type CrmTried = z.infer<typeof crmTriedSchema>
