import type { Context } from './context.ts'
import { outboxStats } from './db/commands/outbox.ts'

const types = [
  'pre_accept',
  'accept',
  'reject',
  'terminate',
  'message',
  'notify',
  'block',
  'webhook',
]

/** Brings the gauges up to date that are read rather than counted; called before `/metrics` answers. */
export async function refreshMetrics(context: Context): Promise<void> {
  const { metrics, releases, crm, writer } = context
  metrics.readLoop()
  metrics.writerPending.set(writer.pending)
  metrics.release.reset()
  for (const { id, live } of releases.list())
    if (live) metrics.release.set({ policy: id, release: live.release }, 1)
  metrics.canary.reset()
  for (const [policy, { info, percent }] of releases.canaries)
    metrics.canary.set({ policy, release: info.release }, percent)
  const stats = crm.stats()
  metrics.crmOpen.set(stats.openRequests)
  metrics.crmBreaker.set(stats.breaker === 'open' ? 1 : 0)
  for (const type of types) {
    metrics.outboxDepth.set({ type }, 0)
    metrics.outboxOldest.set({ type }, 0)
  }
  const now = context.clock.now()
  for (const { type, pending, claimed, oldestDueAt } of await outboxStats(context.db)) {
    metrics.outboxDepth.set({ type }, pending + claimed)
    metrics.outboxOldest.set({ type }, Math.max(0, now - Date.parse(oldestDueAt)) / 1000)
  }
}
