import { askCrmSilently, fiftyRules, lines } from '../tools/bodies.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { warm } from '../tools/warm.ts'
import { onStage } from '../tools/stage.ts'
import type { PromiseFile, Size } from '../verdict.ts'
import { Trial } from '../verdict.ts'
import type { CallTimes } from './load-figures.ts'
import { callTimes, p50, p99 } from './load-figures.ts'

const loads: Record<Size, { perSecond: number; seconds: number }> = {
  quick: { perSecond: 50, seconds: 4 },
  full: { perSecond: 200, seconds: 60 },
}

/** A steady load, when the server is warm. */
async function measure(stage: Stage, trial: Trial, size: Size): Promise<CallTimes> {
  const { other } = stage
  const cold = await warm(stage, size)
  const since = Date.now()
  const { placed, lateMs } = await other.ask('load', { ...loads[size], lines })
  await other.ask('idle', 20_000)
  trial.figure('calls a second', loads[size].perSecond)
  trial.figure('callers came late by ms (p99)', lateMs)
  const journal = stage.journal()
  const ledger = await other.ask('ledger', undefined)
  const times = callTimes(journal, ledger, since)
  const early = ledger.connects.filter(({ at }) => at >= cold && at < since).map(({ ms }) => ms)
  trial.figure('in the seconds after the start: answer p99 ms', p99(early))
  journal.close()
  trial.fault('calls answered at the first attempt', times.answered.length, placed * 0.99)
  return times
}

export const g01: PromiseFile<Tools> = {
  id: 'G1',
  promise: 'A webhook is answered at once after its decision is durable',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'Open-loop load of calls that are rejected without a message, 50 rules, no remote fact (p50 ≤ 15, p99 ≤ 75 ms as Meta sees it); then with a CRM that takes 50 ms (answer ≤ decision + 50 ms at p99)',
    )
    const world = { fields: ['calls'] }
    await onStage(tools, { policies: [fiftyRules()], world }, async (stage) => {
      const { answered } = await measure(stage, trial, size)
      trial.atMost('answer p50 ms', p50(answered), 15)
      trial.atMost('answer p99 ms', p99(answered), 75)
      const metrics = await stage.metrics()
      const within = metrics.sum('callgate_ack_ms_bucket', 'le="75"')
      const all = metrics.sum('callgate_ack_ms_count')
      trial.figure('by the server itself, answered within 75 ms, %', (100 * within) / all)
    })
    await onStage(tools, { policies: [askCrmSilently()], crm: true, world }, async (stage) => {
      await stage.other.ask('crm', 'slow50')
      const { beyond } = await measure(stage, trial, size)
      trial.atMost('answer beyond the decision p99 ms', p99(beyond), 50)
    })
    return trial.verdict()
  },
}
