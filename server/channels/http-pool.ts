import { Readable } from 'node:stream'
import { Agent, FormData, request } from 'undici'
import type { Dispatcher } from 'undici'
import { startDeadline } from '../deadline.ts'

const maxAnswerBytes = 1_000_000
const maxRetryAfterMs = 3_600_000

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>> | FormData
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** Somebody answered. `body` is undefined when it was no JSON, or too long. */
export interface HttpAnswer {
  readonly kind: 'answer'
  readonly status: number
  readonly body: unknown
  readonly retryAfterMs?: number
}

/** `unsent`: proof that nothing reached the other side. `lost`: it may have. */
export interface HttpFailure {
  readonly kind: 'unsent' | 'lost'
  /** Names nobody and no address. */
  readonly details: string
}

export interface HttpPool {
  /** Never throws, and never follows a redirect. */
  send(request: HttpRequest): Promise<HttpAnswer | HttpFailure>
  close(): Promise<void>
}

/**
 * One pool of kept-alive connections to a provider.
 * @param keepAliveMs how long an idle connection is kept for the next request
 */
export function openHttp(keepAliveMs: number): HttpPool {
  const dispatcher = new Agent({
    connect: { timeout: 3_000 },
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
  })
  return {
    send: (httpRequest) => send(httpRequest, dispatcher),
    close: () => dispatcher.destroy(),
  }
}

async function send(
  { method, url, headers, body, timeoutMs, signal }: HttpRequest,
  dispatcher: Dispatcher,
): Promise<HttpAnswer | HttpFailure> {
  const deadline = startDeadline(timeoutMs, signal)
  const tracked = track(body)
  try {
    const response = await request(url, {
      method,
      headers: { ...headers, ...tracked.headers },
      body: tracked.body,
      dispatcher,
      signal: deadline.signal,
    })
    const retryAfterMs = retryAfter(response.headers['retry-after'])
    return {
      kind: 'answer',
      status: response.statusCode,
      body: parseJson(await readCapped(response.body)),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    }
  } catch (error) {
    const details = deadline.isOver ? 'no answer in time' : nameOf(error)
    return { kind: tracked.isWritten() ? 'lost' : 'unsent', details }
  } finally {
    deadline.clear()
  }
}

/**
 * A body that knows whether it was taken. The client lets it flow once it has a connection, so a
 * request whose body never flowed cannot have been understood by anybody.
 */
function track(body: HttpRequest['body']) {
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
