import { toIso } from '../../server/clock.ts'
import { writtenDecision } from '../../server/db/commands/decision.ts'
import type { CommandInput } from '../../server/db/commands/index.ts'
import { message, reject } from './outbox.ts'

/** A rejected call of a new caller, as the gatekeeper commits it. */
export function decided(id: string, index: number): CommandInput<'commitDecision'> {
  const now = Date.now()
  const at = toIso(now)
  const deadlineAt = toIso(now + 60_000)
  const from = { phone: `+336${String(index).padStart(8, '0')}` }
  const node = { outcome: 'reject', node: 'bye' } as const
  return {
    signal: {
      kind: 'call_offered',
      channel: 'whatsapp',
      key: id,
      line: 'line-1',
      at,
      callId: id,
      from,
      media: 'voice',
    },
    arrivedAt: at,
    delivery: { id: index, channel: 'whatsapp', body: '{}' },
    ref: id,
    now,
    team: 'main',
    decision: writtenDecision({
      at,
      policy: 'main-line',
      release: '1-abc',
      ...node,
      path: [{ node: 'bye', exit: null }],
      facts: {},
      unknown: [],
      ms: 1,
      budgetMs: 150,
      fallback: false,
      final: node,
      steps: [],
      trace: [],
    }),
    actions: [
      { key: `${id}:reject`, payload: reject, deadlineAt },
      { key: `${id}:message`, payload: message(), deadlineAt },
    ],
    tags: [],
    optedOut: false,
    limits: { gapMinutes: 10, dailyCap: 3 },
  }
}
