import type { Context } from 'hono'
import type { AppEnv } from './env.ts'

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined

/**
 * Whether a request that changes something comes from our own pages. Browsers say where a request
 * comes from; programs that say nothing carry no cookie of ours by accident.
 */
export function isFromOurPages(context: Context<AppEnv>, publicUrl: string | undefined): boolean {
  if (safeMethods.has(context.req.method)) return true
  const origin = context.req.header('origin')
  if (origin === undefined) {
    const site = context.req.header('sec-fetch-site')
    return site === undefined || site === 'same-origin' || site === 'none'
  }
  const host = hostOf(origin)
  if (host === undefined) return false
  const ours = [context.req.header('host'), publicUrl && hostOf(publicUrl)]
  return ours.includes(host)
}
