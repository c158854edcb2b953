import type { Context } from 'hono'
import { createRoute, z } from '@hono/zod-openapi'
import { lineScope } from '../access/scope.ts'
import { readPermission, withGraph } from '../calling/call-permission.ts'
import { findCandidate } from '../calling/candidate.ts'
import type { Candidate } from '../calling/eligibility.ts'
import { checkEligibility } from '../calling/eligibility.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Db } from '../db/open.ts'
import type { Writer } from '../db/writer.ts'
import { refusalOf } from '../doctor/check.ts'
import { GatekeeperError } from '../errors.ts'
import type { InstallationStore } from '../installation.ts'
import { newRef } from '../ref.ts'
import type { Whom } from '../schema/calling.ts'
import {
  callPermissionSchema,
  eligibilityBodySchema,
  eligibilitySchema,
  initiateBodySchema,
  permissionRequestSchema,
} from '../schema/calling.ts'
import { auditorOf } from './auditor.ts'
import type { AppEnv } from './env.ts'
import { errorResponses } from './errors.ts'
import { eligibilityExample, permissionExample } from './outbound-examples.ts'
import { body, createRoutes, json } from './route-parts.ts'

export interface OutboundCallDeps {
  readonly config: Config
  readonly clock: Clock
  /** Point reads. */
  readonly db: Db
  readonly writer: Writer
  readonly installation: Pick<InstallationStore, 'current'>
  /** Actions were added to the outbox. */
  readonly wake: (actionIds: readonly number[]) => void
}

const tags = ['Calls of ours']
const personParams = z.object({
  contactId: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 53 - 1),
})
const success = z.literal(true)
const check = createRoute({
  method: 'post',
  path: '/api/calls/check-eligibility',
  operationId: 'checkEligibility',
  tags,
  summary: 'Whether somebody could be called',
  description:
    'Asks Meta now for the line and for the permission of the person; the first obstacle is `block_reason`. While ' +
    'there is no media path the last check fails for everybody: consent and limits are told all the same.',
  request: { body: body(eligibilityBodySchema, { phone_number: '+491701234567' }) },
  responses: {
    200: json(z.object({ success, data: eligibilitySchema }), 'The checks', eligibilityExample),
    ...errorResponses(400, 404),
  },
})
const initiate = createRoute({
  method: 'post',
  path: '/api/calls/initiate',
  operationId: 'initiateCall',
  tags,
  summary: 'Call somebody',
  description:
    'Meta takes a call of ours only with an offer of media (SDP), and there is no media path: always 409 ' +
    '`no_media`, whose `details` hold what `check-eligibility` says.',
  request: { body: body(initiateBodySchema, { phone_number: '+491701234567' }) },
  responses: {
    200: json(z.object({ success, call_id: z.string() }), 'It rings there'),
    ...errorResponses(400, 404, 409),
  },
})
const permissionPath = '/api/calls/contacts/{contactId}/permission'
const getPermission = createRoute({
  method: 'get',
  path: permissionPath,
  operationId: 'getCallPermission',
  tags,
  summary: 'Whether Meta lets us call somebody',
  description: 'As Meta has it now. 502 `provider_failed` when Meta does not say.',
  request: {
    params: personParams,
    query: z.strictObject({ line: z.string().min(1).max(64).optional() }),
  },
  responses: {
    200: json(z.object({ success, data: callPermissionSchema }), 'It', permissionExample),
    ...errorResponses(400, 404, 409, 502),
  },
})
const requestPermission = createRoute({
  method: 'post',
  path: permissionPath,
  operationId: 'requestCallPermission',
  tags,
  summary: 'Ask somebody whether we may call',
  description:
    'Sends a message with the question, through the outbox. Meta takes one a day and two a week, and only within 24 ' +
    'hours of the last message or call of the person. 409 `conflict` while one of the last day stands, for who ' +
    'opted out, and on a line that is not of the WhatsApp Cloud API.',
  request: {
    params: personParams,
    body: body(permissionRequestSchema, { text: 'May we call you about your order?' }),
  },
  responses: {
    200: json(z.object({ success, message: z.string(), state: z.string() }), 'It is under way', {
      success: true,
      message: 'The question is being sent',
      state: 'pending',
    }),
    ...errorResponses(400, 404, 409),
  },
})

const recipientOf = ({ phone, userId }: Candidate) => ({
  ...(phone !== undefined && { phone }),
  ...(userId !== undefined && { userId }),
})

const conflict = (message: string) => new GatekeeperError('conflict', message)

function mustBeMeta({ line }: Candidate): void {
  if (line.channel !== 'whatsapp')
    throw conflict('only lines of the WhatsApp Cloud API know permissions to call')
}

/** Calls that we place: what Meta allows, and what cannot be done here. */
export function outboundCallRoutes(deps: OutboundCallDeps) {
  const { config, clock, db, writer } = deps
  const find = (context: Context<AppEnv>, whom: Whom): Promise<Candidate> => {
    const installation = deps.installation.current()
    const scope = lineScope(context.get('actor'), installation.lines)
    return findCandidate({ db, installation, scope, now: clock.now() }, whom)
  }
  return createRoutes()
    .openapi(check, async (context) => {
      const candidate = await find(context, context.req.valid('json'))
      const data = await checkEligibility(config, candidate)
      return context.json({ success: true as const, data }, 200)
    })
    .openapi(initiate, async (context) => {
      const { options: _, ...whom } = context.req.valid('json')
      const details = await checkEligibility(config, await find(context, whom))
      throw new GatekeeperError('no_media', 'there is no media path that could place a call', {
        details,
      })
    })
    .openapi(getPermission, async (context) => {
      const { contactId: contact_id } = context.req.valid('param')
      const candidate = await find(context, { contact_id, ...context.req.valid('query') })
      mustBeMeta(candidate)
      const { id } = candidate.line
      const answer = await withGraph(config, (graph) =>
        graph.callPermissions(id, recipientOf(candidate)),
      )
      const data = readPermission(id, answer)
      if (data) return context.json({ success: true as const, data }, 200)
      const why = answer.ok ? 'the answer was not understood' : refusalOf(answer)
      throw new GatekeeperError('provider_failed', `Meta did not tell (${why})`)
    })
    .openapi(requestPermission, async (context) => {
      const { contactId: contact_id } = context.req.valid('param')
      const { text, line } = context.req.valid('json')
      const candidate = await find(context, { contact_id, line })
      mustBeMeta(candidate)
      if (candidate.contact?.opted_out) throw conflict('this person has opted out')
      const asked = await writer.run('askPermission', {
        ref: newRef(),
        personId: contact_id,
        to: recipientOf(candidate),
        channel: candidate.line.channel,
        line: candidate.line.id,
        text,
        now: clock.now(),
        by: auditorOf(context),
      })
      if (asked.kind === 'under_way') throw conflict('this person was asked within the last day')
      deps.wake(asked.actionIds)
      const message = 'The question is being sent'
      return context.json({ success: true as const, message, state: 'pending' }, 200)
    })
}
