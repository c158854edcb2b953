import { z } from 'zod'
import { callFilters } from './call.ts'
import { fileFormats } from './reports.ts'

/** One thing that happened to a call. */
export const timelineEntrySchema = z.object({
  /** ISO: the provider's time of what it told us, ours of what we did. */
  at: z.string(),
  kind: z.enum(['signal', 'decision', 'action', 'answer', 'status']),
  /** A kind of signal, an outcome, a type of action, or how far a message got. */
  what: z.string(),
  /** State of the action an answer is about. */
  state: z.string().optional(),
  /** The provider's word or code, the step that decided. */
  detail: z.string().nullable(),
})
export type TimelineEntry = z.infer<typeof timelineEntrySchema>

/** Query of `GET /api/calls/export`: the filters of the list. */
export const callExportQuerySchema = z.strictObject({
  ...callFilters,
  format: z.enum(fileFormats).default('csv'),
  /** A name of the caller's choice, by which `GET /api/exports/{id}` tells how far it is. */
  export: z
    .string()
    .regex(/^[\w-]{8,64}$/)
    .optional(),
})
export type CallExportQuery = z.infer<typeof callExportQuerySchema>

export const exportProgressSchema = z.object({
  done: z.int(),
  total: z.int(),
  isOver: z.boolean(),
})
export type ExportProgress = z.infer<typeof exportProgressSchema>
