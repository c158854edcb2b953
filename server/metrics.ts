import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

const milliseconds = [1, 2, 5, 10, 20, 50, 75, 100, 150, 200, 300, 500, 1000, 2000]

/** Everything `/metrics` shows. Labels never hold anything personal. */
export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  const loop = monitorEventLoopDelay({ resolution: 10 })
  loop.enable()

  const metrics = {
    registry,
    decisionMs: new Histogram({
      name: 'callgate_decision_ms',
      help: 'Milliseconds from arrival to the decision',
      labelNames: ['policy'],
      buckets: milliseconds,
      registers,
    }),
    ackMs: new Histogram({
      name: 'callgate_ack_ms',
      help: 'Milliseconds from arrival to the answer to the provider',
      labelNames: ['channel'],
      buckets: milliseconds,
      registers,
    }),
    decisions: new Counter({
      name: 'callgate_decisions_total',
      help: 'Decisions by outcome; fallback is why the policy itself did not answer',
      labelNames: ['policy', 'outcome', 'final', 'fallback'],
      registers,
    }),
    budgetMisses: new Counter({
      name: 'callgate_budget_misses_total',
      help: 'Decisions that took longer than their budget',
      labelNames: ['policy'],
      registers,
    }),
    shadows: new Counter({
      name: 'callgate_shadow_decisions_total',
      help: 'Calls decided again by a draft beside live: same, different, skipped',
      labelNames: ['policy', 'result'],
      registers,
    }),
    unknownFacts: new Counter({
      name: 'callgate_unknown_facts_total',
      help: 'Facts that were unknown when a decision needed them',
      labelNames: ['source', 'reason'],
      registers,
    }),
    signals: new Counter({
      name: 'callgate_signals_total',
      help: 'Signals by what became of them',
      labelNames: ['channel', 'kind', 'result'],
      registers,
    }),
    webhooks: new Counter({
      name: 'callgate_webhooks_total',
      help: 'Deliveries by answer',
      labelNames: ['channel', 'status'],
      registers,
    }),
    ignored: new Counter({
      name: 'callgate_ignored_total',
      help: 'Well-formed parts of deliveries that mean nothing to us',
      labelNames: ['channel', 'field'],
      registers,
    }),
    actions: new Counter({
      name: 'callgate_actions_total',
      help: 'Actions by the state they were settled in',
      labelNames: ['type', 'state'],
      registers,
    }),
    alarms: new Counter({
      name: 'callgate_alarms_total',
      help: 'Things a person must look at',
      labelNames: ['alarm'],
      registers,
    }),
    skew: new Gauge({
      name: 'callgate_clock_skew_seconds',
      help: "Our clock minus the provider's",
      registers,
    }),
    outboxDepth: new Gauge({
      name: 'callgate_outbox_depth',
      help: 'Actions that wait or are under way',
      labelNames: ['type'],
      registers,
    }),
    outboxOldest: new Gauge({
      name: 'callgate_outbox_oldest_seconds',
      help: 'Age of the oldest action that waits or is under way',
      labelNames: ['type'],
      registers,
    }),
    release: new Gauge({
      name: 'callgate_release_info',
      help: '1 for each live release',
      labelNames: ['policy', 'release'],
      registers,
    }),
    canary: new Gauge({
      name: 'callgate_canary_info',
      help: 'Percentage of callers that a running canary answers',
      labelNames: ['policy', 'release'],
      registers,
    }),
    crmOpen: new Gauge({
      name: 'callgate_crm_open_requests',
      help: 'CRM requests under way',
      registers,
    }),
    crmBreaker: new Gauge({
      name: 'callgate_crm_breaker_open',
      help: '1 while the CRM is not asked because it keeps failing',
      registers,
    }),
    silentLines: new Gauge({
      name: 'callgate_line_silent',
      help: '1 while a line has been silent much longer than usual',
      labelNames: ['line'],
      registers,
    }),
    writerPending: new Gauge({
      name: 'callgate_writer_pending',
      help: 'Commands that wait for their commit',
      registers,
    }),
    loopDelay: new Gauge({
      name: 'callgate_event_loop_delay_ms',
      help: 'Delay of the event loop since the last look, by quantile',
      labelNames: ['quantile'],
      registers,
    }),
    memory: new Gauge({
      name: 'callgate_memory_bytes',
      help: 'Resident memory',
      registers,
      collect() {
        this.set(process.memoryUsage.rss())
      },
    }),
    /** Takes the event loop's figures and starts them anew. */
    readLoop(): void {
      for (const [quantile, percentile] of [
        ['0.5', 50],
        ['0.99', 99],
        ['1', 100],
      ] as const)
        metrics.loopDelay.set({ quantile }, Math.max(0, loop.percentile(percentile) / 1e6 - 10))
      loop.reset()
    },
    close(): void {
      loop.disable()
    },
  }
  return metrics
}
export type Metrics = ReturnType<typeof createMetrics>
