import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as rest } from 'node:timers/promises'
import type { Places, Service } from '../children.ts'
import { ask, startCallgate, startPart } from '../children.ts'
import type { Options } from '../options.ts'
import { asPolicy, eightGates } from '../policy-documents.ts'
import type { Measured, Section, Target } from '../report.ts'
import { milliseconds, times } from '../report.ts'
import { median, quantile } from '../statistics.ts'
import { asRequest, connectDelivery } from '../webhook/deliveries.ts'
import { load } from '../webhook/open-loop.ts'
import { createWorkspace } from '../workspace.ts'

/** Rises when the file that is kept would be filled differently. */
const edition = 2

interface Size {
  readonly contacts: number
  readonly calls: number
}

/** A filled database, made once and kept in the temporary folder. */
async function filled(places: Places, { contacts, calls }: Size): Promise<string> {
  const file = join(tmpdir(), `callgate-bench-reports-${edition}-${calls}.db`)
  if (existsSync(file)) return file
  const aside = `${file}.${process.pid}`
  await ask(join(places.built, 'reports-fill.js'), [aside, String(contacts), String(calls)])
  renameSync(aside, file)
  for (const rest of [`${aside}-wal`, `${aside}-shm`]) rmSync(rest, { force: true })
  return file
}

const headers = { authorization: 'Bearer bench-admin-token' }
const day = (daysAgo: number): string =>
  new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10)
const year = `from_date=${day(364)}&to_date=${day(0)}`
const reports = [
  'overview',
  'missed',
  'outcomes',
  'heat-map',
  'callbacks',
  're-contact',
  'follow-ups',
  'decisions',
  'conversion',
  'regret',
  'coverage',
]

interface Asked {
  readonly key: string
  readonly what: string
  readonly path: string
  /** Milliseconds that 95 of 100 must stay under. */
  readonly most: number
}

function pagesOf({ calls }: Size, leads: number): Asked[] {
  const log = (key: string, what: string, query: string, most = 500): Asked => ({
    key,
    what,
    path: `/api/calls?per_page=50&${query}`,
    most,
  })
  const last = Math.floor(calls / 50)
  return [
    ...reports.flatMap((name) => [
      { key: `${name}.month`, what: `${name}, 28 days`, path: `/api/reports/${name}`, most: 500 },
      {
        key: `${name}.year`,
        what: `${name}, a year`,
        path: `/api/reports/${name}?${year}`,
        most: 500,
      },
    ]),
    {
      key: 'missed.narrow',
      what: 'missed, a year, of a country and a tier',
      path: `/api/reports/missed?${year}&country=DE&tier=gold`,
      most: 500,
    },
    log('calls.first', 'calls, first page', 'page=1', 100),
    log('calls.middle', 'calls, middle page', `page=${last >> 1}`),
    log('calls.last', 'calls, last page', `page=${last}`, 100),
    log('calls.status', 'calls, of a status', 'status=missed&page=40'),
    log('calls.outcome', 'calls, of an outcome and a line', 'outcome=accept&line=106540352200003'),
    log('calls.dates', 'calls, of a week', `from_date=${day(100)}&to_date=${day(94)}&page=3`),
    log('calls.reason', 'calls, of a reason in a year', `${year}&dates=call&reason=closed`),
    log('calls.lead', 'calls that opened leads never reached', 'lead=open'),
    log('calls.cell', 'calls, of an hour of the week', `${year}&dates=call&weekday=1&hour=12`),
    log('calls.name', 'calls, by a name', 'search=Caller%204711'),
    log('calls.number', 'calls, by part of a number', 'search=2004711'),
    { key: 'leads.first', what: 'leads, first page', path: lead(1), most: 500 },
    { key: 'leads.last', what: 'leads, last page', path: lead(Math.max(1, leads)), most: 500 },
  ]
}
const lead = (page: number): string => `/api/reports/silent-leads?per_page=50&page=${page}`

