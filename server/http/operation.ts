import type { Context } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from './env.ts'

/** What a request asks for: an operation of the API and the parameters of its address. */
export interface Asked {
  readonly operation: string
  readonly params: Readonly<Record<string, string>>
}

function paramsOf(pattern: string, path: string): Record<string, string> {
  const given = path.split('/')
  return Object.fromEntries(
    pattern.split('/').flatMap((part, index) => {
      if (!part.startsWith(':')) return []
      const text = given[index] ?? ''
      try {
        return [[part.slice(1), decodeURIComponent(text)]]
      } catch {
        return [[part.slice(1), text]]
      }
    }),
  )
}

/** Reads the operations of an application once all routes are mounted, at the first request. */
export function operationReader(
  app: OpenAPIHono<AppEnv>,
): (context: Context<AppEnv>) => Asked | undefined {
  let byRoute: Map<string, string> | undefined
  const read = () =>
    new Map(
      app.openAPIRegistry.definitions.flatMap((definition) => {
        if (definition.type !== 'route') return []
        const { method, path, operationId } = definition.route
        const pattern = path.replaceAll(/\/\{(.+?)\}/g, '/:$1')
        return operationId === undefined
          ? []
          : [[`${method.toUpperCase()} ${pattern}`, operationId]]
      }),
    )
  return (context) => {
    byRoute ??= read()
    const method = context.req.method === 'HEAD' ? 'GET' : context.req.method
    for (const route of matchedRoutes(context)) {
      const operation = byRoute.get(`${method} ${route.path}`)
      if (operation !== undefined && route.method === method)
        return { operation, params: paramsOf(route.path, context.req.path) }
    }
    return undefined
  }
}
