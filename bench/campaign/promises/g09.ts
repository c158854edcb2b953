import { connect, envelope, newCaller, newCallId, rejectAll } from '../tools/bodies.ts'
import type { Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'

/** Seconds before now, all over the 60 that make a call stale. */
const ages = [62, 90, 600, 3_600, 86_400, 7 * 86_400]

export const g09: PromiseFile<Tools> = {
  id: 'G9',
  promise:
    'A replayed old delivery has no effect, and a call older than a minute is never acted on',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'Rightly signed bodies again, at once and after a restart; new calls whose own time is a minute to a week ago',
    )
    await onStage(tools, { policies: [rejectAll()] }, async (stage) => {
      const each = size === 'full' ? 100 : 10
      const bodies = Array.from({ length: each }, () =>
        JSON.stringify(envelope(connect({ from: newCaller() }))),
      )
      let replays = 0
      const postAll = async (): Promise<void> => {
        const answers = await Promise.all(bodies.map((body) => stage.post(body)))
        replays += answers.filter(({ status }) => status === 200).length
      }
      for (let times = 0; times < 5; times += 1) await postAll()
      await stage.server.stop()
      await stage.server.start()
      for (let times = 0; times < 5; times += 1) await postAll()
      const stale: string[] = []
      for (const age of ages)
        for (let times = 0; times < each; times += 1) {
          const id = newCallId()
          stale.push(id)
          await stage.post(envelope(connect({ id, age })))
        }
      trial.check('everything is settled in the end', await stage.settled())
      const { actions, messages } = await stage.other.ask('ledger', undefined)
      const journal = stage.journal()
      trial.same('decisions', journal.count('select count(*) from decisions'), each)
      trial.same('messages asked of Graph', messages.length, each)
      trial.same('rejects asked of Graph', actions.length, each)
      const missed = journal.count(
        "select count(*) from calls where undecided = 'stale' and status = 'missed'",
      )
      trial.same('stale calls journalled as missed', missed, stale.length)
      journal.close()
      trial.fault('replays that were answered 200', replays - each, each * 9)
      trial.fault('stale calls delivered', stale.length, ages.length * each)
    })
    return trial.verdict()
  },
}
