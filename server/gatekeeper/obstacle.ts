import type { Channel } from '../channels/channel.ts'
import type { Obstacle } from './decide.ts'

export type OutcomeCheck = (channel: string) => Obstacle

/**
 * What a channel cannot do, and what nothing can do yet: without a media path a call can neither be
 * answered nor recorded, and goes on to `otherwise` at once.
 */
export function outcomeCheck(channels: ReadonlyMap<string, Channel>): OutcomeCheck {
  return (name) => {
    const can = channels.get(name)?.can
    return (outcome) => {
      if (outcome.kind === 'reject') return undefined
      return can?.accept ? 'no_media' : 'not_supported'
    }
  }
}
