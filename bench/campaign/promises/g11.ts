import { connect, envelope, lines, rejectAll, secret, sign } from '../tools/bodies.ts'
import type { Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { delay } from '../tools/wait.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'
import { compareBooks } from './books.ts'

const next = 'the-next-app-secret-of-the-campaign'

export const g11: PromiseFile<Tools> = {
  id: 'G11',
  promise: 'The app secret is rotated under load and no delivery is refused',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'Under load: old secret; restart with old and new; Meta signs with new; restart with new alone; then the old one again',
    )
    const seconds = size === 'full' ? 20 : 1
    const world = { time: { retrySeconds: 0.5, retryMaxSeconds: 1 } }
    await onStage(tools, { policies: [rejectAll()], world }, async (stage) => {
      const { other, server } = stage
      const restart = async (value: string): Promise<void> => {
        await server.stop()
        await server.start({ META_APP_SECRET: value })
      }
      const loading = other.ask('load', { perSecond: 40, seconds: seconds * 3 + 4, lines })
      await delay(seconds * 1_000)
      await restart(`${secret},${next}`)
      const overlap = JSON.stringify(envelope(connect()))
      const both = [
        await stage.post(overlap, { 'x-hub-signature-256': sign(overlap, secret) }),
        await stage.post(overlap, { 'x-hub-signature-256': sign(overlap, next) }),
      ]
      trial.check(
        'both secrets pass while both are set',
        both.every(({ status }) => status === 200),
        both,
      )
      await other.ask('secret', next)
      await delay(seconds * 1_000)
      await other.ask('idle', 5_000)
      await restart(next)
      const { placed } = await loading
      trial.check('everything is settled in the end', await stage.settled())
      const late = await stage.post(envelope(connect()))
      trial.same('answer to the old secret afterwards', late.status, 401)
      const ledger = await other.ask('ledger', undefined)
      trial.same('deliveries refused (401)', ledger.counters['webhook.status.401'] ?? 0, 0)
      const journal = stage.journal()
      compareBooks(trial, journal, ledger)
      trial.same('calls that were not decided', placed + 1 - journal.decided().size, 0)
      journal.close()
      trial.fault('calls placed while the secret changed', placed, 40 * seconds * 3)
    })
    return trial.verdict()
  },
}
