import type { ShadowDifference } from '../../schema/shadow.ts'
import type { Db } from '../open.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'
import type { FeedEvent } from './feed.ts'
import { insertEvent } from './feed.ts'

interface StartShadowInput {
  readonly policyId: string
  /** JSON text. */
  readonly document: string
  readonly hash: string
  readonly by: Auditor
  /** ISO. */
  readonly at: string
}

interface StopShadowInput {
  readonly policyId: string
  readonly by: Auditor
  readonly at: string
}

/** Ends the one that runs. @returns its id */
async function close(trx: Db, { policyId, by, at }: StopShadowInput): Promise<number | undefined> {
  const row = await trx
    .updateTable('shadows')
    .set({ stopped_at: at, stopped_by: by.name })
    .where('policy_id', '=', policyId)
    .where('stopped_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row?.id
}

const changed = (trx: Db, policy: string, at: string): Promise<FeedEvent> =>
  insertEvent(trx, { type: 'shadow.changed', at, team: null, doc: { policy } })

/** A draft begins to decide beside what is live; the one before it, if any, ends. */
async function startShadow(
  trx: Db,
  input: StartShadowInput,
): Promise<{ readonly id: number; readonly events: readonly FeedEvent[] }> {
  const { policyId, document, hash, by, at } = input
  const before = await close(trx, input)
  const { id } = await trx
    .insertInto('shadows')
    .values({ policy_id: policyId, document, hash, started_at: at, started_by: by.name })
    .returning('id')
    .executeTakeFirstOrThrow()
  await audit(trx, {
    ...{ at, by, operation: 'startShadow', subject: policyId, after: { shadow: id, hash } },
    before: before === undefined ? null : { shadow: before },
  })
  return { id, events: [await changed(trx, policyId, at)] }
}

/** @returns undefined when none was running */
async function stopShadow(
  trx: Db,
  input: StopShadowInput,
): Promise<{ readonly events: readonly FeedEvent[] } | undefined> {
  const id = await close(trx, input)
  if (id === undefined) return undefined
  const { policyId, by, at } = input
  const before = { shadow: id }
  await audit(trx, { at, by, operation: 'stopShadow', subject: policyId, before })
  return { events: [await changed(trx, policyId, at)] }
}

/** A difference as it is found: the call by its row, and the team that may see it. */
export interface NewDifference extends Omit<ShadowDifference, 'id'> {
  readonly callId: number
  readonly team: string | null
}

interface NoteShadowInput {
  readonly shadowId: number
  readonly policyId: string
  readonly compared: number
  readonly skipped: number
  readonly differences: readonly NewDifference[]
}

/** What a shadow came to on some calls. Calls that were deleted or erased meanwhile leave nothing. */
async function noteShadow(trx: Db, input: NoteShadowInput): Promise<readonly FeedEvent[]> {
  const { shadowId, policyId, compared, skipped, differences } = input
  const events: FeedEvent[] = []
  for (const { callId, team, ref, at, line, release, ...doc } of differences) {
    await trx
      .insertInto('shadow_differences')
      .values({ shadow_id: shadowId, call_id: callId, at, doc: JSON.stringify(doc) })
      .execute()
    const told = { policy: policyId, shadow: shadowId, ref, line, release, ...doc }
    events.push(await insertEvent(trx, { type: 'shadow.difference', at, team, doc: told }))
  }
  await trx
    .updateTable('shadows')
    .set((eb) => ({
      compared: eb('compared', '+', compared),
      differing: eb('differing', '+', differences.length),
      skipped: eb('skipped', '+', skipped),
    }))
    .where('id', '=', shadowId)
    .execute()
  return events
}

export const shadowCommands = { startShadow, stopShadow, noteShadow }
