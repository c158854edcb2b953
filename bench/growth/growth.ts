import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Places } from '../children.ts'
import { ask, startCallgate } from '../children.ts'
import type { Options } from '../options.ts'
import { asPolicy, eightGates } from '../policy-documents.ts'
import type { Measured, Section, Target } from '../report.ts'
import { microseconds, milliseconds, times } from '../report.ts'
import { median, quantile, shuffled } from '../statistics.ts'
import type { Delivery } from '../webhook/deliveries.ts'
import { asRequest, connectDelivery, lines } from '../webhook/deliveries.ts'
import { load } from '../webhook/open-loop.ts'
import type { Workspace } from '../workspace.ts'
import { createWorkspace } from '../workspace.ts'
import { peopleOf } from './people.ts'
import type { GrowthRound } from './round.ts'

interface Size {
  readonly contacts: number
  readonly calls: number
  readonly workspace: Workspace
}

const gateCounts = [10, 100, 1000] as const

async function prepareSize(places: Places, contacts: number, calls: number): Promise<Size> {
  const policy = asPolicy('eight-gates', eightGates)
  const workspace = createWorkspace([policy], { contacts: 10, graphUrl: 'http://127.0.0.1:9' })
  const server = await startCallgate(places, workspace.environment)
  await server.stop()
  await ask(join(places.built, 'growth-fill.js'), [
    workspace.database,
    String(contacts),
    String(calls),
  ])
  return { contacts, calls, workspace }
}

/** (d) What a decision costs as contacts, calls and nodes grow. */
export async function measureGrowth(places: Places, options: Options): Promise<Section> {
  const steps = options.quick ? [1_000, 5_000] : [1_000, 30_000, 1_000_000]
  const runs = { rounds: options.rounds, decisions: options.quick ? 300 : 3_000 }
  const sizes: Size[] = []
  try {
    for (const count of steps) sizes.push(await prepareSize(places, count, count))
    const decisions = await measureDecisions(places, sizes, runs)
    const nodes = await measureNodes(places, sizes, runs)
    const path = await measurePath(places, sizes, options)
    const lists: Measured[] = []
    for (const size of sizes) lists.push(...(await measureLists(places, size, options)))
    return {
      id: 'growth',
      title: 'Growth',
      columns: ['what', 'size', 'p50', 'p99'],
      rows: [...decisions, ...nodes, ...path, ...lists],
      targets: [...growthTargets('decision', decisions), ...growthTargets('webhook', path)],
      notes: [
        'Facts and walk: from the parsed signal to the outcome, 8 gates, one call at a time; sizes alternate.',
        'Webhook path: each round on a server started anew, 150 calls to warm up, 300 measured; sizes alternate. A thousand people call, at every size, spread over all who ever called.',
        'Calls are of up to 200,000 people; the calls list is read through the API.',
      ],
      problems: [],
    }
  } finally {
    for (const { workspace } of sizes)
      if (existsSync(workspace.folder)) rmSync(workspace.folder, { recursive: true, force: true })
  }
}

const named = (count: number): string => count.toLocaleString('en')

async function alternate<T, R>(
  items: readonly T[],
  rounds: number,
  run: (item: T) => Promise<R>,
): Promise<Map<T, R[]>> {
  const results = new Map<T, R[]>()
  for (let round = 0; round < rounds; round += 1)
    for (const item of shuffled(items, Math.random))
      results.set(item, [...(results.get(item) ?? []), await run(item)])
  return results
}

function rowOf(key: string, what: [string, string], rounds: readonly GrowthRound[]): Measured {
  const values = {
    p50: median(rounds.map((one) => one.p50)),
    p99: median(rounds.map((one) => one.p99)),
  }
  return { key, cells: [...what, microseconds(values.p50), microseconds(values.p99)], values }
}

interface Runs {
  readonly rounds: number
  /** Decisions a round, after half as many to warm up. */
  readonly decisions: number
}

async function measureDecisions(places: Places, sizes: readonly Size[], runs: Runs) {
  const file = join(places.built, 'growth-round.js')
  const results = await alternate(sizes, runs.rounds, (size) =>
    ask<GrowthRound>(file, [
      size.workspace.database,
      '8',
      String(size.contacts),
      String(runs.decisions),
    ]),
  )
  return sizes.map((size) =>
    rowOf(
      `decision.${size.calls}`,
      ['facts and walk', `${named(size.contacts)} contacts, ${named(size.calls)} calls`],
      results.get(size) ?? [],
    ),
  )
}

