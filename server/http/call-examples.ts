import type { CallView } from '../schema/call.ts'
import type { TimelineEntry } from '../schema/call-log.ts'

/** A call as the description of the API shows it. */
export const callExample: CallView = {
  id: 1,
  ref: '7k2m9q4r8t1v5w3x',
  call_id: 'wacid.ABGGFjFVU2AfAgo6V-Hc5eCgK5Gh',
  channel: 'whatsapp',
  line: '106540352242922',
  direction: 'inbound',
  status: 'rejected',
  undecided: null,
  from_number: '+491701234567',
  to_number: '+16315553601',
  user_id: null,
  media: 'voice',
  policy: 'main-line',
  release: '4-9f8e7d6c5b4a',
  outcome: 'reject',
  node: 'sorry',
  final_outcome: 'reject',
  final_node: 'sorry',
  decision_ms: 2.1,
  duration_seconds: null,
  duration_formatted: null,
  initiated_at: '2026-01-26T10:00:00.000Z',
  answered_at: null,
  ended_at: '2026-01-26T10:00:01.000Z',
  failure_reason: null,
  contact: { id: 123, name: 'John Doe', phone_number: '+491701234567' },
}

export const pageExample = {
  success: true as const,
  data: [callExample],
  pagination: { current_page: 1, last_page: 5, per_page: 15, total: 73 },
}

export const statisticsExample = {
  period: 'month' as const,
  from: '2025-12-28T00:00:00.000Z',
  total_calls: 150,
  inbound_calls: 148,
  outbound_calls: 2,
  completed_calls: 0,
  rejected_calls: 120,
  missed_calls: 29,
  failed_calls: 1,
  total_duration_seconds: 0,
  total_duration_minutes: 0,
  average_duration_seconds: 0,
  success_rate: 0,
  outcomes: { reject: 150 },
}

export const timelineExample: { data: TimelineEntry[] } = {
  data: [
    { at: '2026-01-26T10:00:00.000Z', kind: 'signal', what: 'call_offered', detail: 'voice' },
    { at: '2026-01-26T10:00:00.412Z', kind: 'decision', what: 'reject', detail: 'sorry' },
    {
      at: '2026-01-26T10:00:00.420Z',
      kind: 'action',
      what: 'reject',
      state: 'done',
      detail: null,
    },
    { at: '2026-01-26T10:00:02.000Z', kind: 'status', what: 'delivered', detail: null },
  ],
}
