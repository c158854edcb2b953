import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from './env.ts'

/**
 * For pages of the web app; a route that needs another policy sets its own. Scripts only from our own files.
 * Styles also in attributes, by which its components place what floats; they can load nothing but our own.
 */
const pagePolicy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** For everything that is no page: it may load nothing, wherever it ends up. */
const dataPolicy = "default-src 'none'; frame-ancestors 'none'"

/** Headers of every answer. */
export const securityHeaders: MiddlewareHandler<AppEnv> = async (context, next) => {
  await next()
  const { headers } = context.res
  const isPage = headers.get('content-type')?.startsWith('text/html') ?? false
  headers.set('X-Content-Type-Options', 'nosniff')
  headers.set('X-Frame-Options', 'DENY')
  headers.set('Referrer-Policy', 'no-referrer')
  headers.set('Cross-Origin-Resource-Policy', 'same-origin')
  if (isPage) headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  if (!headers.has('content-security-policy'))
    headers.set('Content-Security-Policy', isPage ? pagePolicy : dataPolicy)
  if (context.req.path.startsWith('/api') && !headers.has('cache-control'))
    headers.set('Cache-Control', 'no-store')
}
