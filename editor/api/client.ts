import type { ClientResponse } from 'hono/client'
import { hc } from 'hono/client'
import type { ServerApp } from '../../server/serve.ts'
import { ApiError, problemOf } from './error.ts'

/** The server's API; types come from its routes, so what does not exist does not compile. */
export const client = hc<ServerApp>('/', { init: { credentials: 'same-origin' } })

/** What an answer that worked holds as JSON; a text or a stream is another kind of answer. */
type Json<T> = T extends string | Response ? never : T
type Body<R> =
  R extends ClientResponse<infer T, infer S, string>
    ? S extends 200 | 201
      ? Json<T>
      : never
    : never

/**
 * The body of an answer that worked.
 * @throws ApiError what the server says, or that it cannot be reached
 */
export async function answer<R extends ClientResponse<unknown, number, string>>(
  asked: Promise<R>,
): Promise<Body<R>> {
  const response = await asked.catch((cause: unknown) => {
    throw new ApiError({ code: 'offline', status: 0, requestId: '' }, { cause })
  })
  if (!response.ok) throw await problemOf(response)
  // the statuses that are ok are those Body keeps
  return (await response.json()) as Body<R>
}
