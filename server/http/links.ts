import type { Context } from 'hono'
import { Hono } from 'hono'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { prepare } from '../db/prepared.ts'
import type { Writer } from '../db/writer.ts'
import type { Logger } from '../logger.ts'
import type { AppEnv } from './env.ts'

export interface LinkDeps {
  /** Point reads. */
  readonly db: Db
  readonly writer: Writer
  readonly clock: Clock
  readonly log: Logger
}

/** Opening again within so long writes nothing. */
const quietMs = 60_000
/** How long somebody waits for us to note it. */
const patienceMs = 500

/** Apps that look at a link to show what is behind it, before anybody opens it. */
const preview = /^WhatsApp\/|facebookexternalhit|Facebot|TelegramBot|Slackbot|Twitterbot|bot\b/i

const linkWith = prepare((db, link: { token: string }) =>
  db.selectFrom('links').select(['target', 'last_opened_at']).where('token', '=', link.token),
)

const gone = `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>This link has ended</title>
<body style="font:16px/1.5 system-ui,sans-serif;max-width:32em;margin:15vh auto;padding:0 1.5em">
<h1 style="font-size:1.4em">This link has ended</h1>
<p>It is no longer valid, or it was not copied whole. Write to us in the chat it came from and we will help you.</p>
</body></html>`

/** Addresses of the web and no others; what is stored was checked when it was made, and is again. */
const isWeb = (address: string): boolean =>
  URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** `/l/<token>`: notes that somebody followed the link of a message, and leads on to its address. */
export function linkRoutes({ db, writer, clock, log }: LinkDeps) {
  async function note(token: string, lastOpenedAt: string | null): Promise<void> {
    const now = clock.now()
    if (lastOpenedAt !== null && now - Date.parse(lastOpenedAt) < quietMs) return
    const noted = writer.run('openLink', { token, at: toIso(now) }).catch((err: unknown) => {
      log.warn({ err }, 'that a link was opened could not be noted')
    })
    await Promise.race([noted, sleep(patienceMs)])
  }
  const follow = async (context: Context<AppEnv>): Promise<Response> => {
    context.header('Cache-Control', 'no-store')
    const token = context.req.param('token') ?? ''
    const link = /^[\w-]{22}$/.test(token) ? await linkWith.first(db, { token }) : undefined
    if (!link || !isWeb(link.target)) return context.html(gone, 404)
    const isPerson =
      context.req.method === 'GET' && !preview.test(context.req.header('user-agent') ?? '')
    if (isPerson) await note(token, link.last_opened_at)
    return context.redirect(link.target, 302)
  }
  return new Hono<AppEnv>().get('/l/:token', follow)
}
