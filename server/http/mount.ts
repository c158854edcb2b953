import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Schema } from 'hono'
import { Hono } from 'hono'
import type { AppEnv } from './env.ts'

/** What described applications answer, by path and method; intersected, because a path is one part's. */
type Schemas<Part> = (
  Part extends OpenAPIHono<AppEnv, infer One> ? (one: One) => void : never
) extends (all: infer All) => void
  ? All
  : never

/** The type of an application with all of these parts, for a client of it. */
export type Mounted<Parts extends readonly object[]> = Hono<
  AppEnv,
  Schemas<Parts[number]> extends infer All extends Schema ? All : never
>

/**
 * Puts parts on an application. Chained `.route` calls would say what the whole answers as well, but have
 * the compiler compare every part with every kind of application: minutes of it.
 */
export function mount(app: OpenAPIHono<AppEnv>, parts: readonly object[]): void {
  for (const part of parts) {
    if (!(part instanceof Hono)) throw new TypeError('only applications can be mounted')
    app.route('/', part)
  }
}
