import { line, rejectAll } from '../tools/bodies.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { until } from '../tools/wait.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'

interface Script {
  readonly what: string
  readonly failure: { status?: number; code?: number; reset?: boolean }
  readonly times: number
  /** What becomes of the reject, and after how many requests. */
  readonly state: 'gone' | 'done'
  readonly requests: number
}

const scripts: readonly Script[] = [
  {
    what: '400 on an ended call',
    failure: { status: 400, code: 100 },
    times: 1,
    state: 'gone',
    requests: 1,
  },
  { what: '404', failure: { status: 404, code: 100 }, times: 1, state: 'gone', requests: 1 },
  { what: '138007', failure: { status: 400, code: 138007 }, times: 1, state: 'gone', requests: 1 },
  {
    what: '429 twice',
    failure: { status: 429, code: 80007 },
    times: 2,
    state: 'done',
    requests: 3,
  },
  {
    what: '500 three times',
    failure: { status: 500, code: 131000 },
    times: 3,
    state: 'done',
    requests: 4,
  },
  { what: 'reset twice', failure: { reset: true }, times: 2, state: 'done', requests: 3 },
]

async function tryScript(stage: Stage, trial: Trial, script: Script, from: string): Promise<void> {
  const { what, failure, times, state, requests } = script
  const { other } = stage
  await other.ask('failNext', { path: 'calls', ...failure, times })
  const { id } = await other.ask('call', { from, line })
  const journal = stage.journal()
  const reject = () => journal.actions().find((one) => one.callId === id && one.type === 'reject')
  await until(() => ['gone', 'done', 'failed', 'expired'].includes(reject()?.state ?? ''), 30_000)
  const action = reject()
  journal.close()
  const { actions } = await other.ask('ledger', undefined)
  const asked = actions.filter(({ callId }) => callId === id)
  trial.check(`${what}: the reject is ${state}`, action?.state === state, action)
  trial.check(`${what}: ${requests} requests`, asked.length === requests, asked)
  const failed = asked.filter(({ fault }) => fault === 'scripted').length
  trial.fault(`${what}: answers that failed`, failed, times)
}

/** A Graph that never recovers: tried while it may still help, and no longer. */
async function tryForever(stage: Stage, trial: Trial): Promise<void> {
  const { other } = stage
  await other.ask('failNext', { path: 'calls', status: 500, code: 131000, times: 1_000_000 })
  const begun = Date.now()
  const { id } = await other.ask('call', { from: '16425550199', line })
  const journal = stage.journal()
  const state = () =>
    journal.actions().find((one) => one.callId === id && one.type === 'reject')?.state
  await until(() => state() === 'expired' || state() === 'gone', 90_000, 500)
  trial.check('500 for ever: given up', state() === 'expired' || state() === 'gone', state())
  journal.close()
  const { actions } = await other.ask('ledger', undefined)
  const asked = actions.filter(({ callId }) => callId === id)
  const last = Math.max(...asked.map(({ at }) => at)) - begun
  trial.atMost('500 for ever: seconds until the last try', last / 1000, 60)
  trial.fault('500 for ever: answers that failed', asked.length, 5)
}

export const g14: PromiseFile<Tools> = {
  id: 'G14',
  promise:
    'A call that is over is settled without retry or alarm; a Graph that fails for now is asked again in time',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'Scripted answers of Graph to rejects: 400, 404 and 138007 (over), 429, 500 and broken connections (for now)',
    )
    await onStage(tools, { policies: [rejectAll()] }, async (stage) => {
      let caller = 100
      for (const script of scripts)
        await tryScript(stage, trial, script, `16425550${(caller += 1)}`)
      const metrics = await stage.metrics()
      trial.same('alarms', metrics.sum('callgate_alarms_total'), 0)
      if (size === 'full') await tryForever(stage, trial)
    })
    return trial.verdict()
  },
}
