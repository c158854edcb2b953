import { z } from 'zod'

/** One thing that was looked at (doctor/check.ts). */
export const checkSchema = z.object({
  id: z.string(),
  subject: z.string().optional(),
  state: z.enum(['ok', 'warning', 'problem', 'skipped']),
  message: z.string(),
  /** What to click or set to mend it. */
  mend: z.string().optional(),
})

const onOff = z.enum(['on', 'off', 'unknown'])

/** A line: what its provider says beside what we do. */
export const lineSettingsSchema = z.object({
  id: z.string(),
  display: z.string().nullable(),
  name: z.string().nullable(),
  team: z.string(),
  channel: z.string(),
  /** At the provider; unknown where it told nothing. */
  calling: onOff,
  /** Whether calling can be turned on and off from here. */
  canChange: z.boolean(),
  /** Meta's own; null where Meta told nothing. */
  meta: z
    .object({
      callHours: onOff,
      voicemail: onOff,
      /** When Meta's voicemail takes a call: `REJECT`, `TIMEOUT` … */
      voicemailTriggers: z.array(z.string()),
      callButton: z.string().nullable(),
      sip: onOff,
    })
    .nullable(),
  /** What answers calls of this line here; null while no policy does. */
  ours: z
    .object({
      policy: z.string(),
      release: z.string(),
      /** Calendars the policy asks. */
      calendars: z.array(z.string()),
      /** Whether it may send callers to a voicemail of ours. */
      voicemail: z.boolean(),
    })
    .nullable(),
  /** What was looked at; all but `ok` is in the way of calls. */
  checks: z.array(checkSchema),
})
export type LineSettings = z.infer<typeof lineSettingsSchema>

export const lineChangeSchema = z.strictObject({ calling: z.enum(['on', 'off']) })

export const connectionSchema = z.object({
  problems: z.int(),
  warnings: z.int(),
  checks: z.array(checkSchema),
  /** ISO; when it was looked at. */
  at: z.string(),
})
