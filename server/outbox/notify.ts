import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { FeedEvent } from '../db/commands/feed.ts'
import type { Writer } from '../db/writer.ts'
import type { Action, ActionResult } from '../schema/action.ts'

/**
 * Performs `notify` actions: a high alert reaches the screens of the target's team, or of the
 * line's team where the target is a person or a queue.
 */
export function createNotifier(deps: {
  writer: Writer
  clock: Clock
  publish(events: readonly FeedEvent[]): void
}): (action: Action) => Promise<ActionResult> {
  return async function notify(action) {
    const { payload } = action
    if (payload.type !== 'notify') return { outcome: 'failed', details: 'this is not a notice' }
    const { target, level, text } = payload
    const team = target && 'team' in target ? target.team : (payload.team ?? null)
    const event = await deps.writer.run('commitNotice', {
      at: toIso(deps.clock.now()),
      team,
      level,
      text,
      ref: action.callRef,
      target: target ?? null,
    })
    deps.publish([event])
    return { outcome: 'done' }
  }
}
