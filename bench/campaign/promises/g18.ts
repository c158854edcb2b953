import Database from 'better-sqlite3'
import { connect, envelope, lines, policy, rejectAll } from '../tools/bodies.ts'
import type { Answered, Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { delay, quantile } from '../tools/wait.ts'
import type { PromiseFile, Size } from '../verdict.ts'
import { Trial } from '../verdict.ts'
import { most } from './load-figures.ts'

/** One delivery with so many calls. */
const batch = (count: number): string =>
  JSON.stringify(envelope(...Array.from({ length: count }, () => connect())))

/** More than the queue holds, while nothing can be written. */
async function tryBackPressure(tools: Tools, trial: Trial): Promise<void> {
  await onStage(tools, { policies: [rejectAll()] }, async (stage) => {
    const bodies = Array.from({ length: 5 }, () => batch(1_500))
    const lock = new Database(stage.database, { timeout: 10_000 })
    lock.exec('begin immediate')
    const answers = await Promise.all(bodies.map((body) => stage.post(body)))
    const overloaded = answers.filter(
      ({ status, text }) => status === 503 && text.includes('overloaded'),
    )
    trial.check('beyond the bound it says overloaded', overloaded.length > 0, answers)
    trial.check(
      'nothing is accepted while nothing can be written',
      answers.every(({ status }) => status === 503),
      answers,
    )
    lock.exec('rollback')
    lock.close()
    const again: Answered[] = []
    for (const body of bodies) again.push(await stage.post(body))
    trial.check(
      'afterwards the same deliveries are accepted',
      again.every(({ status }) => status === 200),
      again,
    )
    const journal = stage.journal()
    trial.same('calls stored of those 7,500', journal.count('select count(*) from calls'), 7_500)
    journal.close()
    trial.fault('deliveries refused as overloaded', overloaded.length, 1)
  })
}

interface Sample {
  readonly minute: number
  readonly megabytes: number
  readonly loopP99: number
}

const soakPolicy = policy({
  spam: {
    kind: 'velocity',
    scope: 'caller',
    limit: 5,
    windowMinutes: 10,
    exits: { exceeded: 'tooMany', within: 'no' },
  },
  tooMany: { kind: 'reject', silent: true, reason: 'too many calls' },
  no: {
    kind: 'reject',
    message: { text: 'Please write to us, {{caller.name | default: "caller"}}.' },
  },
})

async function sample(stage: Stage, begun: number): Promise<Sample> {
  const metrics = await stage.metrics()
  return {
    minute: (performance.now() - begun) / 60_000,
    megabytes: metrics.sum('callgate_memory_bytes') / 2 ** 20,
    loopP99: metrics.sum('callgate_event_loop_delay_ms', 'quantile="0.99"'),
  }
}

/** Growth over the second half, in percent an hour, from the medians of its two quarters. */
function growthPerHour(samples: readonly Sample[]): number {
  const half = samples.slice(Math.floor(samples.length / 2))
  const middle = Math.floor(half.length / 2)
  const level = (some: readonly Sample[]): number =>
    quantile(
      some.map(({ megabytes }) => megabytes),
      0.5,
    )
  const first = level(half.slice(0, middle))
  const last = level(half.slice(middle))
  const minutes = ((half.at(-1)?.minute ?? 0) - (half[0]?.minute ?? 0)) / 2
  return first > 0 && minutes > 0 ? ((last / first - 1) * 100 * 60) / minutes : 0
}

async function soak(tools: Tools, trial: Trial, size: Size): Promise<void> {
  await onStage(tools, { policies: [soakPolicy] }, async (stage) => {
    const { other } = stage
    const seconds = tools.soakMinutes * 60
    // callers come back every few minutes, as people do
    const load = { perSecond: size === 'full' ? 20 : 10, seconds, lines, people: 5_000 }
    await other.ask('time', { retrySeconds: 1 })
    await other.ask('faults', {
      duplicate: 0.05,
      terminateFirst: 0.01,
      unknownFields: 0.05,
      serverError: 0.01,
      slow: 0.01,
    })
    await other.ask('switches', { slowSeconds: 1 })
    let isOver = false
    const loading = other.ask('load', load).then((placed) => {
      isOver = true
      return placed
    })
    const begun = performance.now()
    const samples: Sample[] = []
    const everyMs = Math.min(10_000, (seconds * 1_000) / 30)
    while (!isOver) {
      await delay(everyMs)
      samples.push(await sample(stage, begun))
    }
    const { placed } = await loading
    const metrics = await stage.metrics()
    trial.figure('minutes', tools.soakMinutes)
    trial.figure('calls placed', placed)
    trial.figure('most memory MB', most(samples.map(({ megabytes }) => megabytes)))
    trial.check('memory stays under 300 MB', most(samples.map(({ megabytes }) => megabytes)) <= 300)
    trial.figure('growth in the second half, % an hour', growthPerHour(samples))
    // over a few minutes a heap breathes more than it grows
    if (tools.soakMinutes >= 30)
      trial.check(
        'memory grows at most 5 % an hour',
        growthPerHour(samples) <= 5,
        growthPerHour(samples),
      )
    trial.atMost(
      'event-loop delay p99 ms (median of the samples)',
      quantile(
        samples.map(({ loopP99 }) => loopP99),
        0.5,
      ),
      20,
    )
    trial.fault('calls decided', metrics.sum('callgate_decisions_total'), placed * 0.95)
    trial.fault(
      'duplicates among them',
      metrics.sum('callgate_signals_total', 'result="duplicate"'),
      placed * 0.01,
    )
  })
}

export const g18: PromiseFile<Tools> = {
  id: 'G18',
  promise:
    'Memory stays under 300 MB and does not grow; beyond 5,000 signals under way it says 503',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'A soak with some faults of every kind, memory and event-loop delay read throughout; 7,500 calls at once while the database is locked',
    )
    await tryBackPressure(tools, trial)
    await soak(tools, trial, size)
    return trial.verdict()
  },
}
