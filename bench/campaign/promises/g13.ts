import { askCrm, envelope, connect, newCallId, newCaller } from '../tools/bodies.ts'
import type { CrmMode } from '../tools/crm-stand-in.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'

/** What the CRM does and what the decision sees of it. */
const failures: readonly { mode: CrmMode; reason: string; opens: boolean; inQuick?: boolean }[] = [
  { mode: 'error', reason: 'error', opens: true, inQuick: true },
  { mode: 'reset', reason: 'error', opens: true },
  { mode: 'huge', reason: 'error', opens: true, inQuick: true },
  { mode: 'redirect', reason: 'error', opens: true },
  { mode: 'slow500', reason: 'timeout', opens: false },
]

interface Seen {
  readonly ms: number
  readonly why: string
}

async function callFrom(stage: Stage, from: string): Promise<Seen> {
  const id = newCallId()
  await stage.post(envelope(connect({ id, from })))
  const { text } = await stage.api(`/api/calls/${id}/decision`)
  // the route answers what its schema says
  const decision = JSON.parse(text) as {
    ms: number
    facts: Record<string, { unknown?: string; value?: unknown; stale?: boolean }>
  }
  const fact = decision.facts['crm.found']
  const why = fact?.unknown ?? `${String(fact?.value)}${fact?.stale ? ' (stale)' : ''}`
  return { ms: decision.ms, why }
}

/** One call after another, so that the failures can be counted exactly. */
async function tryFailure(
  tools: Tools,
  trial: Trial,
  failure: (typeof failures)[number],
): Promise<void> {
  const { mode, reason, opens } = failure
  await onStage(tools, { policies: [askCrm()], crm: true }, async (stage) => {
    await stage.other.ask('crm', mode)
    const seen: Seen[] = []
    for (let times = 0; times < 9; times += 1) seen.push(await callFrom(stage, newCaller()))
    const { asked } = await stage.other.ask('crmCounts', undefined)
    const requests = asked[mode] ?? 0
    trial.atMost(`${mode}: longest decision ms`, Math.max(...seen.map(({ ms }) => ms)), 150)
    trial.fault(`${mode}: requests to the CRM`, requests, 5)
    if (opens) {
      trial.same(`${mode}: failures until the breaker opened`, requests, 5)
      trial.check(
        `${mode}: later calls see open_circuit`,
        seen.slice(5).every(({ why }) => why === 'open_circuit'),
        seen,
      )
    }
    // under load the deadline may come before the answer
    const expected = [reason, 'timeout']
    trial.check(
      `${mode}: the fact is unknown`,
      seen.slice(0, 5).every(({ why }) => expected.includes(why)),
      seen,
    )
  })
}

async function tryLies(tools: Tools, trial: Trial): Promise<void> {
  await onStage(tools, { policies: [askCrm()], crm: true }, async (stage) => {
    for (let times = 0; times < 21; times += 1) {
      // every other answer is a right one, so that the breaker does not hide the lies
      await stage.other.ask('crm', times % 3 === 2 ? 'well' : 'lie')
      const { ms } = await callFrom(stage, newCaller())
      trial.check('lie: the decision is made in time', ms <= 200 * 3, ms)
    }
    const { asked } = await stage.other.ask('crmCounts', undefined)
    trial.fault('lies told by the CRM', asked['lie'] ?? 0, 10)
    const journal = stage.journal()
    trial.same('lie: decisions', journal.count('select count(*) from decisions'), 21)
    journal.close()
  })
}

/** Until the CRM's answer came in time: on a busy machine the first may not. */
async function answered(stage: Stage, from: string): Promise<Seen> {
  for (let times = 0; ; times += 1) {
    const seen = await callFrom(stage, from)
    if (seen.why === 'true' || times === 5) return seen
  }
}

/** A fresh answer is used for a while without asking again. */
async function tryCache(tools: Tools, trial: Trial): Promise<void> {
  await onStage(tools, { policies: [askCrm()], crm: true }, async (stage) => {
    const from = newCaller()
    const first = await answered(stage, from)
    await stage.other.ask('crm', 'hang')
    const second = await callFrom(stage, from)
    trial.check('an answer of a moment ago is used when the CRM hangs', second.why === first.why, {
      first,
      second,
    })
  })
}

export const g13: PromiseFile<Tools> = {
  id: 'G13',
  promise:
    'A slow, dead or lying CRM costs a decision no more than its 80 ms, and is left alone after 5 failures',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'Calls one after another with a CRM that answers 500, resets, sends 10 MB, redirects, is too late, or lies with a 200; a caller known from a moment ago',
    )
    const chosen = size === 'full' ? failures : failures.filter(({ inQuick }) => inQuick)
    for (const failure of chosen) await tryFailure(tools, trial, failure)
    await tryLies(tools, trial)
    await tryCache(tools, trial)
    return trial.verdict()
  },
}
