import type { ActionResult } from '../schema/action.ts'
import type { Gate } from './gate.ts'

/** One message per 6 s to one person: says nothing about the line. */
const pairLimit = 131056
/** The token is missing, invalid or expired. */
const credentialCodes: ReadonlySet<number> = new Set([0, 190])

function isAboutCredentials(result: Extract<ActionResult, { outcome: 'failed' }>): boolean {
  if (result.alarm === undefined) return false
  return credentialCodes.has(result.code ?? -1) || /token|api.?key/i.test(result.alarm)
}

export interface Observer {
  readonly now: number
  /** Longest pause one throttled action puts on the lane. */
  readonly longestHoldMs: number
  /** Whether the lane stops while its credentials are refused. */
  readonly stopsOnRefusal: boolean
  readonly alarm: (text: string) => void
}

/** What a result says about everything else in its lane and line. */
export function observe(gate: Gate, result: ActionResult, observer: Observer): void {
  const { now } = observer
  if (result.outcome === 'done') gate.recover()
  if (result.outcome === 'retry' && result.afterMs !== undefined && result.code !== pairLimit)
    gate.throttle(now + Math.min(result.afterMs, observer.longestHoldMs))
  if (result.outcome !== 'failed' || result.alarm === undefined) return
  if (observer.stopsOnRefusal && isAboutCredentials(result)) gate.refuse(now)
  if (gate.isNewAlarm(result.alarm)) observer.alarm(result.alarm)
}