async function measureNodes(places: Places, sizes: readonly Size[], runs: Runs) {
  const file = join(places.built, 'growth-round.js')
  const database = sizes[0]?.workspace.database ?? ''
  const results = await alternate(gateCounts, runs.rounds, (gates) =>
    ask<GrowthRound>(file, [database, String(gates), '1000', String(runs.decisions)]),
  )
  return gateCounts.map((gates) =>
    rowOf(`nodes.${gates}`, ['facts and walk', `${named(gates)} gates`], results.get(gates) ?? []),
  )
}

const callers = 1_000

/**
 * A call by one of a thousand people who are spread over all. The same number at every size, because who has just
 * called gets no second message and who never has is new, which is other work and no growth.
 */
function someCall(calls: number): Delivery {
  const one = Math.floor(Math.random() * callers)
  return connectDelivery(one * Math.floor(peopleOf(calls) / callers), lines[one % lines.length])
}

/** The webhook path at a quiet rate, each round on a server of its own that has answered some calls before. */
async function measurePath(places: Places, sizes: readonly Size[], options: Options) {
  const counts = options.quick ? { warmUp: 40, calls: 80 } : { warmUp: 150, calls: 300 }
  const results = await alternate(sizes, options.rounds, ({ workspace, calls }) =>
    served(places, workspace, async (url) => {
      const requests = (count: number) =>
        Array.from({ length: count }, () => asRequest(someCall(calls)))
      const rate = { rate: 40, connections: 32 }
      await load(url, requests(counts.warmUp), rate)
      const { latencies } = await load(url, requests(counts.calls), rate)
      return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) }
    }),
  )
  return sizes.map((size): Measured => {
    const rounds = results.get(size) ?? []
    const values = {
      p50: median(rounds.map((one) => one.p50)),
      p99: median(rounds.map((one) => one.p99)),
    }
    const of = `${named(size.contacts)} contacts, ${named(size.calls)} calls`
    const cells = ['webhook path at 40/s', of, milliseconds(values.p50), milliseconds(values.p99)]
    return { key: `webhook.${size.calls}`, cells, values }
  })
}

async function served<T>(
  places: Places,
  workspace: Workspace,
  run: (url: string) => Promise<T>,
): Promise<T> {
  const server = await startCallgate(places, workspace.environment)
  try {
    return await run(server.url)
  } finally {
    await server.stop()
  }
}

const measureLists = (places: Places, size: Size, options: Options): Promise<Measured[]> =>
  served(places, size.workspace, (url) => measureList(url, size, options))

async function measureList(url: string, size: Size, options: Options): Promise<Measured[]> {
  const headers = { authorization: 'Bearer bench-admin-token' }
  const page = async (number: number): Promise<number> => {
    const start = performance.now()
    const response = await fetch(`${url}/api/calls?per_page=50&page=${number}`, { headers })
    await response.arrayBuffer()
    if (response.status !== 200) throw new Error(`the list of calls answered ${response.status}`)
    return performance.now() - start
  }
  const rows: Measured[] = []
  for (const [name, number] of [
    ['first', 1],
    ['last', Math.floor(size.calls / 50)],
  ] as const) {
    await page(number)
    const waits: number[] = []
    for (let turn = 0; turn < (options.quick ? 3 : 15); turn += 1) waits.push(await page(number))
    const values = { p50: median(waits), p99: Math.max(...waits) }
    rows.push({
      key: `list.${name}.${size.calls}`,
      cells: [
        `calls list, ${name} page`,
        `${named(size.calls)} calls`,
        milliseconds(values.p50),
        milliseconds(values.p99),
      ],
      values,
    })
  }
  return rows
}

function growthTargets(what: string, rows: readonly Measured[]): Target[] {
  const first = rows[0]?.values
  const last = rows.at(-1)?.values
  const ratio = (key: 'p50' | 'p99') => (last?.[key] ?? Number.NaN) / (first?.[key] ?? Number.NaN)
  return [
    {
      text: `${what}: p50 grows to 1.2 × at most`,
      met: ratio('p50') <= 1.2,
      got: times(ratio('p50')),
    },
    { text: `${what}: p99 grows to 2 × at most`, met: ratio('p99') <= 2, got: times(ratio('p99')) },
  ]
}
