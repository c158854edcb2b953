import { createRoute, z } from '@hono/zod-openapi'
import type { Clock } from '../../clock.ts'
import type { Reader } from '../../db/reader.ts'
import { holidayPlaceSchema, namedHolidaySchema } from '../../schema/holidays.ts'
import { errorResponses } from '../errors.ts'
import { createRoutes, json } from '../route-parts.ts'

export interface HolidayDeps {
  readonly clock: Clock
  readonly reader: Reader
}

const tags = ['Settings']
const code = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .describe('ISO 3166 alpha-2')
const region = z.string().max(12)

const places = createRoute({
  method: 'get',
  path: '/api/settings/holiday-places',
  operationId: 'listHolidayPlaces',
  tags,
  summary: 'Countries whose public holidays are known, and the regions of one',
  request: { query: z.strictObject({ country: code.optional() }) },
  responses: {
    200: json(
      z.object({ countries: z.array(holidayPlaceSchema), regions: z.array(holidayPlaceSchema) }),
      'By code',
    ),
    ...errorResponses(400),
  },
})
const holidays = createRoute({
  method: 'get',
  path: '/api/settings/holidays',
  operationId: 'listPublicHolidays',
  tags,
  summary: 'Public holidays of a country or region, this year and the next',
  description: 'To be put into a calendar. Source: date-holidays, data CC BY 3.0.',
  request: { query: z.strictObject({ country: code, region: region.optional() }) },
  responses: {
    200: json(z.object({ data: z.array(namedHolidaySchema) }), 'By date, none in the past'),
    ...errorResponses(400),
  },
})

/** Public holidays, for who fills a calendar; no call waits for them. */
export function holidayRoutes({ clock, reader }: HolidayDeps) {
  return createRoutes()
    .openapi(places, async (context) =>
      context.json(await reader.ask('holidayPlaces', context.req.valid('query')), 200),
    )
    .openapi(holidays, async (context) => {
      const today = new Date(clock.now()).toISOString().slice(0, 10)
      const year = Number(today.slice(0, 4))
      const asked = { ...context.req.valid('query'), years: [year, year + 1] }
      const found = await reader.ask('publicHolidays', asked)
      return context.json({ data: found.filter(({ date }) => date >= today) }, 200)
    })
}
