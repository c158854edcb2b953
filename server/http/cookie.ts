import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { AppEnv } from './env.ts'

/** The cookie that holds a session's secret. */
export const sessionCookie = 'callgate_session'

const options = (publicUrl: string | undefined) =>
  ({
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: publicUrl?.startsWith('https:') ?? false,
  }) as const

export const readSession = (context: Context<AppEnv>): string | undefined =>
  getCookie(context, sessionCookie)

export function writeSession(
  context: Context<AppEnv>,
  session: { secret: string; until: Date },
  publicUrl: string | undefined,
): void {
  setCookie(context, sessionCookie, session.secret, {
    ...options(publicUrl),
    expires: session.until,
  })
}

export function forgetSession(context: Context<AppEnv>, publicUrl: string | undefined): void {
  deleteCookie(context, sessionCookie, options(publicUrl))
}
