import { sql } from 'kysely'
import { decisionSchema } from '../../schema/decision.ts'
import { reasonOf } from '../../reports/why.ts'
import type { Db } from '../open.ts'
import { decidedExclusion, sawBlocked } from './lead-exclusion.ts'
import { mostCalls } from './lead-journal.ts'
import { refreshLead } from './leads.ts'
import { putSetting } from './settings.ts'

const key = 'leads_backfill'

/** Calls that were decided before a call's row said why: read from their decisions. */
async function fillCalls(trx: Db, personId: number): Promise<void> {
  const calls = await trx
    .selectFrom('calls')
    .innerJoin('decisions', 'decisions.call_id', 'calls.id')
    .select(['calls.id', 'decisions.doc'])
    .select(
      sql<number>`exists (select 1 from actions where actions.call_id = calls.id
      and actions.state = 'suppressed' and actions.reason = 'silent')`.as('silent'),
    )
    .where('calls.person_id', '=', personId)
    .where('calls.why', 'is', null)
    .orderBy('calls.arrived_at', 'desc')
    .limit(mostCalls)
    .execute()
  for (const { id, doc, silent } of calls) {
    const decision = decisionSchema.safeParse(JSON.parse(doc)).data
    if (!decision) continue
    const actions = silent ? [{ suppressed: 'silent' }] : []
    const no_lead = decidedExclusion({ callerBlocked: sawBlocked(decision), actions })
    await trx
      .updateTable('calls')
      .set({ why: reasonOf(decision), no_lead })
      .where('id', '=', id)
      .execute()
  }
}

/**
 * The leads of a journal that is older than they are, a few people at a time, beginning where the last
 * batch ended, also across restarts.
 * @returns whether it is done
 */
export async function backfillLeads(
  trx: Db,
  input: { readonly people: number; readonly at: string },
): Promise<boolean> {
  const kept = await trx
    .selectFrom('settings')
    .select('value')
    .where('key', '=', key)
    .executeTakeFirst()
  const after: unknown = kept ? JSON.parse(kept.value) : 0
  if (typeof after !== 'number') return true
  const people = await trx
    .selectFrom('people')
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .limit(input.people)
    .execute()
  for (const { id } of people) {
    await fillCalls(trx, id)
    await refreshLead(trx, id)
  }
  const isDone = people.length < input.people
  const value = isDone ? 'done' : people.at(-1)?.id
  await putSetting(trx, { key, value, at: input.at })
  return isDone
}
