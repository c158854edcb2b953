import type { CanaryFigures, CanaryState } from '../../schema/canary.ts'
import type { Db } from '../open.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'
import type { FeedEvent } from './feed.ts'
import { insertEvent } from './feed.ts'

export interface EndCanaryInput {
  readonly policyId: string
  /** That canary and no later one; whichever runs when left out. */
  readonly canaryId?: number | undefined
  readonly state: Exclude<CanaryState, 'running'>
  /** In words. */
  readonly why: string
  readonly by: Auditor
  /** ISO. */
  readonly at: string
  /** What was seen until then, for the audit log. */
  readonly figures?: CanaryFigures | undefined
}

/** What the audit log calls each end. */
const operations = {
  promoted: 'promoteCanary',
  stopped: 'stopCanary',
  rolled_back: 'rollBackCanary',
  superseded: 'supersedeCanary',
  timed_out: 'timeOutCanary',
} as const

/**
 * Ends a running canary, in the transaction of whatever ends it, so that only one of several ends counts.
 * @returns undefined when none runs (any more)
 */
export async function closeCanary(
  trx: Db,
  input: EndCanaryInput,
): Promise<{ canaryId: number; seq: number; release: string; events: FeedEvent[] } | undefined> {
  const { policyId, state, why, by, at, figures } = input
  const running = await trx
    .selectFrom('canaries')
    .selectAll()
    .where('policy_id', '=', policyId)
    .where('state', '=', 'running')
    .executeTakeFirst()
  if (!running || (input.canaryId !== undefined && input.canaryId !== running.id)) return undefined
  const { id, release, control, percent, seq } = running
  await trx
    .updateTable('canaries')
    .set({ state, why, ended_at: at, ended_by: by.name })
    .where('id', '=', id)
    .execute()
  await audit(trx, {
    at,
    by,
    operation: operations[state],
    subject: policyId,
    before: { canary: id, release, control, percent },
    after: { state, why, ...(figures ? { figures } : {}) },
  })
  const doc = { policy: policyId, canary: id, release, control, state, why, by: by.name }
  const event = await insertEvent(trx, { type: 'canary.ended', at, team: null, doc })
  return { canaryId: id, seq, release, events: [event] }
}
