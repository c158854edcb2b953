import { z } from 'zod'
import { contactSchema, listsSchema } from './seeds.ts'

/**
 * What the address book and the lists say of the callers that cases name, so that a browser can decide
 * them as the server does.
 */
export const caseWorldSchema = z.object({
  contacts: z.array(contactSchema),
  lists: listsSchema,
  /** By phone number, as E.164: its spellings, the canonical one first, and its country. */
  phones: z.record(
    z.string(),
    z.object({ forms: z.array(z.string()), country: z.string().nullable() }),
  ),
  /** Countries of user ids. */
  users: z.record(z.string(), z.string()),
})
export type CaseWorld = z.infer<typeof caseWorldSchema>
