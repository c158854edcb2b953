import Database from 'better-sqlite3'
import { connect, envelope, lines, rejectAll } from '../tools/bodies.ts'
import type { Answered, Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { delay } from '../tools/wait.ts'
import { warm } from '../tools/warm.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'
import { compareBooks } from './books.ts'
import { most } from './load-figures.ts'

/** Locks the database from this process, as a backup or a tool would, and lets go after a while. */
async function whileLocked<T>(stage: Stage, use: () => Promise<T>): Promise<T> {
  const database = new Database(stage.database, { timeout: 10_000 })
  database.exec('begin immediate')
  try {
    return await use()
  } finally {
    database.exec('rollback')
    database.close()
  }
}

/** Posts at a steady rate and waits for every answer. */
async function postSteadily(stage: Stage, perSecond: number, seconds: number): Promise<Answered[]> {
  const posts: Promise<Answered>[] = []
  const begun = performance.now()
  while (performance.now() - begun < seconds * 1_000) {
    posts.push(stage.post(envelope(connect())))
    await delay(1_000 / perSecond)
  }
  return Promise.all(posts)
}

export const g16: PromiseFile<Tools> = {
  id: 'G16',
  promise:
    'A locked database blocks nothing: a webhook waits a second, then 503, and Meta sends again',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'Another process holds BEGIN IMMEDIATE for seconds while calls come in, from Meta (who sends again) and posted directly; event-loop delay by the server’s own monitor',
    )
    const world = { time: { retrySeconds: 0.5, retryMaxSeconds: 1 } }
    await onStage(tools, { policies: [rejectAll()], world }, async (stage) => {
      const { other } = stage
      const seconds = size === 'full' ? 10 : 3
      await warm(stage, size)
      const loading = other.ask('load', { perSecond: 50, seconds: seconds + 2, lines })
      await delay(500)
      await stage.metrics()
      const during = await whileLocked(stage, async () => {
        const answers = await postSteadily(stage, 50, seconds)
        const health = await stage.api('/healthz')
        trial.check('it answers while the database is locked', health.status === 200, health)
        return answers
      })
      const metrics = await stage.metrics()
      trial.atMost(
        'longest delay of the event loop ms',
        metrics.sum('callgate_event_loop_delay_ms', 'quantile="1"'),
        50,
      )
      const refused = during.filter(({ status }) => status === 503)
      const others = during.filter(({ status }) => status !== 503 && status !== 200)
      trial.check('answers are 200 or 503', others.length === 0, others.slice(0, 3))
      // a second for the lock, and what the way there and back takes
      trial.atMost('longest wait for a 503 ms', most(refused.map(({ ms }) => ms)), 1_250)
      await loading
      trial.check('everything is settled in the end', await stage.settled(60_000))
      const journal = stage.journal()
      compareBooks(trial, journal, await other.ask('ledger', undefined))
      journal.close()
      trial.fault('webhooks answered 503', refused.length, 20 * seconds)
    })
    return trial.verdict()
  },
}
