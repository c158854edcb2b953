import { Readable } from 'node:stream'
import { Agent, FormData, request } from 'undici'
import type { Dispatcher } from 'undici'
import { z } from 'zod'
import { scrub } from './errors.ts'

const maxAnswerBytes = 1_000_000
const maxRetryAfterMs = 3_600_000

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
  const dispatcher = new Agent({
    connect: { timeout: 3_000 },
    keepAliveTimeout: options.keepAliveMs,
    keepAliveMaxTimeout: options.keepAliveMs,
  })
  return {
    send: (graphRequest) => send(graphRequest, options, dispatcher),
    close: () => dispatcher.destroy(),
  }
}

async function send(
  { method, path, body, timeoutMs, signal }: GraphRequest,
  { url, version, accessToken }: GraphOptions,
  dispatcher: Dispatcher,
): Promise<GraphResult> {
  const timeout = AbortSignal.timeout(Math.max(1, Math.min(timeoutMs, 2 ** 31 - 1)))
  const tracked = track(body)
  try {
    const response = await request(`${url.replace(/\/+$/, '')}/${version}${path}`, {
      method,
      headers: { authorization: `Bearer ${accessToken}`, ...tracked.headers },
      body: tracked.body,
      dispatcher,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    return answerOf(response, await readCapped(response.body))
  } catch (error) {
    const details = timeout.aborted ? 'no answer in time' : nameOf(error)
    return { kind: tracked.isWritten() ? 'lost' : 'unsent', details }
  }
}

/**
 * A body that knows whether it was taken. The client lets it flow once it has a connection, so a
 * request whose body never flowed cannot have been understood by anybody.
 */
function track(body: GraphRequest['body']) {
  if (body === undefined) return { headers: {}, body: null, isWritten: () => true }
  if (body instanceof FormData) return { headers: {}, body, isWritten: () => true }
  const bytes = Buffer.from(JSON.stringify(body))
  const headers = {
    'content-type': 'application/json',
    'content-length': String(bytes.byteLength),
  }
  const stream = Readable.from([bytes], { objectMode: false })
  return { headers, body: stream, isWritten: () => stream.readableFlowing !== null }
}

/** At most a megabyte of an answer; undefined for more. */
async function readCapped(body: Dispatcher.ResponseData['body']): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk as Uint8Array) // undici types its byte stream as any
    size += bytes.byteLength
    if (size > maxAnswerBytes) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
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

function answerOf(response: Dispatcher.ResponseData, text: string | undefined): GraphResult {
  const status = response.statusCode
  const body = parseJson(text)
  const error = errorSchema.safeParse(body).data?.error
  const retryAfterMs = retryAfter(response.headers['retry-after'])
  return {
    kind: 'answer',
    status,
    ok: status >= 200 && status < 300 && error === undefined,
    body,
    ...(error && { code: error.code }),
    details: scrub(error?.error_data?.details ?? error?.message ?? `HTTP ${String(status)}`),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). */
function retryAfter(header: string | string[] | undefined): number | undefined {
  const text = Array.isArray(header) ? header[0] : header
  if (text === undefined || text === '') return undefined
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now()
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), maxRetryAfterMs) : undefined
}

/** The code of a network error; its message would name addresses. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.cause instanceof Error ? nameOf(error.cause) : error.name
}
