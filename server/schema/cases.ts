import { z } from 'zod'
import { instantSchema } from './primitives.ts'
import { outcomeKinds } from './policy.ts'

const factValueSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])

/** The caller of a case: a seeded phone number or user id, or facts by name with or without `caller.`. */
export const caseCallerSchema = z.union([z.string().min(1), z.record(z.string(), factValueSchema)])

/**
 * A unit test of a policy (contract, section 1, "Cases"). `at` freezes the clock.
 * `facts` sets values or the text "unknown"; `expect.unknown` lists facts that were unknown.
 */
export const caseSchema = z.strictObject({
  name: z.string().min(1),
  at: instantSchema,
  call: z
    .strictObject({
      id: z.string().optional(),
      number: z.string().optional(),
      media: z.enum(['voice', 'video']).optional(),
      ctaPayload: z.string().optional(),
      deeplinkPayload: z.string().optional(),
    })
    .optional(),
  caller: caseCallerSchema.optional(),
  facts: z.record(z.string(), z.union([factValueSchema, z.literal('unknown')])).optional(),
  expect: z.strictObject({
    outcome: z.enum(outcomeKinds),
    path: z.array(z.string()).optional(),
    message: z.string().optional(),
    unknown: z.array(z.string()).optional(),
  }),
})
export type Case = z.infer<typeof caseSchema>
export const casesSchema = z.array(caseSchema)
