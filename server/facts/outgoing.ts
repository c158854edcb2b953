import type { IncomingHttpHeaders } from 'node:http'
import { lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'
import type { Dispatcher } from 'undici'
import { Agent, buildConnector } from 'undici'
import { startDeadline } from '../deadline.ts'
import type { AddressGuard } from './addresses.ts'
import { bareHost, createAddressGuard } from './addresses.ts'

/** `refused`: the guard does not let this address be reached. */
export type OutgoingReason = 'refused' | 'redirect' | 'too_large' | 'timeout' | 'network'

/** Why a guarded request gave no answer. The message holds nothing of the request. */
export class OutgoingError extends Error {
  override readonly name = 'OutgoingError'
  readonly reason: OutgoingReason

  constructor(reason: OutgoingReason, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.reason = reason
  }
}

export interface OutgoingRequest {
  readonly url: string | URL
  readonly method?: Dispatcher.HttpMethod
  readonly headers?: Record<string, string>
  readonly body?: string
  /** For the whole exchange, connecting and the body included. */
  readonly timeoutMs: number
  /** More than this in the body of a 2xx is an error. */
  readonly maxBytes: number
  readonly signal?: AbortSignal
}

export interface OutgoingResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The body of a 2xx; empty for every other status. */
  readonly text: string
}

/** HTTP to addresses that others chose: it reaches the public internet and OUTGOING_ALLOW, nothing else. */
export interface Outgoing {
  /** @throws OutgoingError */
  request(request: OutgoingRequest): Promise<OutgoingResponse>
  /** Ends what is under way and closes the connections. */
  close(): Promise<void>
}

export interface OutgoingOptions {
  /** Hosts, addresses and CIDRs of OUTGOING_ALLOW. */
  readonly allow: readonly string[]
  /** Name resolution; the system's own when left out. */
  readonly lookup?: LookupFunction
  /** Connections to one origin. */
  readonly connections?: number
}

const connectTimeoutMs = 2000

const refused = (what: string): OutgoingError => new OutgoingError('refused', what)

/** Reads an address that somebody entered. @throws OutgoingError `refused` */
function checkedUrl(text: string | URL, guard: AddressGuard): URL {
  if (!URL.canParse(String(text))) throw refused('the address is not a URL')
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refused('only http and https addresses may be reached')
  if (url.username !== '' || url.password !== '')
    throw refused('an address may not hold a user or a password')
  if (!isReachable(url.hostname, guard)) throw refused('the address is not a public one')
  return url
}

/**
 * What is wrong with an address somebody enters, as far as it tells by itself; what a name leads to is
 * judged when connecting.
 * @param allow OUTGOING_ALLOW
 */
export function addressProblem(url: string, allow: readonly string[]): string | undefined {
  try {
    checkedUrl(url, createAddressGuard(allow))
    return undefined
  } catch (error) {
    return error instanceof OutgoingError ? error.message : 'the address is not a URL'
  }
}

/** An address as such must be allowed; a name is judged by what it resolves to, when connecting. */
function isReachable(hostname: string, guard: AddressGuard): boolean {
  const host = bareHost(hostname)
  return isIP(host) === 0 || guard.isAllowedHost(host) || guard.isAllowedAddress(host)
}

/**
 * Resolves a name once and hands out only addresses that were checked, so that the address that is
 * connected to is the one that was judged, whatever the name resolves to a moment later.
 */
function guardedLookup(guard: AddressGuard, lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found, family) => {
      if (error) return callback(error, [])
      const all = typeof found === 'string' ? [{ address: found, family: family ?? 4 }] : found
      const first = all[0]
      const isFine =
        guard.isAllowedHost(hostname) || all.every((one) => guard.isAllowedAddress(one.address))
      if (!first || !isFine)
        return callback(refused('the name leads to an address that is not public'), [])
      if (options.all) return callback(null, all)
      callback(null, first.address, first.family)
    })
  }
}

function guardedConnector(guard: AddressGuard, lookup: LookupFunction): buildConnector.connector {
  const connect = buildConnector({
    timeout: connectTimeoutMs,
    lookup: guardedLookup(guard, lookup),
    autoSelectFamily: true,
  })
  return (options, callback) => {
    if (!isReachable(options.hostname, guard))
      return callback(refused('the address is not a public one'), null)
    connect(options, (error, socket) => {
      if (error) return callback(error, null)
      const address = socket?.remoteAddress ?? ''
      const isFine = guard.isAllowedHost(options.hostname) || guard.isAllowedAddress(address)
      if (socket && isFine) return callback(null, socket)
      socket?.destroy()
      callback(refused('connected to an address that is not public'), null)
    })
  }
}

async function readText(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    // undici's bodies are streams of buffers
    const bytes = chunk as Buffer
    size += bytes.length
    if (size > maxBytes) throw new OutgoingError('too_large', 'the answer is too large')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function toOutgoingError(error: unknown, timedOut: boolean): OutgoingError {
  if (error instanceof OutgoingError) return error
  if (timedOut) return new OutgoingError('timeout', 'no answer in time')
  return new OutgoingError('network', 'the request failed', { cause: error })
}

export function createOutgoing(options: OutgoingOptions): Outgoing {
  const guard = createAddressGuard(options.allow)
  const agent = new Agent({
    connect: guardedConnector(guard, options.lookup ?? systemLookup),
    connections: options.connections ?? 50,
    keepAliveTimeout: 30_000,
    headersTimeout: 0,
    bodyTimeout: 0,
  })

  async function exchange(request: OutgoingRequest, signal: AbortSignal) {
    const url = checkedUrl(request.url, guard)
    const response = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method ?? 'GET',
      headers: request.headers ?? {},
      body: request.body ?? null,
      signal,
    })
    const { statusCode: status, headers, body } = response
    if (status >= 200 && status < 300)
      return { status, headers, text: await readText(body, request.maxBytes) }
    // nobody waits for the rest, which has a time of its own
    const rest = AbortSignal.timeout(request.timeoutMs)
    void body.dump({ limit: 65_536, signal: rest }).catch(() => undefined)
    if (status >= 300 && status < 400)
      throw new OutgoingError('redirect', 'the answer leads elsewhere, which is not followed')
    return { status, headers, text: '' }
  }

  return {
    async request(request) {
      const deadline = startDeadline(request.timeoutMs, request.signal)
      try {
        return await exchange(request, deadline.signal)
      } catch (error) {
        throw toOutgoingError(error, deadline.isOver)
      } finally {
        deadline.clear()
      }
    },
    close: () => agent.destroy(),
  }
}
