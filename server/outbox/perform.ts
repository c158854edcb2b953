import type { Channel } from '../channels/channel.ts'
import { scrub } from '../logger.ts'
import type { Logger } from '../logger.ts'
import type { Action, ActionResult } from '../schema/action.ts'

export interface PerformDeps {
  readonly channels: ReadonlyMap<string, Channel>
  readonly notify: (action: Action) => Promise<ActionResult>
  /** Performs `webhook` actions. */
  readonly webhook?: (action: Action, signal: AbortSignal) => Promise<ActionResult>
  readonly log: Logger
  readonly signal: AbortSignal
}

/**
 * Does one claimed action. Messages are sent at most once, so doubt is final for them; everything
 * else is done at least once, so doubt means again (a call that is over says so).
 */
export async function performAction(deps: PerformDeps, action: Action): Promise<ActionResult> {
  const result = await attempt(deps, action)
  return result.outcome === 'uncertain' && action.payload.type !== 'message'
    ? { outcome: 'retry', details: result.details }
    : result
}

function notConfigured(channel: string): ActionResult {
  const alarm = `the channel ${channel} is not configured: what it should do cannot be done`
  return { outcome: 'failed', details: 'the channel is not configured', alarm }
}

async function attempt(deps: PerformDeps, action: Action): Promise<ActionResult> {
  const { key, payload, line } = action
  try {
    if (payload.type === 'notify') return await deps.notify(action)
    if (payload.type === 'webhook' && deps.webhook) return await deps.webhook(action, deps.signal)
    const channel = deps.channels.get(action.channel)
    if (!channel) return notConfigured(action.channel)
    const deadlineAt = Date.parse(action.deadlineAt)
    return await channel.perform({ key, payload, line }, { deadlineAt, signal: deps.signal })
  } catch (err) {
    deps.log.error({ err, action: action.id, type: payload.type }, 'an action threw')
    const name = err instanceof Error ? err.message : 'unknown error'
    return { outcome: 'uncertain', details: scrub(name).slice(0, 300) }
  }
}
