import type { LeadFilter } from '../db/queries/leads.ts'
import type { Reader } from '../db/reader.ts'
import type { CsvCell } from '../reports/csv.ts'
import { csvLine } from '../reports/csv.ts'
import type { Actor } from '../schema/access.ts'
import type { LeadView } from '../schema/lead.ts'
import { maskLead } from './masking.ts'
import { textStream } from './text-stream.ts'

/** Leads read at once: what an export holds in memory beside the list of people. */
const pieceSize = 500

const columns: Readonly<Record<string, (lead: LeadView) => CsvCell>> = {
  ref: (lead) => lead.ref,
  state: (lead) => lead.state,
  status: (lead) => lead.status,
  phone: (lead) => lead.phone,
  userId: (lead) => lead.userId,
  name: (lead) => lead.name,
  attempts: (lead) => lead.attempts,
  openedAt: (lead) => lead.openedAt,
  lastCallAt: (lead) => lead.lastCallAt,
  closedAt: (lead) => lead.closedAt,
  closedBy: (lead) => lead.closedBy,
  score: (lead) => lead.score,
  reasons: (lead) => lead.reasons.join(' · '),
  why: (lead) => lead.why.code,
  whyText: (lead) => lead.why.text,
  node: (lead) => lead.why.node,
  line: (lead) => lead.line,
  policy: (lead) => lead.call.policy,
  callRef: (lead) => lead.call.ref,
  told: (lead) => lead.told?.text,
  toldState: (lead) => lead.told?.delivery ?? lead.told?.state,
  linkOpenedAt: (lead) => lead.told?.openedAt,
  assignee: (lead) => lead.assignee?.name,
  dueAt: (lead) => lead.dueAt,
  value: (lead) => lead.value,
  currency: (lead) => lead.currency,
  dismissedFor: (lead) => lead.dismissedFor,
  tier: (lead) => lead.tier,
}

async function* lines(reader: Reader, personIds: readonly number[], actor: Actor) {
  yield csvLine(Object.keys(columns))
  for (let start = 0; start < personIds.length; start += pieceSize) {
    const piece = personIds.slice(start, start + pieceSize)
    const leads = await reader.ask('leadsOf', { personIds: piece })
    const read = Object.values(columns)
    const shown = leads.map((lead) => maskLead(lead, actor))
    yield shown.map((lead) => csvLine(read.map((value) => value(lead)))).join('')
  }
}

/** The whole list as CSV, read only as fast as it is taken. */
export async function leadCsv(
  reader: Reader,
  filter: LeadFilter,
  actor: Actor,
): Promise<ReadableStream> {
  return textStream(lines(reader, await reader.ask('leadIds', filter), actor))
}
