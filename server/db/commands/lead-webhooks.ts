import type { WebhookData } from '../../schema/webhook-out.ts'
import type { Db } from '../open.ts'
import type { LeadsTable } from '../tables.ts'
import { tellWebhooks } from './webhook-events.ts'

type LeadNow = Pick<
  LeadsTable,
  | 'person_id'
  | 'line'
  | 'opened_at'
  | 'last_call_at'
  | 'last_call_id'
  | 'attempts'
  | 'score'
  | 'why'
  | 'node'
> & { readonly ref: string }

const shown = (lead: LeadNow): WebhookData<'lead.opened'>['lead'] => ({
  ref: lead.ref,
  line: lead.line,
  openedAt: lead.opened_at,
  lastCallAt: lead.last_call_at,
  attempts: lead.attempts,
  score: lead.score,
  why: lead.why,
  node: lead.node,
})

/** A lead is work, for the first time or again. */
export async function tellLeadOpened(
  trx: Db,
  lead: LeadNow,
  { at, again }: { readonly at: string; readonly again: boolean },
): Promise<void> {
  const call = await trx
    .selectFrom('calls')
    .select('ref')
    .where('id', '=', lead.last_call_id)
    .executeTakeFirst()
  const data = { lead: shown(lead), call: call ?? null, again }
  await tellWebhooks(trx, { type: 'lead.opened', at, personId: lead.person_id, data })
}

/** An open lead is none any more. */
export async function tellLeadClosed(
  trx: Db,
  lead: LeadNow,
  closed: Pick<WebhookData<'lead.closed'>, 'by' | 'closedAt'> & { readonly at: string },
): Promise<void> {
  const { at, ...how } = closed
  const data = { lead: shown(lead), ...how }
  await tellWebhooks(trx, { type: 'lead.closed', at, personId: lead.person_id, data })
}

/** The lead of a person is about to go, with its person or because its calls turned out to be none. */
export async function tellLeadGone(
  trx: Db,
  personId: number,
  by: 'withdrawn' | 'merged',
): Promise<void> {
  const lead = await trx
    .selectFrom('leads')
    .selectAll()
    .where('person_id', '=', personId)
    .where('state', '=', 'open')
    .executeTakeFirst()
  const at = new Date().toISOString()
  if (lead) await tellLeadClosed(trx, lead, { by, at, closedAt: at })
}
