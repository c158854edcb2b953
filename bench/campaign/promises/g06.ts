import { connect, envelope, lines, newCallId, rejectAll, terminate } from '../tools/bodies.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'
import { compareBooks } from './books.ts'

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item)
}

/** The events of many calls, each up to five times, shuffled, many at once. */
async function shuffleAndRepeat(
  stage: Stage,
  calls: number,
): Promise<{ ids: string[]; posts: number }> {
  const ids = Array.from({ length: calls }, () => newCallId())
  const bodies = ids.flatMap((id, index) => {
    const from = `1641${String(index).padStart(7, '0')}`
    const one = [envelope(connect({ id, from })), envelope(terminate({ id, from }))]
    return one.flatMap((body) =>
      Array.from({ length: 1 + Math.floor(Math.random() * 5) }, () => body),
    )
  })
  const queue = shuffled(bodies)
  const worker = async (): Promise<void> => {
    for (let body = queue.pop(); body; body = queue.pop()) await stage.post(body)
  }
  await Promise.all(Array.from({ length: 32 }, worker))
  return { ids, posts: bodies.length }
}

function checkShuffled(stage: Stage, trial: Trial, ids: readonly string[]): void {
  const journal = stage.journal()
  const marks = ids.map(() => '?').join(',')
  const rows = journal.count(`select count(*) from calls where provider_id in (${marks})`, ...ids)
  trial.same('shuffled calls with other than one record', ids.length - rows, 0)
  const open = journal.count(
    `select count(*) from calls where provider_id in (${marks}) and status = 'ringing'`,
    ...ids,
  )
  trial.same('shuffled calls without an end', open, 0)
  journal.close()
}

/** Meta repeats every webhook five times at once, and treats every third answer as lost. */
async function repeatEverything(stage: Stage, seconds: number): Promise<void> {
  const { other } = stage
  await other.ask('switches', { duplicateCopies: 5, duplicateSpacingSeconds: 0 })
  await other.ask('faults', { duplicate: 1, answerLost: 0.33 })
  await other.ask('load', { perSecond: 20, seconds, lines })
  const { id } = await other.ask('call', { from: '16419999999', line: lines[0] ?? '' })
  await other.ask('redeliver', { callId: id, copies: 50 })
  await other.ask('faults', { duplicate: 0, answerLost: 0 })
}

export const g06: PromiseFile<Tools> = {
  id: 'G6',
  promise:
    'A call has one decision and at most one message, however often and in whatever order it is told',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'Begin and end of calls 1 to 5 times each, shuffled, 32 at once; Meta posting every webhook five times at once and losing a third of the answers; 50 copies of one call in parallel',
    )
    const world = { time: { retrySeconds: 0.2, retryMaxSeconds: 0.5 } }
    await onStage(tools, { policies: [rejectAll()], world }, async (stage) => {
      const { ids, posts } = await shuffleAndRepeat(stage, size === 'full' ? 2_000 : 100)
      await repeatEverything(stage, size === 'full' ? 30 : 3)
      trial.check('everything is settled in the end', await stage.settled(120_000))
      checkShuffled(stage, trial, ids)
      const ledger = await stage.other.ask('ledger', undefined)
      const journal = stage.journal()
      compareBooks(trial, journal, ledger)
      journal.close()
      const metrics = await stage.metrics()
      const repeated = metrics.sum('callgate_signals_total', 'result="duplicate"')
      trial.figure('deliveries of shuffled events', posts)
      trial.fault('duplicates the server was given', repeated, size === 'full' ? 5_000 : 200)
    })
    return trial.verdict()
  },
}
