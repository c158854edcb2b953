import type { CrashPoint } from '../../../server/crash-point.ts'
import { lines, rejectAll } from '../tools/bodies.ts'
import { Journal } from '../tools/journal.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { until } from '../tools/wait.ts'
import type { PromiseFile, Size } from '../verdict.ts'
import { Trial } from '../verdict.ts'
import { compareBooks } from './books.ts'

/** Between every two steps of a call, and of what is done because of it. */
const points: readonly (CrashPoint | `${CrashPoint}/${string}`)[] = [
  'after-decision',
  'before-commit/commitDecision',
  'after-commit/commitDecision',
  'before-answer',
  'after-answer',
  'before-commit/claimActions',
  'after-commit/claimActions',
  'after-claim/reject',
  'after-send/reject',
  'after-settle/reject',
  'before-claim/message',
  'after-claim/message',
  'after-send/message',
  'before-commit/settleAction',
  'after-commit/settleAction',
  'after-settle/message',
]

/** Messages that were under way when the server died: in doubt from then on. */
function inDoubt(stage: Stage): string[] {
  const journal = Journal.openCopy(stage.database)
  const keys = journal.column(
    "select key from actions where type = 'message' and state = 'claimed'",
  )
  journal.close()
  return keys
}

/** Starts a server that will die at this point, and calls until it does. */
async function crashAt(stage: Stage, point: string, times: number): Promise<boolean> {
  const { server, other } = stage
  const { isReady } = await server.start({ CALLGATE_CRASH_AT: `${point}:${times}` })
  // what the last server left may already lead past the point while it starts
  if (isReady) {
    const loading = other.ask('load', { perSecond: 40, seconds: 20, lines })
    await until(() => !server.isRunning, 20_000, 10)
    await other.ask('stopLoad', undefined)
    await loading
  }
  const isDead = !server.isRunning && (await server.ended).signal === 'SIGKILL'
  if (!isDead) await server.kill()
  return isDead
}

async function checkDoubts(stage: Stage, trial: Trial, doubts: ReadonlySet<string>): Promise<void> {
  const { messages } = await stage.other.ask('ledger', undefined)
  const journal = stage.journal()
  const states = new Map(journal.actions().map((action) => [action.key, action]))
  journal.close()
  const told = new Set(messages.flatMap((one) => (one.performed ? [one.key] : [])))
  const wrong = [...doubts].filter((key) => {
    const state = states.get(key)?.state
    // a delivery status of the provider lifts the doubt
    return state !== 'uncertain' && !(state === 'done' && told.has(key))
  })
  trial.check(
    'a message in doubt is uncertain, or settled by its status',
    wrong.length === 0,
    wrong,
  )
  const uncertain = [...doubts].filter((key) => states.get(key)?.state === 'uncertain')
  trial.figure('of these still uncertain at the end', uncertain.length)
  const ref = states.get(uncertain[0] ?? '')?.ref
  if (ref) {
    const { text } = await stage.api(`/api/calls/${ref}/decision`)
    trial.check('the API shows the doubt', text.includes('"uncertain"'), text)
  }
}

/** Graph does it and its answer is lost with the server. */
async function dieWhileGraphIsSilent(stage: Stage, doubts: Set<string>): Promise<number> {
  const { server, other } = stage
  await server.start()
  await other.ask('failNext', { path: 'messages', hang: true, after: true, times: 10 })
  const loading = other.ask('load', { perSecond: 40, seconds: 1, lines })
  await loading
  const hung = async (): Promise<number> => {
    const { messages } = await other.ask('ledger', undefined)
    return messages.filter((one) => one.performed && one.status === null).length
  }
  await until(async () => (await hung()) >= 10, 10_000)
  await server.kill()
  for (const key of inDoubt(stage)) doubts.add(key)
  return hung()
}

const rounds: Record<Size, number> = { quick: 1, full: 4 }
/** A quick run takes every other point, another half each day. */
const parity = Math.floor(Date.now() / 86_400_000) % 2

export const g07: PromiseFile<Tools> = {
  id: 'G7',
  promise:
    'A crash between decision and action loses nothing and sends nothing twice; a message in doubt says so',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      `The server is made to die (SIGKILL from within) at ${size === 'full' ? points.length : points.length / 2} named points between its steps, under load, and while Graph withholds the answer to what it has done`,
    )
    const world = { time: { retrySeconds: 0.5, retryMaxSeconds: 2 } }
    await onStage(tools, { policies: [rejectAll()], world, start: false }, async (stage) => {
      const chosen = size === 'full' ? points : points.filter((_, index) => index % 2 === parity)
      const doubts = new Set<string>()
      const missed: string[] = []
      let deaths = 0
      for (let round = 0; round < rounds[size]; round += 1)
        for (const point of chosen) {
          const times = 1 + Math.floor(Math.random() * 12)
          if (await crashAt(stage, point, times)) deaths += 1
          else missed.push(`${point}:${times}`)
          for (const key of inDoubt(stage)) doubts.add(key)
        }
      const hung = await dieWhileGraphIsSilent(stage, doubts)
      await stage.server.start()
      trial.check('everything is settled in the end', await stage.settled(120_000))
      trial.check('every point was passed', missed.length === 0, missed)
      trial.fault('deaths at a named point', deaths, chosen.length * rounds[size])
      trial.fault('messages Graph did and answered to nobody', hung, 10)
      trial.fault('messages in doubt at a death', doubts.size, 3)
      await checkDoubts(stage, trial, doubts)
      const journal = stage.journal()
      compareBooks(trial, journal, await stage.other.ask('ledger', undefined))
      journal.close()
    })
    return trial.verdict()
  },
}
