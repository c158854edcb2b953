import { z } from 'zod'

/** Query of `GET /api/people`. */
export const peopleQuerySchema = z.strictObject({
  /** A number or a part of it, a name, a user id, or a reference. */
  query: z.string().trim().min(2).max(200),
})

/** Somebody who called or wrote. */
export const personViewSchema = z.object({
  /** Opaque; what addresses show. */
  ref: z.string(),
  phone: z.string().nullable(),
  userId: z.string().nullable(),
  name: z.string().nullable(),
  calls: z.int(),
  lastCallAt: z.string().nullable(),
  erasedAt: z.string().nullable(),
})
export type PersonView = z.infer<typeof personViewSchema>

const row = z.record(z.string(), z.unknown())

/** Everything that is held on one person. */
export const personFileSchema = z.object({
  exportedAt: z.string(),
  person: row,
  formerIds: z.array(row),
  contacts: z.array(row),
  lists: z.array(row),
  calls: z.array(row),
  decisions: z.array(row),
  actions: z.array(row),
  messages: z.array(row),
  signals: z.array(row),
  tags: z.array(row),
  blocks: z.array(row),
  restrictions: z.array(row),
  verifications: z.array(row),
  leads: z.array(row),
  leadEvents: z.array(row),
  promises: z.array(row),
  links: z.array(row),
  canaryCalls: z.array(row),
  webhookEvents: z.array(row),
  shadowDifferences: z.array(row),
  /** What the CRM said last, where it is held. */
  crm: z.unknown(),
})
export type PersonFile = z.infer<typeof personFileSchema>

/** `confirm`: the reference once more. */
export const eraseBodySchema = z.strictObject({ confirm: z.string().min(1).max(64) })

export const erasedSchema = z.object({
  ref: z.string(),
  at: z.string(),
  /** Rows that were replaced or deleted, by what they are. */
  counts: z.record(z.string(), z.int()),
  /** Whether the log of the database was emptied; otherwise the next erasure or retention run does. */
  logEmptied: z.boolean(),
  /** Where the number or user id still stands because people put it there: files, releases. */
  stillIn: z.array(z.string()),
})
export type Erased = z.infer<typeof erasedSchema>
