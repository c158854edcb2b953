import type { HttpBindings } from '@hono/node-server'

/** Who makes a request. */
export interface Actor {
  /** Stands as the author of what it does. */
  readonly name: string
  readonly role: 'admin'
}

export interface AppEnv {
  // absent when a request is made without a socket, by app.request
  Bindings: Partial<HttpBindings>
  Variables: { requestId: string; actor: Actor }
}
