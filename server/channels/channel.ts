import type { Action, ActionResult } from '../schema/action.ts'
import type { ChannelName } from '../schema/primitives.ts'

/** The part of an action that a channel needs. */
export type Performable = Pick<Action, 'key' | 'payload' | 'line'>

export interface PerformOptions {
  readonly signal?: AbortSignal
  /** Epoch milliseconds; nothing is waited for beyond it. */
  readonly deadlineAt: number
}

/** A provider's API as the dispatcher sees it. */
export interface Channel {
  readonly name: ChannelName
  /** What this channel's API can do at all. */
  readonly can: {
    readonly reject: boolean
    readonly accept: boolean
    readonly message: boolean
    readonly buttons: boolean
    readonly block: boolean
  }
  /** Does one action. Never throws: what went wrong is in the result, without ids or phone numbers. */
  perform(action: Performable, options: PerformOptions): Promise<ActionResult>
  close(): Promise<void>
}
