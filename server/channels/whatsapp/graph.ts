import type { FormData } from 'undici'
import { z } from 'zod'
import { openHttp } from '../http-pool.ts'
import type { HttpAnswer, HttpPool } from '../http-pool.ts'
import { scrub } from '../scrub.ts'

export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below the version, beginning with `/`. */
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>> | FormData
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * What came of a request.
 * - `answer`: Graph, or something in its place, answered; `code` is Graph's own where there is one.
 * - `unsent`: proof that nothing reached the other side. `lost`: it may have.
 * `details` and `body`: the first is free of ids and phone numbers, the second is not.
 */
export type GraphResult =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly ok: boolean
      /** Undefined when the body was no JSON, or too long. */
      readonly body: unknown
      readonly code?: number
      readonly details: string
      readonly retryAfterMs?: number
    }
  | { readonly kind: 'unsent' | 'lost'; readonly details: string }

export interface GraphOptions {
  /** Without version, e.g. `https://graph.facebook.com`. */
  readonly url: string
  readonly version: string
  readonly accessToken: string
  /** How long an idle connection is kept for the next request. */
  readonly keepAliveMs: number
}

export interface Graph {
  /** Never throws. */
  send(request: GraphRequest): Promise<GraphResult>
  close(): Promise<void>
}

/** One pool of kept-alive connections to the Graph API. */
export function openGraph(options: GraphOptions): Graph {
  const pool = openHttp(options.keepAliveMs)
  return {
    send: (graphRequest) => send(graphRequest, options, pool),
    close: () => pool.close(),
  }
}

async function send(
  { path, ...graphRequest }: GraphRequest,
  { url, version, accessToken }: GraphOptions,
  pool: HttpPool,
): Promise<GraphResult> {
  const result = await pool.send({
    ...graphRequest,
    url: `${url.replace(/\/+$/, '')}/${version}${path}`,
    headers: { authorization: `Bearer ${accessToken}` },
  })
  return result.kind === 'answer' ? answerOf(result, accessToken) : result
}

const errorSchema = z.object({
  error: z.object({
    code: z.int(),
    message: z.string().optional().catch(undefined),
    error_data: z
      .object({ details: z.string().optional().catch(undefined) })
      .optional()
      .catch(undefined),
  }),
})

function answerOf(
  { kind, status, body, retryAfterMs }: HttpAnswer,
  accessToken: string,
): GraphResult {
  const error = errorSchema.safeParse(body).data?.error
  return {
    kind,
    status,
    ok: status >= 200 && status < 300 && error === undefined,
    body,
    ...(error && { code: error.code }),
    details: scrub(error?.error_data?.details ?? error?.message ?? `HTTP ${String(status)}`, [
      // of an app there are two parts, and each is one
      ...accessToken.split('|'),
    ]),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
}
