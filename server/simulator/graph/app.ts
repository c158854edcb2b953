import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context } from 'hono'
import { Hono } from 'hono'
import { monotonicNow } from '../clock.ts'
import type { World } from '../world.ts'
import type { GraphAnswer } from './errors.ts'
import { errorAnswer, GraphError } from './errors.ts'
import type { Misbehaviour } from './misbehave.ts'
import { failureAnswer, misbehaviourOf } from './misbehave.ts'
import type { GraphRequest } from './request.ts'
import { answerRequest } from './routes.ts'

type GraphContext = Context<{ Bindings: HttpBindings }>

const version = /^v\d+(\.\d+)?$/

/** Graph as an HTTP application; any version segment, or none. */
export function graphApp(world: World): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>()
  app.get('/media-download/:id', (context) => download(world, context))
  app.all('*', (context) => answerHttp(world, context))
  return app
}

async function readBody(context: GraphContext): Promise<unknown> {
  const type = context.req.header('content-type') ?? ''
  if (type.startsWith('multipart/') || type.startsWith('application/x-www-form-urlencoded')) {
    return context.req.formData()
  }
  const text = await context.req.text()
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    throw new GraphError(100, 'The body is not valid JSON')
  }
}

function tokenOf(context: GraphContext): string {
  const bearer = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')
  return bearer?.[1] ?? context.req.query('access_token') ?? ''
}

function checkToken(world: World, token: string, path: string): void {
  const { accessToken, appId, appSecret, tokenExpiresAt } = world.account
  const isExpired = tokenExpiresAt !== 0 && tokenExpiresAt <= world.clock.now() / 1000
  if (token === accessToken && !isExpired) return
  const allowsApp = path.includes('/subscriptions') || path.includes('/debug_token')
  if (allowsApp && token === `${appId}|${appSecret}`) return
  const why = isExpired
    ? 'Error validating access token: Session has expired'
    : 'Invalid OAuth access token - Cannot parse access token'
  throw new GraphError(190, why)
}

function requestOf(context: GraphContext): Omit<GraphRequest, 'body'> {
  const url = new URL(context.req.url)
  const segments = url.pathname.split('/').filter((segment) => segment !== '')
  if (version.test(segments[0] ?? '')) segments.shift()
  const [node = '', ...edge] = segments.map(decodeURIComponent)
  const token = tokenOf(context)
  return { method: context.req.method, node, edge: edge.join('/'), query: url.searchParams, token }
}

/** What a handler gives, with its error as a body, and whether it was done. */
async function perform(
  world: World,
  context: GraphContext,
  request: GraphRequest,
): Promise<{ answer: GraphAnswer; performed: boolean }> {
  try {
    if (request.body instanceof GraphError) throw request.body
    checkToken(world, request.token, context.req.path)
    const answer = await answerRequest(world, request)
    return { answer: bare(world, request, answer), performed: answer.status < 300 }
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    return { answer: errorAnswer(error, world.random), performed: false }
  }
}

/** The fault `bareSuccess`: `{"success":true}` without `messaging_product`, as the flow section shows. */
function bare(world: World, request: GraphRequest, answer: GraphAnswer): GraphAnswer {
  const isAction = request.edge === 'calls' && answer.status === 200
  const isConnect = JSON.stringify(answer.body).includes('"calls"')
  if (!isAction || isConnect || !world.faults.fires('bareSuccess')) return answer
  return { ...answer, body: { success: true } }
}

async function answerHttp(world: World, context: GraphContext): Promise<Response> {
  const at = monotonicNow()
  const parts = requestOf(context)
  const body = await readBody(context).catch((error: unknown) => error)
  const request = { ...parts, body }
  const { path } = context.req
  const wrong = misbehaviourOf(world, { method: request.method, path, edge: request.edge })
  const failure = wrong?.failure
  const isBefore = failure?.after !== true
  const note = noter(world, { request, path, at, fault: wrong?.name })
  if (failure?.delayMs !== undefined && isBefore) await pause(world, failure.delayMs)
  if (isBefore && (failure?.hang || failure?.reset)) {
    note(null, false)
    return breakOff(context, failure)
  }
  const error = failure && failureAnswer(world, failure)
  const done = error && isBefore ? undefined : await perform(world, context, request)
  const answer = error ?? done?.answer ?? { status: 500, body: {} }
  note(failure?.hang || failure?.reset ? null : answer, done?.performed === true)
  if (failure?.delayMs !== undefined && !isBefore) await pause(world, failure.delayMs)
  if (failure?.hang || failure?.reset) return breakOff(context, failure)
  return respond(world, answer, wrong)
}

const pause = (world: World, ms: number): Promise<void> =>
  world.clock.sleep((ms / 1000) * world.clock.timing.scale)

function noter(
  world: World,
  told: { request: GraphRequest; path: string; at: number; fault?: string },
): (answer: GraphAnswer | null, performed: boolean) => void {
  const { request, path, at, fault } = told
  return (answer, performed) => {
    const status = answer?.status ?? null
    const edge = `${request.method} ${request.edge || 'node'}`
    world.log.count(`graph.${edge}.${status ?? 'none'}`)
    if (performed) world.log.count(`graph.${edge}.performed`)
    world.log.add(
      {
        kind: 'graph',
        method: request.method,
        path,
        query: request.query.toString(),
        body: loggable(request.body),
        status,
        answer: answer?.body ?? null,
        performed,
        fault,
      },
      at,
    )
  }
}

function loggable(body: unknown): unknown {
  if (body instanceof GraphError) return null
  if (!(body instanceof FormData)) return body
  const fields = [...body.entries()].map(([key, value]) => [
    key,
    value instanceof File ? { name: value.name, type: value.type, size: value.size } : value,
  ])
  return Object.fromEntries(fields)
}

/** Resets the connection, or keeps it open without a word until the client or `close` ends it. */
function breakOff(context: GraphContext, failure: { reset?: boolean }): Response {
  if (failure.reset) context.env.incoming.socket.resetAndDestroy()
  return RESPONSE_ALREADY_SENT
}

function respond(world: World, answer: GraphAnswer, wrong?: Misbehaviour): Response {
  const text = JSON.stringify(answer.body)
  const body = wrong?.failure.drip === undefined ? text : dripping(world, text, wrong.failure.drip)
  return new Response(body, {
    status: answer.status,
    headers: {
      'content-type': 'application/json; charset=UTF-8',
      'facebook-api-version': 'v26.0',
      date: new Date(world.clock.now()).toUTCString(),
      ...answer.headers,
    },
  })
}

function dripping(world: World, text: string, ms: number): ReadableStream<Uint8Array> {
  const bytes = Buffer.from(text)
  let at = 0
  return new ReadableStream({
    async pull(controller) {
      await pause(world, ms)
      controller.enqueue(bytes.subarray(at, at + 1))
      at += 1
      if (at >= bytes.length) controller.close()
    },
  })
}

function download(world: World, context: GraphContext): Response {
  const file = world.media.get(context.req.param('id') ?? '')
  if (tokenOf(context) !== world.account.accessToken) return new Response('', { status: 401 })
  if (!file) return new Response('', { status: 404 })
  return new Response(new Uint8Array(file.bytes), { headers: { 'content-type': file.mimeType } })
}
