import type { GraphFailure, FaultName } from '../faults.ts'
import type { World } from '../world.ts'
import type { GraphAnswer } from './errors.ts'
import { errorAnswer, GraphError, statusOf } from './errors.ts'

/** How the answer to one request goes wrong, and under which name the log has it. */
export interface Misbehaviour {
  name: string
  failure: GraphFailure
}

/** What is scripted for this request, or what chance brings; undefined to behave. */
export function misbehaviourOf(
  world: World,
  request: { method: string; path: string; edge: string },
): Misbehaviour | undefined {
  const scripted = world.faults.takeFailure(request.method, request.path)
  if (scripted) return { name: 'scripted', failure: scripted }
  const { switches, clock, faults } = world
  const slowMs = clock.realMs(switches.slowSeconds)
  const onCalls = request.edge === 'calls'
  const chances: [FaultName, Omit<GraphFailure, 'path'>, boolean?][] = [
    ['serverError', { status: switches.serverErrorStatus, code: 131000 }],
    ['throttled', { status: 429, code: switches.throttleCode }],
    ['tokenExpired', { status: 401, code: 190 }],
    ['callingDisabled', { status: 401, code: 138000 }, onCalls],
    ['sipOnly', { status: 400, code: 131055 }, onCalls],
    ['slow', { delayMs: slowMs }],
    ['slowAfter', { delayMs: slowMs, after: true }],
    ['dead', { hang: true }],
    ['deadAfter', { hang: true, after: true }],
    ['drip', { drip: clock.realMs(switches.dripSeconds) }],
    ['reset', { reset: true }],
    ['resetAfter', { reset: true, after: true }],
  ]
  for (const [name, failure, applies] of chances) {
    if (applies !== false && faults.fires(name)) return { name, failure: { path: '', ...failure } }
  }
  return undefined
}

/** The error that a failure answers instead of doing what was asked. */
export function failureAnswer(world: World, failure: GraphFailure): GraphAnswer | undefined {
  if (failure.status === undefined && failure.code === undefined) return undefined
  const code =
    failure.code ?? (failure.status !== undefined && failure.status >= 500 ? 131000 : 100)
  const status = failure.status ?? statusOf(code)
  if (status < 400) return { status, body: { success: true }, headers: failure.headers }
  const details = failure.details ?? (code === 190 ? 'Error validating access token' : 'Simulated')
  const answer = errorAnswer(new GraphError(code, details, status), world.random)
  return { ...answer, headers: failure.headers }
}
