import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { LineScope } from '../access/scope.ts'
import { lineScope } from '../access/scope.ts'
import type { SecretBox } from '../access/secret-box.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { OpenVerificationInput } from '../db/commands/verifications.ts'
import type { Db } from '../db/open.ts'
import type { QueryOutput } from '../db/queries/index.ts'
import type { Reader } from '../db/reader.ts'
import type { Writer } from '../db/writer.ts'
import { GatekeeperError } from '../errors.ts'
import { addressProblem } from '../facts/outgoing.ts'
import { newRef } from '../ref.ts'
import type { InstallationStore } from '../installation.ts'
import { newWebhookSecret } from '../outbox/webhook-signature.ts'
import { normalisePhone } from '../phone.ts'
import { actionStates } from '../schema/action.ts'
import { verificationMessage } from '../verification-message.ts'
import { auditorOf } from './auditor.ts'
import type { AppEnv } from './env.ts'
import { badRequest, errorResponses } from './errors.ts'
import { openBody, openedSchema, verificationSchema } from './verification-schemas.ts'

export interface VerificationDeps {
  readonly config: Pick<Config, 'outgoingAllow'>
  readonly clock: Clock
  readonly db: Db
  readonly reader: Reader
  readonly writer: Writer
  /** Seals the secrets of receivers. */
  readonly box: SecretBox
  readonly installation: Pick<InstallationStore, 'current'>
  /** Actions were added to the outbox. */
  readonly wake: (actionIds: readonly number[]) => void
}

const tags = ['Verifications']
const open = createRoute({
  method: 'post',
  path: '/api/verifications',
  operationId: 'openVerification',
  tags,
  summary: 'Wait for a call of one person',
  description:
    'Opens a one-shot window. The first call of this person that arrives in it fulfils the verification, ' +
    'and is `verification.pending` to the policy that decides it. The webhook is told ' +
    '`verification.fulfilled` or `verification.expired`, again and again for a day until it answers 2xx.',
  request: {
    body: { required: true, content: { 'application/json': { schema: openBody } } },
  },
  responses: {
    201: {
      description: 'The window is open',
      content: { 'application/json': { schema: openedSchema } },
    },
    ...errorResponses(400, 413, 415),
  },
})
const get = createRoute({
  method: 'get',
  path: '/api/verifications/{ref}',
  operationId: 'getVerification',
  tags,
  summary: 'What became of a verification',
  request: { params: z.object({ ref: z.string().min(1).max(64) }) },
  responses: {
    200: {
      description: 'The verification',
      content: { 'application/json': { schema: verificationSchema } },
    },
    ...errorResponses(404),
  },
})

type Found = NonNullable<QueryOutput<'findVerification'>>

function viewDelivery(found: Found, type: 'message' | 'webhook') {
  const action = found.actions.find((one) => one.type === type)
  if (!action) return undefined
  const { attempts, reason, error, delivery } = action
  return {
    // only the outbox's commands write this column, from the closed list
    state: actionStates.find((known) => known === action.state) ?? ('uncertain' as const),
    attempts,
    ...(reason === null ? {} : { reason }),
    ...(error === null ? {} : { error }),
    ...(delivery === null ? {} : { delivery }),
  }
}

function stateOf({ fulfilled_at, expired_at }: Found): 'fulfilled' | 'expired' | 'pending' {
  if (fulfilled_at !== null) return 'fulfilled'
  return expired_at === null ? 'pending' : 'expired'
}

function view(found: Found): z.infer<typeof verificationSchema> {
  const message = viewDelivery(found, 'message')
  const webhook = viewDelivery(found, 'webhook')
  return {
    id: found.ref,
    state: stateOf(found),
    createdAt: found.created_at,
    expiresAt: found.expires_at,
    ...(found.fulfilled_at === null ? {} : { fulfilledAt: found.fulfilled_at }),
    ...(found.call_ref === null ? {} : { callRef: found.call_ref }),
    ...(message ? { message } : {}),
    ...(webhook ? { webhook } : {}),
  }
}

async function mustFind(deps: VerificationDeps, ref: string): Promise<Found> {
  const found = await deps.reader.ask('findVerification', { ref })
  if (!found) throw new GatekeeperError('not_found', 'there is no such verification')
  return found
}

function canonicalPhone(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const phone = normalisePhone(text)
  if (phone !== undefined) return phone
  throw new GatekeeperError(
    'bad_request',
    'phone: not a phone number in international form, e.g. +4915112345678',
  )
}

function checkWebhook(url: string, allow: readonly string[]): void {
  const problem = addressProblem(url, allow)
  if (problem !== undefined) throw new GatekeeperError('bad_request', `webhook: ${problem}`)
}

/** Reads and checks everything before anything is written. */
async function prepare(
  deps: VerificationDeps,
  body: z.infer<typeof openBody>,
  scope: LineScope | undefined,
): Promise<Omit<OpenVerificationInput, 'by'>> {
  const { userId, message, webhook, line } = body
  const phone = canonicalPhone(body.phone)
  if (webhook !== undefined) checkWebhook(webhook, deps.config.outgoingAllow)
  const ref = newRef()
  const now = deps.clock.now()
  const installation = deps.installation.current()
  const text = typeof message === 'string' ? { text: message } : message
  const asked =
    text &&
    (await verificationMessage(
      { db: deps.db, installation },
      { ref, phone, userId, message: text, line, scope, now },
    ))
  return {
    ref,
    phone: phone ?? null,
    userId: userId ?? null,
    now,
    expiresAt: now + body.ttlSeconds * 1000,
    ...(webhook === undefined ? {} : { webhook: { url: webhook, secret: newWebhookSecret() } }),
    ...(asked ? { message: asked } : {}),
  }
}

/** Verification by a call (contract, section 2, `verification.pending`). */
export function verificationRoutes(deps: VerificationDeps) {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw badRequest(result.error, result.target)
    },
  })
  return app
    .openapi(open, async (context) => {
      const scope = lineScope(context.get('actor'), deps.installation.current().lines)
      const input = await prepare(deps, context.req.valid('json'), scope)
      const by = auditorOf(context)
      const { webhook } = input
      const sealed = webhook && { ...webhook, secret: deps.box.seal(webhook.secret) }
      const { actionIds } = await deps.writer.run('openVerification', {
        ...input,
        ...(sealed && { webhook: sealed }),
        by,
      })
      deps.wake(actionIds)
      const found = await mustFind(deps, input.ref)
      context.header('Location', `/api/verifications/${input.ref}`)
      context.header('Cache-Control', 'no-store')
      const secret = input.webhook ? { webhookSecret: input.webhook.secret } : {}
      return context.json({ ...view(found), ...secret }, 201)
    })
    .openapi(get, async (context) =>
      context.json(view(await mustFind(deps, context.req.valid('param').ref)), 200),
    )
}
