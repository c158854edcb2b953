import { z } from 'zod'

/** Query of `GET /api/callers`: a part of a name or number, or a user id. */
export const callersQuerySchema = z.strictObject({ query: z.string().trim().max(100).default('') })

/** Somebody in the address book who may be thought of as calling. */
export const callerChoiceSchema = z.object({
  /** Names them in a case: phone number, else user id. */
  caller: z.string(),
  name: z.string().nullable(),
  phone: z.string().nullable(),
  tier: z.string(),
  priority: z.number(),
})
export type CallerChoice = z.infer<typeof callerChoiceSchema>
