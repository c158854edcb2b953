import { DateTime } from 'luxon'
import { z } from 'zod'

const toggle = z.enum(['ENABLED', 'DISABLED', 'NOT_SET'])
const daysOfWeek = [
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
  'SUNDAY',
] as const
const hhmm = z.string().regex(/^([01]\d|2[0-3])[0-5]\d$/, 'times must be HHMM')

const openingSchema = z.object({
  day_of_week: z.enum(daysOfWeek),
  open_time: hhmm,
  close_time: hhmm,
})
const holidaySchema = z.object({ date: z.iso.date(), start_time: hhmm, end_time: hhmm })

const callHoursSchema = z
  .object({
    status: toggle,
    timezone_id: z.string().refine((zone) => DateTime.local({ zone }).isValid, 'invalid timezone'),
    weekly_operating_hours: z.array(openingSchema).min(1, 'weekly_operating_hours is empty'),
    holiday_schedule: z.array(holidaySchema).max(20).optional(),
  })
  .superRefine((hours, check) => {
    const problem = openingsProblem(hours.weekly_operating_hours)
    if (problem) check.addIssue({ code: 'custom', message: problem })
  })
export type CallHours = z.infer<typeof callHoursSchema>

const voicemailSchema = z.object({
  status: toggle,
  triggers: z.array(z.enum(['REJECT', 'TIMEOUT'])).optional(),
  audio: z
    .object({
      default: z.object({
        announcement_media_id: z.union([z.number(), z.string()]).optional(),
        timeout_seconds: z.int().min(0).max(30).optional(),
      }),
    })
    .optional(),
})

const sipServerSchema = z.object({
  hostname: z.string().min(1),
  port: z.int().min(1).max(65_535).optional(),
  request_uri_user_params: z.record(z.string(), z.string()).optional(),
})

/** `calling` of the settings edge (whatsapp-calling.md 4.1 and 4.3). */
export const callingSettingsSchema = z.object({
  status: toggle.optional(),
  call_icon_visibility: z.enum(['DEFAULT', 'DISABLE_ALL', 'HIDE_IN_CHAT', 'NOT_SET']).optional(),
  call_icons: z
    .object({ restrict_to_user_countries: z.array(z.string().regex(/^[A-Z]{2}$/)) })
    .optional(),
  call_hours: callHoursSchema.optional(),
  callback_permission_status: toggle.optional(),
  sip: z
    .object({
      status: toggle,
      webhook_delivery: toggle.optional(),
      servers: z.array(sipServerSchema).max(1).optional(),
    })
    .optional(),
  srtp_key_exchange_protocol: z.enum(['DTLS', 'SDES']).optional(),
  audio: z.object({ additional_codecs: z.array(z.enum(['PCMA', 'PCMU'])) }).optional(),
  voicemail: voicemailSchema.optional(),
})
export type CallingSettings = z.infer<typeof callingSettingsSchema>

function openingsProblem(openings: CallHours['weekly_operating_hours']): string | undefined {
  for (const day of daysOfWeek) {
    const own = openings
      .filter((opening) => opening.day_of_week === day)
      .sort((a, b) => a.open_time.localeCompare(b.open_time))
    if (own.length > 2) return `more than 2 entries for ${day}`
    if (own.some((opening) => opening.open_time >= opening.close_time)) {
      return `open_time must be before close_time on ${day}`
    }
    const [first, second] = own
    if (first && second && second.open_time < first.close_time) return `overlap on ${day}`
  }
  return undefined
}

/** Why the holidays are refused at this instant: a past date. */
export function holidayProblem(hours: CallHours, nowMs: number): string | undefined {
  const today = DateTime.fromMillis(nowMs, { zone: hours.timezone_id }).toISODate() ?? ''
  const past = hours.holiday_schedule?.find(({ date }) => date < today)
  return past && `holiday_schedule has a past date: ${past.date}`
}

/** May people call at this instant? Call hours that are not ENABLED allow every instant. */
export function isWithinCallHours(
  hours: CallHours | undefined,
  nowMs: number,
  holidayMeans: 'closed' | 'open',
): boolean {
  if (hours?.status !== 'ENABLED') return true
  const local = DateTime.fromMillis(nowMs, { zone: hours.timezone_id })
  const time = local.toFormat('HHmm')
  const holidays = hours.holiday_schedule?.filter(({ date }) => date === local.toISODate()) ?? []
  if (holidays.length > 0) {
    const isInside = holidays.some((day) => time >= day.start_time && time <= day.end_time)
    if (holidayMeans === 'open') return isInside
    if (isInside) return false
  }
  const today = daysOfWeek[local.weekday - 1]
  return hours.weekly_operating_hours.some(
    (opening) =>
      opening.day_of_week === today && time >= opening.open_time && time < opening.close_time,
  )
}
