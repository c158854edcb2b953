import { fiftyRules, lines } from '../tools/bodies.ts'
import type { Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { warm } from '../tools/warm.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'
import { callTimes, p50, p99 } from './load-figures.ts'

export const g03: PromiseFile<Tools> = {
  id: 'G3',
  promise: 'What was decided is on its way to WhatsApp within 50 ms',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'Open-loop load of calls that are rejected without a message, against a Graph that takes 50 ms; from the decision to the arrival of its reject, by Graph’s own log',
    )
    const world = { fields: ['calls'], faults: { slow: 1 }, switches: { slowSeconds: 0.05 } }
    await onStage(tools, { policies: [fiftyRules()], world }, async (stage) => {
      const { other } = stage
      const perSecond = size === 'full' ? 200 : 50
      await warm(stage, size)
      const since = Date.now()
      const { placed } = await other.ask('load', {
        perSecond,
        seconds: size === 'full' ? 60 : 4,
        lines,
      })
      await other.ask('idle', 20_000)
      const journal = stage.journal()
      const { queued, beyond } = callTimes(journal, await other.ask('ledger', undefined), since)
      journal.close()
      trial.figure('calls a second', perSecond)
      trial.figure('queue time p50 ms', p50(queued))
      trial.atMost('queue time p99 ms', p99(queued), 50)
      trial.figure('of which until the decision was durable and answered, p99 ms', p99(beyond))
      trial.fault('rejects that came to Graph', queued.length, placed * 0.98)
    })
    return trial.verdict()
  },
}
