import { z } from 'zod'
import { Failure, wrongUse } from '../cli/failure.ts'
import type { RunEvent, RunOptions, SimulatorStatus } from './run-schema.ts'
import { runEventSchema, statusSchema } from './run-schema.ts'
import type { SimulatorState } from './state-file.ts'
import { readStates, removeState } from './state-file.ts'

/** A simulator that answers, and what it said of itself. */
export interface Found {
  readonly state: Omit<SimulatorState, 'pid'>
  readonly status: SimulatorStatus
}

const probeMs = 3_000
const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) })
const headers = (token: string) => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
})

async function probe(state: Found['state']): Promise<Found | undefined> {
  try {
    const response = await fetch(`${state.url}/simulator`, {
      headers: headers(state.token),
      signal: AbortSignal.timeout(probeMs),
    })
    const parsed = statusSchema.safeParse(await response.json())
    return parsed.success ? { state, status: parsed.data } : undefined
  } catch {
    return undefined
  }
}

const nothingRuns = `No simulator is running. Start one in another terminal:
  npm run demo                    the server with a simulator and lifelike calls
  npx callgate simulate --serve   a simulator only, for a server you start yourself`

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

/**
 * The simulator at an address, or the newest of this user that answers; what was killed is passed over.
 * @throws Failure (exit 1) when there is none
 */
export async function findSimulator(url?: string): Promise<Found> {
  const states = readStates()
  if (url !== undefined) {
    const base = url.replace(/\/+$/, '').replace('://localhost', '://127.0.0.1')
    const known = states.find((state) => state.url === base)
    const token = known?.token ?? process.env['META_ACCESS_TOKEN'] ?? ''
    const found = await probe(known ?? { url: base, token })
    if (found) return found
    throw new Failure(
      1,
      `At ${url} no simulator answers to this user. One that another user started wants its ` +
        'access token in META_ACCESS_TOKEN.',
    )
  }
  for (const state of states) {
    const found = await probe(state)
    if (found) return found
    if (isGone(state.pid)) removeState(state.pid)
  }
  throw new Failure(1, nothingRuns)
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
  if (rest !== '') yield rest
}

/**
 * Asks for calls and tells what becomes of them until all are over.
 * @throws Failure: 2 when the simulator refuses the request, 1 when it ends before the calls
 */
export async function* playRun(found: Found, request: RunOptions): AsyncGenerator<RunEvent> {
  const response = await fetch(`${found.state.url}/simulator/runs`, {
    method: 'POST',
    headers: headers(found.state.token),
    body: JSON.stringify(request),
  })
  if (response.status !== 200 || !response.body) {
    const parsed = errorSchema.safeParse(await response.json().catch(() => undefined))
    throw wrongUse(parsed.success ? parsed.data.error.message : 'The simulator refused this.')
  }
  let isDone = false
  try {
    for await (const line of linesOf(response.body)) {
      const event = runEventSchema.parse(JSON.parse(line))
      isDone ||= event.type === 'done'
      yield event
    }
  } catch (cause) {
    throw new Failure(1, 'The simulator ended before the calls did.', { cause })
  }
  if (!isDone) throw new Failure(1, 'The simulator ended before the calls did.')
}
