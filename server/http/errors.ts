import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { z } from '@hono/zod-openapi'
import type { ErrorCode } from '../errors.ts'
import { errorStatus, GatekeeperError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import { Crowds } from './crowds.ts'
import type { AppEnv } from './env.ts'

// the keys of the closed list, of which there is at least one
const codes = Object.keys(errorStatus) as [ErrorCode, ...ErrorCode[]]

/** The body of every error (contract, section 6). */
export const errorSchema = z
  .object({
    error: z.object({
      code: z.enum(codes),
      message: z.string(),
      details: z.unknown().optional(),
      requestId: z.string(),
    }),
  })
  .openapi('Error', {
    example: {
      error: {
        code: 'outdated',
        message: 'the draft was begun on a release that is not live now',
        details: { basedOn: '3-0a1b2c3d4e5f', live: '4-9f8e7d6c5b4a' },
        requestId: '0b0f3b1e-6d2a-4e0c-9d55-3f8f2c1f7a11',
      },
    },
  })

/** Codes for what the framework refuses by itself. */
const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
}

function fromFramework(error: HTTPException): GatekeeperError {
  const code = codeOfStatus[error.status]
  if (code === 'unsupported_media_type')
    return new GatekeeperError(code, 'send JSON: Content-Type: application/json')
  if (code) return new GatekeeperError(code, error.message || code.replaceAll('_', ' '))
  return new GatekeeperError('internal', 'something went wrong here', { cause: error })
}

/** Anything thrown, as an error of the closed list; what is not on purpose tells nothing. */
export function toGatekeeperError(error: unknown): GatekeeperError {
  if (error instanceof GatekeeperError) return error
  if (error instanceof HTTPException) return fromFramework(error)
  return new GatekeeperError('internal', 'something went wrong here', { cause: error })
}

export function errorResponse(context: Context<AppEnv>, error: GatekeeperError): Response {
  const { code, message, details, status } = error
  const requestId = context.get('requestId')
  if (status === 401) context.header('WWW-Authenticate', 'Bearer')
  if (status === 503) context.header('Retry-After', '1')
  const body = { code, message, ...(details === undefined ? {} : { details }), requestId }
  return context.json({ error: body }, status)
}

/** The one place where errors become answers. What every request runs into is logged once a second. */
export function handleError(log: Logger) {
  const crowds = new Crowds()
  return (thrown: unknown, context: Context<AppEnv>): Response => {
    const error = toGatekeeperError(thrown)
    const { code, status } = error
    const isFailure = status >= 500 && code !== 'server_misconfigured'
    const untold = isFailure && status === 503 ? crowds.tell(code) : 0
    if (isFailure && untold !== undefined)
      log.error(
        {
          err: error.cause ?? error,
          code,
          requestId: context.get('requestId'),
          ...(untold > 0 && { sameBefore: untold }),
        },
        'request failed',
      )
    return errorResponse(context, error)
  }
}

/** Where a request does not fit its schema; values are not repeated. */
export function badRequest(error: z.ZodError, where: string): GatekeeperError {
  const issues = error.issues.map(({ path, message }) => ({
    in: where,
    path: path.map(String).join('.'),
    message,
  }))
  const first = issues[0]
  const place = first?.path ? `${first.path}: ` : ''
  return new GatekeeperError('bad_request', `${place}${first?.message ?? 'not valid'}`, {
    details: { issues },
  })
}

const meaning: Readonly<Record<number, string>> = {
  400: 'Not valid: `bad_request`',
  401: 'No valid credential: `unauthorized`',
  403: 'Your role may not do this, or the request comes from another site: `forbidden`',
  404: 'Not there, or of a team that is not yours: `not_found`',
  429: 'Too many requests: `too_many_requests`; `Retry-After` says in how many seconds to try again',
  409: 'In conflict with what is there now: `outdated` or `conflict`',
  412: 'Changed since you read it: `precondition_failed`; its revision is in the details',
  413: 'Too large: `payload_too_large`',
  415: 'Not JSON: `unsupported_media_type`',
  422: 'The policy has errors: `invalid_policy`; they are in the details',
  428: 'If-Match is missing: `precondition_required`',
  503: 'Cannot be done right now, try again: `storage_unavailable` or `overloaded`',
}

/** Responses of these errors in a document that has the schema already. */
export function refusals(...statuses: readonly number[]) {
  const schema = { $ref: '#/components/schemas/Error' }
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: meaning[status] ?? 'Error', content: { 'application/json': { schema } } },
    ]),
  )
}

/** Responses of a route's errors, for its description. */
export function errorResponses(...statuses: readonly number[]) {
  return Object.fromEntries(
    [401, 403, ...statuses, 429, 503].map((status) => [
      status,
      {
        description: meaning[status] ?? 'Error',
        content: { 'application/json': { schema: errorSchema } },
      },
    ]),
  )
}
