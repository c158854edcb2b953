import { connect, envelope, lines, newCallId, policy } from '../tools/bodies.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { delay, timed, until } from '../tools/wait.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'
import { most } from './load-figures.ts'

type When = Readonly<Record<string, unknown>>
const leaf = (index: number): When => ({
  fact: 'caller.priority',
  operator: 'equal',
  value: -1 - index,
})

/** A chain of conditions none of which is met, so that each call walks all of it. */
function chain(nodes: number, when: (index: number) => When) {
  const gates = Array.from({ length: nodes - 1 }, (_, index) => [
    `n${index}`,
    {
      kind: 'condition',
      when: when(index),
      exits: { yes: 'end', no: index === nodes - 2 ? 'end' : `n${index + 1}`, unknown: 'end' },
    },
  ])
  return policy(
    Object.fromEntries([...gates, ['end', { kind: 'reject', message: { text: 'end' } }]]),
  )
}

const depth = (levels: number): When =>
  Array.from({ length: levels - 1 }).reduce<When>((inner) => ({ all: [inner] }), leaf(0))
const wide = (leaves: number): When => ({
  any: Array.from({ length: leaves }, (_, index) => leaf(index)),
})
const list = (length: number): When => ({
  any: [
    {
      fact: 'caller.tier',
      operator: 'in',
      value: Array.from({ length }, (_, index) => `t${index}`),
    },
  ],
})
const one = (when: When) => chain(2, () => when)

const limits: readonly { what: string; document: object; isAllowed: boolean }[] = [
  { what: '2,000 nodes', document: chain(2_000, () => ({ any: [leaf(1)] })), isAllowed: true },
  { what: '2,001 nodes', document: chain(2_001, () => ({ any: [leaf(1)] })), isAllowed: false },
  { what: 'depth 13', document: one(depth(14)), isAllowed: false },
  { what: 'depth 1,000', document: one(depth(1_000)), isAllowed: false },
  { what: '500 leaves', document: one(wide(500)), isAllowed: true },
  { what: '501 leaves', document: one(wide(501)), isAllowed: false },
  { what: 'list of 1,000', document: one(list(1_000)), isAllowed: true },
  { what: 'list of 1,001', document: one(list(1_001)), isAllowed: false },
  {
    what: 'regular expression',
    document: one({ any: [{ fact: 'caller.name', operator: 'regex', value: '(a+)+$' }] }),
    isAllowed: false,
  },
]

async function tryLimits(stage: Stage, trial: Trial): Promise<void> {
  const slowest: number[] = []
  let refused = 0
  for (const { what, document, isAllowed } of limits) {
    const { value, ms } = await timed(() =>
      stage.api('/api/policies/campaign/validate', { method: 'POST', body: document }),
    )
    slowest.push(ms)
    const { valid } = JSON.parse(value.text) as { valid?: boolean } // as the route's schema says
    const isRefused = valid === false || value.status === 400
    if (isRefused) refused += 1
    trial.check(
      `${what} is ${isAllowed ? 'allowed' : 'refused'}`,
      isRefused !== isAllowed,
      value.text.slice(0, 200),
    )
  }
  trial.figure('longest check ms', most(slowest))
  trial.fault('policies refused for their size', refused, 6)
}

/** The largest that is allowed, live: how long one call takes to walk it. */
async function tryLargest(stage: Stage, trial: Trial): Promise<void> {
  // as much as fits: 2,000 nodes with few leaves, and 29 with 500 each
  const largest = {
    'of 2,000 nodes': chain(2_000, () => wide(3)),
    'of 14,500 leaves': chain(30, () => wide(500)),
  }
  for (const [what, document] of Object.entries(largest)) {
    stage.writePolicy('campaign', JSON.stringify(document))
    const nodes = Object.keys(document.nodes).length
    const isLive = async (): Promise<boolean> => {
      const { text } = await stage.api('/api/policies/campaign')
      const { live } = JSON.parse(text) as { live?: { document: typeof document } } // as the route's schema says
      return Object.keys(live?.document.nodes ?? {}).length === nodes
    }
    trial.check(`a policy ${what} goes live`, await until(isLive, 20_000))
    const times: number[] = []
    for (let call = 0; call < 20; call += 1) {
      const id = newCallId()
      await stage.post(envelope(connect({ id })))
      const { text } = await stage.api(`/api/calls/${id}/decision`)
      const { ms, path } = JSON.parse(text) as { ms: number; path: unknown[] } // as the route's schema says
      times.push(ms)
      trial.check(`every call walks all of a policy ${what}`, path.length === nodes, path.length)
    }
    // the first walks warm up
    trial.atMost(`longest decision ${what}, ms`, most(times.slice(5)), 20)
  }
}

/** Policies are checked while calls come in. @returns the longest answer, as Meta saw it */
async function longestAnswer(stage: Stage, documents: readonly object[]): Promise<number> {
  const { other } = stage
  const since = performance.timeOrigin + performance.now()
  const loading = other.ask('load', { perSecond: 20, seconds: 600, lines })
  for (const document of documents)
    await stage.api('/api/policies/campaign/validate', { method: 'POST', body: document })
  await delay(500)
  await other.ask('stopLoad', undefined)
  await loading
  await other.ask('idle', 20_000)
  const { connects } = await other.ask('ledger', undefined)
  return most(connects.flatMap(({ at, ms }) => (at >= since ? [ms] : [])))
}

async function tryMeanwhile(stage: Stage, trial: Trial, rounds: number): Promise<void> {
  stage.writePolicy('campaign', JSON.stringify(chain(2, () => wide(1))))
  await until(async () => (await stage.api('/api/policies/campaign')).text.length < 5_000, 5_000)
  const before = (await stage.other.ask('ledger', undefined)).connects.length
  const usual = [
    chain(200, () => wide(2)),
    ...limits.flatMap((one) => (one.isAllowed ? [] : [one.document])),
  ]
  const repeated = Array.from({ length: rounds }).flatMap(() => usual)
  const longest = await longestAnswer(stage, repeated)
  trial.atMost('longest answer while 200 nodes and hostile policies are checked, ms', longest, 250)
  // checks run beside the calls on one thread: the largest policy allowed holds them up for so long
  const largest = await longestAnswer(stage, [chain(2_000, () => wide(1))])
  trial.figure('longest answer while 2,000 nodes are checked, ms', largest)
  const after = (await stage.other.ask('ledger', undefined)).connects.length
  trial.fault('calls meanwhile', after - before, 10)
}

export const g23: PromiseFile<Tools> = {
  id: 'G23',
  promise: 'No policy, however large or nested, costs a call more than 20 ms',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'Policies at and over each bound; the largest allowed ones live, walked to their end by every call; hostile ones checked while calls come in',
    )
    await onStage(tools, { policies: [chain(2, () => wide(1))] }, async (stage) => {
      await tryLimits(stage, trial)
      await tryLargest(stage, trial)
      await tryMeanwhile(stage, trial, size === 'full' ? 5 : 1)
    })
    return trial.verdict()
  },
}
