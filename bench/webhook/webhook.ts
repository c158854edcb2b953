import type { Places, Service } from '../children.ts'
import { startCallgate, startPart } from '../children.ts'
import { join } from 'node:path'
import { cpuSeconds } from '../cpu-time.ts'
import type { Options } from '../options.ts'
import { asPolicy, eightGates } from '../policy-documents.ts'
import type { Measured, Section } from '../report.ts'
import { microseconds, milliseconds, times } from '../report.ts'
import { median, quantile, shuffled } from '../statistics.ts'
import { createWorkspace } from '../workspace.ts'
import { appSecret, asRequest, connectDelivery } from './deliveries.ts'
import { load } from './open-loop.ts'
import type { LoadResult } from './open-loop.ts'

const subjects = ['bare', 'callgate'] as const
type Subject = (typeof subjects)[number]

const labels: Readonly<Record<Subject, string>> = {
  bare: 'bare Hono route, signature and one durable row',
  callgate: 'Callgate, decided, journalled, actions performed',
}
const contacts = 5_000
const callers = 20_000
const connections = 64

interface Round {
  readonly subject: Subject
  /** Calls a second; infinite for the ceiling. */
  readonly rate: number
  readonly result: LoadResult
  /** Microseconds of CPU a delivery until the last was answered; NaN where it cannot be told. */
  readonly cpu: number
}

function deliveries(count: number): Buffer[] {
  return Array.from({ length: count }, () =>
    asRequest(connectDelivery(Math.floor(Math.random() * callers))),
  )
}

async function withSubject<T>(
  places: Places,
  subject: Subject,
  run: (service: Service) => Promise<T>,
): Promise<T> {
  const graph = await startPart(join(places.built, 'graph-stand-in.js'))
  const policy = asPolicy('eight-gates', eightGates)
  const workspace = createWorkspace([policy], { contacts, graphUrl: graph.url })
  const service =
    subject === 'bare'
      ? await startPart(join(places.built, 'bare-route.js'), [workspace.database, appSecret])
      : await startCallgate(places, workspace.environment)
  try {
    return await run(service)
  } finally {
    await service.stop()
    await graph.stop()
    workspace.remove()
  }
}

/** One rate after another on a server of its own, warmed up before. */
async function runSubject(
  places: Places,
  subject: Subject,
  plan: { rates: readonly number[]; seconds: number; ceilingCalls: number },
): Promise<Round[]> {
  return withSubject(places, subject, async (service) => {
    await load(service.url, deliveries(300), { rate: 100, connections })
    const rounds: Round[] = []
    for (const rate of [...plan.rates, Infinity]) {
      const count = Number.isFinite(rate) ? rate * plan.seconds : plan.ceilingCalls
      const requests = deliveries(count)
      const before = cpuSeconds(service.pid).all
      const result = await load(service.url, requests, { rate, connections })
      const cpu = ((cpuSeconds(service.pid).all - before) * 1e6) / count
      rounds.push({ subject, rate, result, cpu })
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    return rounds
  })
}

/** (b) Deliveries at rising rates, open loop, and as fast as they are taken. */
export async function measureWebhook(places: Places, options: Options): Promise<Section> {
  const plan = options.quick
    ? { rates: [50], seconds: 2, ceilingCalls: 500 }
    : { rates: [50, 100, 200, 400, 800], seconds: 5, ceilingCalls: 4_000 }
  const count = options.quick ? 1 : Math.min(3, options.rounds)
  const rounds: Round[] = []
  for (let round = 0; round < count; round += 1)
    for (const subject of shuffled(subjects, Math.random))
      rounds.push(...(await runSubject(places, subject, plan)))
  const rows = subjects.flatMap((subject) =>
    [...plan.rates, Infinity].map((rate) => rowOf(subject, rate, rounds)),
  )
  const ceiling = (subject: Subject) =>
    rows.find(({ key }) => key === `${subject}.ceiling`)?.values['throughput'] ?? Number.NaN
  const share = ceiling('callgate') / ceiling('bare')
  const failed = rounds.reduce((sum, { result }) => sum + result.failed, 0)
  return {
    id: 'webhook',
    title: 'Webhook path',
    columns: ['subject', 'rate', 'answered/s', 'p50', 'p99', 'CPU a call'],
    rows,
    targets: [
      {
        text: 'the ceiling is at least half of the bare route’s',
        met: share >= 0.5,
        got: times(share),
      },
    ],
    notes: [
      'Milliseconds from the instant a delivery was due. The load generator, the server and the ' +
        'stand-in for Graph share the machine.',
      'CPU a call is that of the whole server process, its writer thread and garbage collection included.',
    ],
    problems: failed > 0 ? [`${failed} deliveries were not answered 200`] : [],
  }
}

function rowOf(subject: Subject, rate: number, rounds: readonly Round[]): Measured {
  const mine = rounds.filter((round) => round.subject === subject && round.rate === rate)
  const of = (value: (round: Round) => number) => median(mine.map(value))
  const values = {
    throughput: of(({ result }) => result.throughput),
    p50: of(({ result }) => quantile(result.latencies, 0.5)),
    p99: of(({ result }) => quantile(result.latencies, 0.99)),
    cpu: of(({ cpu }) => cpu),
  }
  const isCeiling = !Number.isFinite(rate)
  return {
    key: `${subject}.${isCeiling ? 'ceiling' : rate}`,
    cells: [
      labels[subject],
      isCeiling ? 'as fast as taken' : `${rate}/s`,
      values.throughput.toFixed(0),
      milliseconds(values.p50),
      milliseconds(values.p99),
      microseconds(values.cpu),
    ],
    values,
  }
}
