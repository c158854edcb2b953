import type { AcceptTarget } from '../../schema/policy.ts'
import type { Db } from '../open.ts'
import type { FeedEvent } from './feed.ts'
import { insertEvent } from './feed.ts'

export interface NotifyInput {
  at: string
  team: string | null
  level: 'info' | 'high'
  text: string
  ref: string | null
  target: AcceptTarget | null
}

/** A policy's notice, into the live feed of the target's team. */
export async function commitNotice(trx: Db, input: NotifyInput): Promise<FeedEvent> {
  const { at, team, ...doc } = input
  return insertEvent(trx, { type: 'notify', at, team, doc })
}
