import type { HttpBindings } from '@hono/node-server'
import type { SessionHolder } from '../access/access.ts'
import type { Actor } from '../schema/access.ts'

export interface AppEnv {
  // absent when a request is made without a socket, by app.request
  Bindings: Partial<HttpBindings>
  Variables: {
    requestId: string
    actor: Actor
    session?: SessionHolder
    /** Who is behind a request that lasts, now; undefined once its credential is over. */
    lookAgain: () => Promise<Actor | undefined>
  }
}
