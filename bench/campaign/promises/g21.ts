import { lines, policy } from '../tools/bodies.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { delay, until } from '../tools/wait.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'
import { callTimes, most, p99 } from './load-figures.ts'

/** Every part of a version says which one it is: node names, message, effect. */
const version = (number: number) =>
  policy({
    [`gate${number}`]: {
      kind: 'condition',
      when: { any: [{ fact: 'caller.known', operator: 'equal', value: true }] },
      exits: { yes: `tag${number}`, no: `tag${number}`, unknown: `tag${number}` },
    },
    [`tag${number}`]: { kind: 'tag', tags: [`v${number}`], next: `no${number}` },
    [`no${number}`]: { kind: 'reject', message: { text: `v${number}` } },
  })

/** Reloads once a second while calls come in. @returns when each version was written (epoch ms) */
async function reloadEverySecond(stage: Stage, reloads: number): Promise<Map<number, number>> {
  const written = new Map<number, number>()
  for (let number = 2; number < 2 + reloads; number += 1) {
    stage.writePolicy('campaign', JSON.stringify(version(number)))
    written.set(number, Date.now())
    await delay(1_000)
  }
  return written
}

function checkMixes(stage: Stage, trial: Trial): void {
  const journal = stage.journal()
  const mixed = journal.count(
    `select count(*) from decisions
     join releases on releases.policy_id = decisions.policy and releases.id = decisions.release
     join actions on actions.call_id = decisions.call_id and actions.type = 'message'
     where json_extract(releases.document, '$.nodes.' || json_extract(decisions.doc, '$.node') || '.message.text')
       is not json_extract(actions.payload, '$.message.text')
     or json_extract(decisions.doc, '$.path[0].node') is not json_extract(releases.document, '$.start')`,
  )
  trial.same('calls that saw a mix of two releases', mixed, 0)
  const orphans = journal.count(
    `select count(*) from decisions where not exists (select 1 from releases
     where releases.policy_id = decisions.policy and releases.id = decisions.release)`,
  )
  trial.same('decisions of no release', orphans, 0)
  trial.fault(
    'releases that decided calls',
    journal.count('select count(distinct release) from decisions'),
    3,
  )
  journal.close()
}

/** Milliseconds from writing a version until a call is first decided by it, or by a later one. */
function delays(stage: Stage, written: ReadonlyMap<number, number>): number[] {
  const journal = stage.journal()
  const firsts = new Map(
    journal
      .column(
        "select json_extract(doc, '$.node') || ' ' || min(at) from decisions group by json_extract(doc, '$.node')",
      )
      .map((row) => row.split(' '))
      .map(([node = '', at = '']) => [Number(node.slice(2)), Date.parse(at)]),
  )
  journal.close()
  // where a version was written over before a call came, the next one counts for it
  const firstFrom = (number: number): number =>
    Math.min(...[...firsts].flatMap(([version, at]) => (version >= number ? [at] : [])))
  return [...written].map(([number, at]) => Math.max(0, firstFrom(number) - at))
}

export const g21: PromiseFile<Tools> = {
  id: 'G21',
  promise: 'A changed policy answers within a second, and no call sees two releases',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'A new version of the policy written every second under open-loop load',
    )
    await onStage(
      tools,
      { policies: [version(1)], world: { fields: ['calls'] } },
      async (stage) => {
        const { other } = stage
        const perSecond = size === 'full' ? 200 : 40
        const reloads = size === 'full' ? 60 : 5
        await other.ask('load', { perSecond, seconds: 1, lines })
        // the first reload of a process is its slowest; it is made before the clock runs
        stage.writePolicy('campaign', JSON.stringify(version(0)))
        await until(
          async () => (await stage.api('/api/policies/campaign')).text.includes('"v0"'),
          5_000,
        )
        const calm = Date.now()
        await other.ask('load', { perSecond, seconds: size === 'full' ? 20 : 2, lines })
        const since = Date.now()
        const loading = other.ask('load', { perSecond, seconds: reloads + 1, lines })
        const written = await reloadEverySecond(stage, reloads)
        const { placed } = await loading
        await other.ask('idle', 20_000)
        checkMixes(stage, trial)
        const journal = stage.journal()
        const ledger = await other.ask('ledger', undefined)
        const before = callTimes(
          journal,
          { ...ledger, connects: ledger.connects.filter(({ at }) => at < since) },
          calm,
        )
        const during = callTimes(journal, ledger, since)
        journal.close()
        trial.atMost('longest from writing to use ms', most(delays(stage, written)), 1_000)
        trial.figure('decision p99 without reloads ms', p99(before.decided))
        trial.atMost(
          'decision p99 with reloads ms',
          p99(during.decided),
          Math.max(p99(before.decided) * 1.1, p99(before.decided) + 5),
        )
        trial.fault(
          'reloads',
          (await stage.api('/api/policies/campaign/releases')).text.split('"sequence"').length -
            1 || written.size,
          reloads,
        )
        trial.fault('calls decided meanwhile', during.decided.length, placed * 0.98)
      },
    )
    return trial.verdict()
  },
}
