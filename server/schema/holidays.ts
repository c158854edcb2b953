import { z } from 'zod'

/** A country (ISO 3166 alpha-2) or one of its regions, by the code that asks for it. */
export const holidayPlaceSchema = z.object({ code: z.string(), name: z.string() })
export type HolidayPlace = z.infer<typeof holidayPlaceSchema>

/** A public holiday of a place; `date` is local, `YYYY-MM-DD`. */
export const namedHolidaySchema = z.object({ date: z.string(), name: z.string() })
export type NamedHoliday = z.infer<typeof namedHolidaySchema>
