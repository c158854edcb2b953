import { timingSafeEqual } from 'node:crypto'
import { Hono } from 'hono'
import type { Simulator } from '../simulator/simulator.ts'
import { lineIdFor, UnknownLine } from './lines.ts'
import { Run } from './run.ts'
import type { RunRequest, SimulatorStatus } from './run-schema.ts'
import { runRequestSchema } from './run-schema.ts'

/** Whether a text is one of the secrets, in a time that tells nothing. */
function isSecret(text: string, secrets: readonly string[]): boolean {
  const given = Buffer.from(text)
  return secrets.some((secret) => {
    const expected = Buffer.from(secret)
    return expected.length === given.length && timingSafeEqual(expected, given)
  })
}

const refusal = (code: string, message: string) => ({ error: { code, message } })

/**
 * What other processes of this machine may ask of the simulator, under `/simulator` on its own port:
 * `GET /simulator` its state, `POST /simulator/runs` calls and texts, told of line by line as JSON until
 * all are over. Who stops reading ends the run: its callers hang up.
 */
export function controlApp(simulator: Simulator, secrets: readonly string[]): Hono {
  const app = new Hono().basePath('/simulator')
  app.use('*', async (context, next) => {
    const bearer = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1] ?? ''
    if (!isSecret(bearer, secrets))
      return context.json(refusal('unauthorized', 'the token of the simulator is missing'), 401)
    return next()
  })
  app.get('/', (context) => context.json(statusOf(simulator)))
  app.post('/runs', async (context) => {
    const body: unknown = await context.req.json().catch(() => undefined)
    const parsed = runRequestSchema.safeParse(body)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      const where = issue?.path.map(String).join('.') ?? ''
      return context.json(refusal('invalid_request', `${where}: ${issue?.message ?? ''}`), 400)
    }
    try {
      lineIdFor(simulator.lines, parsed.data.line)
    } catch (error) {
      if (!(error instanceof UnknownLine)) throw error
      return context.json(refusal('unknown_line', error.message), 400)
    }
    return new Response(streamOf(simulator, parsed.data), {
      headers: { 'content-type': 'application/x-ndjson' },
    })
  })
  app.notFound((context) => context.json(refusal('not_found', 'there is nothing here'), 404))
  return app
}

function statusOf(simulator: Simulator): SimulatorStatus {
  return {
    simulator: 'callgate',
    graphUrl: simulator.url,
    webhookUrl: simulator.account.subscription.url,
    activeCalls: simulator.activeCalls,
    lines: [...simulator.lines.values()].map(({ id, display, verifiedName }) => ({
      id,
      display,
      name: verifiedName,
    })),
    counters: { ...simulator.counters },
  }
}

function streamOf(simulator: Simulator, request: RunRequest): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let isRead = true
  let write: (line: string) => void = () => undefined
  const run = new Run(simulator, request, (event) => {
    if (isRead) write(`${JSON.stringify(event)}\n`)
  })
  return new ReadableStream({
    start(controller) {
      write = (line) => controller.enqueue(encoder.encode(line))
      const end = (): void => {
        if (isRead) controller.close()
        isRead = false
      }
      run.play().then(end, (error: unknown) => {
        if (isRead) controller.error(error)
        isRead = false
      })
    },
    cancel() {
      isRead = false
      run.cancel()
    },
  })
}
