import type { CallRow, MessagesTable } from '../db/tables.ts'
import { callStatuses } from '../schema/call.ts'
import { outcomeKinds } from '../schema/policy.ts'
import type { LeadRun } from './lead-runs.ts'
import { inOrder, leadRuns } from './lead-runs.ts'
import type { LeadCall, Moment } from './lead-state.ts'
import { isSince, missedAt, secondOf, standingOf } from './lead-state.ts'
import { localTime } from './local-time.ts'
import type { MessageState, ReportCall, Standing } from './report-call.ts'
import { closings, messageStates, nothing, placeOf, standings } from './report-call.ts'
import { missReason, missReasons } from './why.ts'

export type JournalCall = LeadCall &
  Pick<CallRow, 'policy' | 'release' | 'decision_ms' | 'phone' | 'user_id' | 'person_id'>
export type JournalMessage = Pick<
  MessagesTable,
  'at' | 'arrived_at' | 'voicemail_of' | 'replies_to'
>

/** The last message of ours after a call. */
export interface FollowUp {
  readonly state: string
  readonly delivery: string | null
  readonly provider_id: string | null
}

/** A status people gave the lead. */
export interface LeadVerdict {
  /** ISO. */
  readonly at: string
  readonly status: string
  readonly value: number | null
  readonly currency: string | null
}

/** All that is known of one person, or of one call of nobody known. */
export interface ReportSource {
  readonly calls: readonly JournalCall[]
  readonly messages: readonly JournalMessage[]
  readonly followUps: ReadonlyMap<number, FollowUp>
  readonly verdicts: readonly LeadVerdict[]
  readonly country: string
  readonly tier: string
  /** REPORT_ZONE. */
  readonly zone: string
}

const momentOf = (call: LeadCall): Moment => missedAt(call)

function standing(call: LeadCall): Standing {
  const name = standingOf(call)
  if (name === 'connected') return 'connected'
  if (name.startsWith('missed')) return 'missed'
  const isOver = ['missed', 'rejected', 'failed'].includes(call.status)
  return call.direction === 'inbound' && call.no_lead !== null && isOver ? 'not_counted' : 'open'
}

/** The caller was gone before any action of ours had reached the call. */
function isGhost(call: LeadCall): boolean {
  if (call.direction !== 'inbound') return false
  if (call.undecided !== null) return call.undecided === 'ended_first'
  return call.status === 'missed' && call.final_outcome === 'reject'
}

function messageState({ state, delivery }: FollowUp): MessageState {
  if (state === 'suppressed') return 'held'
  if (state === 'pending' || state === 'claimed') return 'waiting'
  if (delivery === 'read' || delivery === 'played') return 'read'
  if (delivery === 'delivered') return 'delivered'
  return state === 'done' ? 'sent' : 'failed'
}

const seconds = (from: string, to: string): number =>
  Math.max(
    0,
    Math.round((Date.parse(secondOf(to) + 'Z') - Date.parse(secondOf(from) + 'Z')) / 1000),
  )

/** The verdict that stands, of those given while a lead was this one. */
function verdictOf(source: ReportSource, run: LeadRun, next: LeadRun | undefined) {
  const own = source.verdicts.filter(
    ({ at }) => at >= run.opened.arrivedAt && (!next || at < next.opened.arrivedAt),
  )
  return own.findLast(({ status }) => status !== 'new')
}

interface LeadPart {
  readonly opened: number
  readonly attempts: number
  readonly closed_by: number
  readonly closed_after: number
  readonly called_back_after: number
  readonly converted: number
  readonly value: number
  readonly currency: string
}

const noLead: LeadPart = {
  opened: 0,
  attempts: 0,
  closed_by: 0,
  closed_after: nothing,
  called_back_after: nothing,
  converted: 0,
  value: 0,
  currency: '',
}

/** Calls of ours to the person, in order. */
const ownCalls = (calls: readonly JournalCall[]): Moment[] =>
  calls
    .filter(({ direction }) => direction === 'outbound')
    .map((call) => ({
      at: call.started_at ?? call.offered_at ?? call.ended_at ?? call.arrived_at,
      arrivedAt: call.arrived_at,
    }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))

function openingPart(source: ReportSource, run: LeadRun, next: LeadRun | undefined): LeadPart {
  const back = ownCalls(source.calls).find(
    (own) => isSince(own, run.opened) && (!next || !isSince(own, next.opened)),
  )
  const verdict = verdictOf(source, run, next)
  const isConverted = verdict?.status === 'converted'
  return {
    opened: 1,
    attempts: run.calls.length,
    closed_by: closings.indexOf(run.closed?.by ?? 'nothing'),
    closed_after: run.closed ? seconds(run.opened.at, run.closed.at) : nothing,
    called_back_after: back ? seconds(run.opened.at, back.at) : nothing,
    converted: isConverted ? 1 : 0,
    value: isConverted ? Math.round((verdict.value ?? 0) * 100) : 0,
    currency: isConverted ? (verdict.currency ?? '') : '',
  }
}

function leadParts(source: ReportSource): Map<number, LeadPart> {
  const runs = leadRuns(source.calls, source.messages)
  const parts = new Map<number, LeadPart>()
  runs.forEach((run, index) => {
    const opening = openingPart(source, run, runs[index + 1])
    const other = { ...noLead, converted: opening.converted }
    run.calls.forEach((call, place) => parts.set(call.id, place === 0 ? opening : other))
  })
  return parts
}

/** Whether the caller wrote after a call and before the next one, or in answer to this message. */
function answers(source: ReportSource): (call: JournalCall, followUp: FollowUp) => boolean {
  const written = inOrder(source.messages)
  const offered = source.calls.filter(({ direction }) => direction === 'inbound').map(momentOf)
  const answered = new Set(source.messages.flatMap(({ replies_to }) => replies_to ?? []))
  return (call, { provider_id }) => {
    if (provider_id !== null && answered.has(provider_id)) return true
    const own = momentOf(call)
    const word = written.find((message) => isSince(message, own))
    if (!word) return false
    return !offered.some((other) => secondOf(other.at) > secondOf(own.at) && !isSince(other, word))
  }
}

/** The calls of one person as reports count them; a function of the journal alone. */
export function reportCalls(source: ReportSource): ReportCall[] {
  const leads = leadParts(source)
  const isAnswered = answers(source)
  return source.calls.map((call) => {
    const stands = standing(call)
    const followUp = source.followUps.get(call.id)
    const { day, minute } = localTime(Date.parse(momentOf(call).at), source.zone)
    const isInbound = call.direction === 'inbound'
    return {
      call_id: call.id,
      day,
      minute,
      line: call.line,
      country: source.country,
      tier: source.tier,
      place: placeOf(call.policy, call.final_node),
      release: call.release ?? '',
      direction: isInbound ? 0 : 1,
      standing: standings.indexOf(stands),
      reason: stands === 'missed' ? missReasons.indexOf(missReason(call)) + 1 : 0,
      status: callStatuses.findIndex((status) => status === call.status),
      outcome: outcomeKinds.findIndex((kind) => kind === call.final_outcome) + 1,
      ghost: isGhost(call) ? 1 : 0,
      decided: call.decision_ms === null ? nothing : Math.round(call.decision_ms * 10),
      message: messageStates.indexOf(followUp ? messageState(followUp) : 'none'),
      answered: followUp && isAnswered(call, followUp) ? 1 : 0,
      ...(leads.get(call.id) ?? noLead),
    }
  })
}