async function timed(url: string): Promise<number> {
  const start = performance.now()
  const response = await fetch(url, { headers })
  await response.arrayBuffer()
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`)
  return performance.now() - start
}

async function measurePage(service: Service, asked: Asked, turns: number): Promise<Measured> {
  const url = `${service.url}${asked.path}`
  const first = await timed(url)
  const waits: number[] = []
  for (let turn = 0; turn < turns; turn += 1) waits.push(await timed(url))
  const values = { first, p50: median(waits), p95: quantile(waits, 0.95) }
  const cells = [asked.what, ...[first, values.p50, values.p95].map(milliseconds)]
  return { key: asked.key, cells, values }
}

const deliveries = (count: number): Buffer[] =>
  Array.from({ length: count }, () => asRequest(connectDelivery(Math.floor(Math.random() * 5000))))

/** Webhooks alone, and while somebody goes through all reports and lists again and again. */
async function measureBeside(service: Service, pages: readonly Asked[], seconds: number) {
  const rate = { rate: 20, connections: 32 }
  await load(service.url, deliveries(100), rate)
  const alone: number[] = []
  const beside: number[] = []
  // in turns, so that a busy machine is as busy for both
  for (let turn = 0; turn < 3; turn += 1) {
    alone.push(...(await load(service.url, deliveries(20 * seconds), rate)).latencies)
    let isOver = false
    const read = (async () => {
      while (!isOver)
        for (const { path } of pages) {
          if (isOver) break
          await timed(`${service.url}${path}`)
          await rest(50)
        }
    })()
    beside.push(...(await load(service.url, deliveries(20 * seconds), rate)).latencies)
    isOver = true
    await read
  }
  return { alone, beside }
}

/** Memory of a process in MB. */
function residentMb(pid: number): number {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kb ?? Number.NaN) / 1024
}

/** So many days are exported: enough to see whether memory grows with the rows. */
const exportDays = 60

/** Takes a whole export and looks at the server's memory meanwhile. */
async function measureExport(service: Service, format: 'csv' | 'xlsx'): Promise<Measured> {
  const samples: number[] = []
  const watch = setInterval(() => samples.push(residentMb(service.pid)), 200)
  const start = performance.now()
  const path = `/api/calls/export?format=${format}&from_date=${day(exportDays)}`
  const response = await fetch(`${service.url}${path}`, { headers })
  const rows = Number(response.headers.get('x-total-count'))
  let bytes = 0
  for await (const part of response.body ?? []) bytes += part.byteLength
  clearInterval(watch)
  const seconds = (performance.now() - start) / 1000
  // once it runs; the beginning is what was there before
  const early = median(samples.slice(0, Math.ceil(samples.length / 5)))
  const late = median(samples.slice(-Math.ceil(samples.length / 5)))
  const values = { rows, seconds, mb: bytes / 1e6, early, late, most: Math.max(...samples) }
  const memory = `${early.toFixed(0)} → ${late.toFixed(0)} MB`
  const cells = [
    `export ${format}, ${rows} rows, ${(bytes / 1e6).toFixed(0)} MB`,
    memory,
    `${Math.round(rows / seconds)} rows/s`,
    `${values.most.toFixed(0)} MB at most`,
  ]
  return { key: `export.${format}`, cells, values }
}

function targetsOf(pages: readonly Asked[], rows: readonly Measured[]): Target[] {
  const p95 = (key: string): number =>
    rows.find((row) => row.key === key)?.values['p95'] ?? Number.NaN
  const worst = (some: readonly Asked[]): number => Math.max(...some.map(({ key }) => p95(key)))
  const near = pages.filter(({ most }) => most === 100)
  return [
    {
      text: 'every report and list page: p95 under 500 ms',
      met: worst(pages) < 500,
      got: milliseconds(worst(pages)),
    },
    {
      text: 'first and last page of the log: p95 under 100 ms',
      met: worst(near) < 100,
      got: milliseconds(worst(near)),
    },
  ]
}

/** (f) Reports, lists and exports over a year of calls, and webhooks beside them. */
export async function measureReports(places: Places, options: Options): Promise<Section> {
  const size = options.quick
    ? { contacts: 10_000, calls: 50_000 }
    : { contacts: 200_000, calls: 1_000_000 }
  const turns = options.quick ? 5 : 20
  const file = await filled(places, size)
  const graph = await startPart(join(places.built, 'graph-stand-in.js'))
  const policy = asPolicy('eight-gates', eightGates)
  const workspace = createWorkspace([policy], { contacts: 10, graphUrl: graph.url })
  copyFileSync(file, workspace.database)
  const service = await startCallgate(places, workspace.environment)
  try {
    const leads = await fetch(`${service.url}${lead(1)}`, { headers })
    const { pagination } = (await leads.json()) as { pagination: { last_page: number } } // as the route answers
    const pages = pagesOf(size, pagination.last_page)
    const rows: Measured[] = []
    for (const asked of pages) rows.push(await measurePage(service, asked, turns))
    const { alone, beside } = await measureBeside(service, pages, options.quick ? 4 : 15)
    const p99 = { alone: quantile(alone, 0.99), beside: quantile(beside, 0.99) }
    const ratio = p99.beside / p99.alone
    rows.push({
      key: 'webhook',
      cells: ['webhook p99 at 20/s: alone, beside reports, ratio', milliseconds(p99.alone), milliseconds(p99.beside), times(ratio)], // prettier-ignore
      values: { ...p99, ratio },
    })
    const targets = targetsOf(pages, rows)
    targets.push({ text: 'webhook p99 beside reports: 1.5 × at most', met: ratio <= 1.5, got: times(ratio) }) // prettier-ignore
    for (const format of ['csv', 'xlsx'] as const) {
      const row = await measureExport(service, format)
      rows.push(row)
      const { early = 0, late = 0 } = row.values
      targets.push({
        text: `${format} export: memory grows by 50 MB at most from its first to its last fifth`,
        met: late - early <= 50,
        got: `${(late - early).toFixed(0)} MB`,
      })
    }
    return {
      id: 'reports',
      title: `Reports and lists over ${size.calls.toLocaleString('en')} calls and ${size.contacts.toLocaleString('en')} contacts`,
      columns: ['what', 'first', 'p50', 'p95'],
      rows,
      targets,
      notes: [
        '`first` is the first time after the start, when the days of a report are not in memory yet.',
        'Webhooks at 20 a second, in three turns each, alone and while somebody reads every report and list.',
      ],
      problems: [],
    }
  } finally {
    await service.stop()
    await graph.stop()
    workspace.remove()
  }
}
