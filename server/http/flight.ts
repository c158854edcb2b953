import { createRoute, z } from '@hono/zod-openapi'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Reader } from '../db/reader.ts'
import { GatekeeperError } from '../errors.ts'
import type { InstallationStore } from '../installation.ts'
import { flightSchema } from '../schema/flight.ts'
import { errorResponses } from './errors.ts'
import { createRoutes, json } from './route-parts.ts'

export interface FlightDeps {
  readonly reader: Reader
  readonly clock: Clock
  readonly installation: Pick<InstallationStore, 'current'>
}

const record = createRoute({
  method: 'get',
  path: '/api/calls/{id}/flight',
  operationId: 'getFlight',
  tags: ['Calls'],
  summary: 'The flight recorder: one file that decides the call again',
  description:
    'Raw signals, facts, release document, trace and the answers of providers. `callgate replay FILE` makes ' +
    'the decision again on any machine, without a database. Values of facts that the role does not see are ' +
    'replaced by stand-ins with which the policy takes the same way; raw signals, texts and ids are then left ' +
    'out. 404 for a call that was never decided.',
  request: {
    params: z.object({
      id: z
        .string()
        .min(1)
        .max(300)
        .openapi({ description: "The call's reference, or the provider's id" }),
    }),
  },
  responses: { 200: json(flightSchema, 'The file'), ...errorResponses(404) },
})

/** What a decision was made of, to take along. */
export function flightRoutes(deps: FlightDeps) {
  return createRoutes().openapi(record, async (context) => {
    const { id } = context.req.valid('param')
    const call = await deps.reader.ask('findCall', { id })
    const flight =
      call &&
      (await deps.reader.ask('flightOf', {
        callId: call.id,
        actor: { role: context.get('actor').role },
        installation: deps.installation.current(),
        at: toIso(deps.clock.now()),
      }))
    if (!flight)
      throw new GatekeeperError(
        'not_found',
        call ? 'this call was never decided' : 'there is no such call',
      )
    const name = `call-${flight.call.ref}.flight.json`
    context.header('Content-Disposition', `attachment; filename="${name}"`)
    return context.json(flight, 200)
  })
}
