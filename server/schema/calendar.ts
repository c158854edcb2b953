import { z } from 'zod'
import {
  dateSchema,
  instantSchema,
  nameSchema,
  wallClockEndSchema,
  wallClockSchema,
} from './primitives.ts'

/** `[from, to]` in local wall-clock time; a `to` not after `from` runs into the next day. */
export const intervalSchema = z.tuple([wallClockSchema, wallClockEndSchema])
export type Interval = z.infer<typeof intervalSchema>

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

const zoneSchema = z.string().refine(
  (zone) => {
    try {
      return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
    } catch {
      return false
    }
  },
  { message: 'not a time zone; use a name such as Europe/Paris' },
)

/**
 * A calendar (contract, section 3). A holiday replaces the intervals that begin on its date;
 * an override gives `open` or `closed` from one instant to another and ends by itself.
 */
export const calendarSchema = z.strictObject({
  zone: zoneSchema,
  weekly: z.partialRecord(z.enum(weekdays), z.array(intervalSchema)).default({}),
  holidays: z
    .array(
      z.strictObject({
        date: dateSchema,
        name: z.string().optional(),
        hours: z.array(intervalSchema).optional(),
      }),
    )
    .default([]),
  overrides: z
    .array(
      z.strictObject({
        from: instantSchema,
        to: instantSchema,
        state: z.enum(['open', 'closed']),
        note: z.string().optional(),
      }),
    )
    .default([]),
})
export type Calendar = z.infer<typeof calendarSchema>

export const calendarsSchema = z.record(nameSchema, calendarSchema)

export const hoursStates = ['open', 'closed', 'holiday'] as const
export type HoursState = (typeof hoursStates)[number]
