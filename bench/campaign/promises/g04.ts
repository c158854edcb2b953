import { rejectAll, lines } from '../tools/bodies.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { delay } from '../tools/wait.ts'
import type { PromiseFile, Size } from '../verdict.ts'
import { Trial } from '../verdict.ts'
import { acknowledged, compareBooks } from './books.ts'

interface Effort {
  readonly kills: number
  readonly calls: number
  readonly perSecond: number
}

const efforts: Readonly<Record<Size, Effort>> = {
  quick: { kills: 5, calls: 250, perSecond: 60 },
  full: { kills: 55, calls: 11_000, perSecond: 200 },
}

/**
 * In each round calls come in at a steady rate for a little longer than the server lives. Meta sends
 * again what was not answered, so the next server gets it too.
 */
async function killAgainAndAgain(
  stage: Stage,
  { kills, calls, perSecond }: Effort,
): Promise<number> {
  const { server, other } = stage
  let wanted = 0
  for (let round = 0; round < kills || wanted < calls; round += 1) {
    const loading = other.ask('load', { perSecond, seconds: calls / kills / perSecond, lines })
    await delay((1_000 * calls * Math.random()) / kills / perSecond)
    await server.kill()
    const { isReady } = await server.start()
    if (!isReady) throw new Error(`no start after kill ${round}: ${server.output}`)
    wanted += (await loading).placed
  }
  return wanted
}

async function drain(stage: Stage, trial: Trial): Promise<void> {
  const { server, other } = stage
  const loading = other.ask('load', { perSecond: 100, seconds: 1.5, lines })
  await delay(1_000)
  const stopped = await server.stop()
  trial.atMost('milliseconds from SIGTERM to the end', stopped.ms, 10_000)
  trial.check('SIGTERM ends it in peace', stopped.code === 0, stopped)
  await loading
  await server.start()
}

export const g04: PromiseFile<Tools> = {
  id: 'G4',
  promise: 'What was acknowledged is stored, whenever the process is killed',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'Calls come in at a steady rate; the server is killed (SIGKILL) at random moments and started again; then SIGTERM under load',
    )
    const effort = efforts[size]
    const world = { time: { retrySeconds: 1, retryMaxSeconds: 4 } }
    await onStage(tools, { policies: [rejectAll()], world }, async (stage) => {
      trial.figure('calls placed', await killAgainAndAgain(stage, effort))
      await drain(stage, trial)
      trial.check(
        'everything is settled in the end',
        await stage.settled(size === 'full' ? 300_000 : 60_000),
      )
      const ledger = await stage.other.ask('ledger', undefined)
      const journal = stage.journal()
      compareBooks(trial, journal, ledger)
      journal.close()
      const unanswered = ledger.connects.filter(({ status }) => status !== 200).length
      trial.fault('SIGKILLs delivered', stage.server.kills, effort.kills)
      trial.fault('webhooks that found no server, or one that died', unanswered, effort.kills)
      trial.fault(
        'calls acknowledged',
        acknowledged(ledger).size,
        size === 'full' ? 10_000 : effort.calls,
      )
    })
    return trial.verdict()
  },
}
