import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import type { MiddlewareHandler } from 'hono'
import { GatekeeperError } from './errors.ts'
import { requireCredential } from './http/auth.ts'
import { docsRoutes } from './http/docs.ts'
import type { AppEnv } from './http/env.ts'
import { badRequest, errorResponse, handleError } from './http/errors.ts'
import type { HealthDeps } from './http/health.ts'
import { healthRoutes } from './http/health.ts'
import { securityHeaders } from './http/headers.ts'
import { liveRoutes } from './http/live.ts'
import { describeApi } from './http/openapi.ts'
import { operationReader } from './http/operation.ts'
import { mount } from './http/mount.ts'
import type { PolicyDeps } from './http/policies.ts'
import { policyRoutes } from './http/policies.ts'
import type { Web } from './http/web.ts'
import type { LiveFeed } from './live.ts'
import type { Logger } from './logger.ts'

export interface AppDeps extends HealthDeps, PolicyDeps {
  readonly log: Logger
  readonly live: LiveFeed
  /** The web app; absent, there is only the API. */
  readonly web?: Web
  /** PUBLIC_URL. */
  readonly publicUrl: string | undefined
}

/** Bytes of a body under `/api`. */
const bodyMax = 1024 * 1024
/** Bytes of an address book; it is read row by row. */
const fileMax = 64 * 1024 * 1024
const filePath = '/api/settings/import/'

/** Bodies are JSON, and CSV where a file is read, and nothing else, so that no form of another site can send one. */
const jsonOnly: MiddlewareHandler<AppEnv> = async (context, next) => {
  const type = context.req.header('content-type')
  const isCsv = context.req.path.startsWith(filePath) && /^text\/csv\s*(;|$)/i.test(type ?? '')
  const isJson = isCsv || (type !== undefined && /^application\/json\s*(;|$)/i.test(type))
  const hasBody =
    context.req.header('transfer-encoding') !== undefined ||
    (context.req.header('content-length') ?? '0') !== '0' ||
    // over a socket these headers tell; a DELETE without a body has a stream all the same
    (!context.env?.incoming &&
      context.req.raw.body !== null &&
      context.req.header('content-length') === undefined)
  if (hasBody && !isJson)
    throw new GatekeeperError('unsupported_media_type', 'send JSON: Content-Type: application/json')
  await next()
}

/**
 * The HTTP application. What is mounted on it later (`app.route`) is behind the same credential, limits
 * and headers, and in the same description.
 */
export function createApp(deps: AppDeps) {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw badRequest(result.error, result.target)
    },
  })
  app.onError(handleError(deps.log))
  const nothing = () => new GatekeeperError('not_found', 'there is nothing at this address')
  app.notFound((context) => deps.web?.(context) ?? errorResponse(context, nothing()))
  app.use(requestId({ limitLength: 64 }), securityHeaders)
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (context, methods) => {
        context.header('Allow', methods.join(', '))
        const message = `this address answers ${methods.join(', ')}`
        return errorResponse(context, new GatekeeperError('method_not_allowed', message))
      },
    }),
  )
  const tooLarge = () => {
    throw new GatekeeperError(
      'payload_too_large',
      `this body has too many bytes; at most ${bodyMax}, a file ${fileMax}`,
    )
  }
  const credential = requireCredential({ ...deps, operationOf: operationReader(app) })
  const usual = bodyLimit({ maxSize: bodyMax, onError: tooLarge })
  const ofFiles = bodyLimit({ maxSize: fileMax, onError: tooLarge })
  const limit: MiddlewareHandler<AppEnv> = (context, next) =>
    (context.req.path.startsWith(filePath) ? ofFiles : usual)(context, next)
  for (const path of ['/api', '/api/*']) app.use(path, credential, limit, jsonOnly)
  describeApi(app)
  const parts = [
    healthRoutes(deps),
    ...policyRoutes(deps),
    liveRoutes(deps),
    docsRoutes(() => app),
  ] as const
  mount(app, parts)
  return { app, parts }
}
export type App = ReturnType<typeof createApp>['app']
