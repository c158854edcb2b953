import { createRoute, z } from '@hono/zod-openapi'
import type { Clock } from '../../clock.ts'
import { toIso } from '../../clock.ts'
import type { Writer } from '../../db/writer.ts'
import { GatekeeperError } from '../../errors.ts'
import type { InstallationStore } from '../../installation.ts'
import { calendarSchema } from '../../schema/calendar.ts'
import { nameSchema } from '../../schema/primitives.ts'
import { auditorOf } from '../auditor.ts'
import { errorResponses } from '../errors.ts'
import { body, createRoutes, json } from '../route-parts.ts'

export interface CalendarDeps {
  readonly clock: Clock
  readonly writer: Writer
  readonly installation: InstallationStore
}

const tags = ['Settings']
const params = z.object({ name: nameSchema })
const viewSchema = z.object({ name: z.string(), calendar: calendarSchema })
const path = '/api/settings/calendars/{name}'

const list = createRoute({
  method: 'get',
  path: '/api/settings/calendars',
  operationId: 'listCalendars',
  tags,
  summary: 'All calendars',
  responses: { 200: json(z.object({ data: z.array(viewSchema) }), 'By name'), ...errorResponses() },
})
const get = createRoute({
  method: 'get',
  path,
  operationId: 'getCalendar',
  tags,
  summary: 'One calendar',
  request: { params },
  responses: { 200: json(viewSchema, 'The calendar'), ...errorResponses(400, 404) },
})
const put = createRoute({
  method: 'put',
  path,
  operationId: 'putCalendar',
  tags,
  summary: 'Set the hours, holidays and exceptions of a calendar',
  description:
    'Creates it where there is none. The next call sees it, and calendars.json does not set it any more.',
  request: { params, body: body(calendarSchema) },
  responses: { 200: json(viewSchema, 'The calendar now'), ...errorResponses(400) },
})

/** Calendars, which policies ask by name. */
export function calendarRoutes({ clock, writer, installation }: CalendarDeps) {
  const view = (name: string) => {
    const { calendars } = installation.current()
    const calendar = Object.hasOwn(calendars, name) ? calendars[name] : undefined
    if (!calendar) throw new GatekeeperError('not_found', 'there is no such calendar')
    return { name, calendar }
  }
  return createRoutes()
    .openapi(list, (context) => {
      const names = Object.keys(installation.current().calendars).sort()
      return context.json({ data: names.map(view) }, 200)
    })
    .openapi(get, (context) => context.json(view(context.req.valid('param').name), 200))
    .openapi(put, async (context) => {
      const { name } = context.req.valid('param')
      await writer.run('putRecords', {
        kind: 'calendar',
        records: { [name]: context.req.valid('json') },
        at: toIso(clock.now()),
        by: auditorOf(context),
        operation: 'putCalendar',
        subject: name,
      })
      await installation.reload()
      return context.json(view(name), 200)
    })
}
