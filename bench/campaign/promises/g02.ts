import { askCrmSilently, lines } from '../tools/bodies.ts'
import type { CrmMode } from '../tools/crm-stand-in.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { quantile, until } from '../tools/wait.ts'
import { warm } from '../tools/warm.ts'
import type { PromiseFile, Size } from '../verdict.ts'
import { Trial } from '../verdict.ts'
import { callTimes, most, p99 } from './load-figures.ts'

const loads: Record<Size, { perSecond: number; seconds: number }> = {
  quick: { perSecond: 50, seconds: 2 },
  full: { perSecond: 200, seconds: 30 },
}

/**
 * What the CRM does, and whether the breaker is to stay closed meanwhile. A CRM that answers rightly but
 * far too late is the worst: it fails nobody, so every call waits for its deadline and no breaker helps.
 */
const behaviours: readonly { mode: CrmMode; breaker: 'closed' | 'opens'; inQuick?: boolean }[] = [
  { mode: 'well', breaker: 'closed' },
  { mode: 'slow50', breaker: 'closed', inQuick: true },
  { mode: 'slow120', breaker: 'closed' },
  { mode: 'slow500', breaker: 'closed' },
  { mode: 'crawl', breaker: 'closed', inQuick: true },
  { mode: 'drip', breaker: 'opens' },
  { mode: 'hang', breaker: 'opens', inQuick: true },
]

async function tryOne(
  stage: Stage,
  trial: Trial,
  { mode, breaker }: (typeof behaviours)[number],
  size: Size,
) {
  const { other } = stage
  await warm(stage, size)
  await other.ask('crm', mode)
  await stage.metrics()
  const since = Date.now()
  let sawOpen = false
  const loopP99: number[] = []
  const loading = other.ask('load', { ...loads[size], lines })
  const isDone = loading.then(() => true)
  for (let done = false; !done;) {
    done = await Promise.race([
      isDone,
      new Promise<false>((go) => setTimeout(() => go(false), 1_000)),
    ])
    const metrics = await stage.metrics()
    sawOpen ||= metrics.sum('callgate_crm_breaker_open') > 0
    loopP99.push(metrics.sum('callgate_event_loop_delay_ms', 'quantile="0.99"'))
  }
  const { placed } = await loading
  // hung requests fail after two seconds, dripping ones too
  if (breaker === 'opens')
    sawOpen ||= await until(
      async () => (await stage.metrics()).sum('callgate_crm_breaker_open') > 0,
      4_000,
    )
  await other.ask('idle', 20_000)
  const journal = stage.journal()
  const { decided } = callTimes(journal, await other.ask('ledger', undefined), since)
  const undecided = journal.count(
    "select count(*) from decisions where json_extract(doc, '$.fallback') = 'engine_error'",
  )
  journal.close()
  trial.atMost(`${mode}: decision p99 ms`, p99(decided), 150)
  trial.atMost(`${mode}: longest decision ms`, most(decided), 200)
  trial.atMost(
    `${mode}: event-loop delay p99 ms (median of the seconds)`,
    quantile(loopP99, 0.5),
    20,
  )
  trial.check(`${mode}: the breaker ${breaker}`, sawOpen === (breaker === 'opens'), { sawOpen })
  trial.check(`${mode}: no engine error`, undecided === 0, undecided)
  const { asked } = await other.ask('crmCounts', undefined)
  trial.fault(`${mode}: decisions under load`, decided.length, placed * 0.98)
  trial.fault(`${mode}: requests to the CRM`, asked[mode] ?? 0, 5)
}

export const g02: PromiseFile<Tools> = {
  id: 'G2',
  promise: 'A decision takes at most 150 ms (99 %), 200 ms at most, whatever the CRM does',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'Load by callers nobody knows yet, with a CRM that answers at once, after 50, 120, 500 and 1,000 ms (the breaker stays closed), drips or hangs (the breaker opens)',
    )
    const chosen = size === 'full' ? behaviours : behaviours.filter(({ inQuick }) => inQuick)
    for (const behaviour of chosen)
      await onStage(
        tools,
        { policies: [askCrmSilently()], crm: true, world: { fields: ['calls'] } },
        (stage) => tryOne(stage, trial, behaviour, size),
      )
    return trial.verdict()
  },
}
