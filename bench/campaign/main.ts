import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { promises } from './promises/index.ts'
import type { Report, Row } from './report.ts'
import { countOutcomes, machine, printRow, printSummary } from './report.ts'
import { writeDocs } from './docs.ts'
import { cleanUp, cleanUpOnSignals } from './tools/cleanup.ts'
import { createTools } from './tools/stage.ts'
import type { Tools } from './tools/stage.ts'
import type { PromiseFile, Size, Verdict } from './verdict.ts'

const help = `Tries to break what Callgate promises (docs/guarantees.md).

  npm run campaign -- [options]

  --quick              the short form (6 minutes): times are judged loosely
  --only G4,G7         these promises
  --soak-minutes N     length of the soak of G18 (60; 3 in the short form)
  --json FILE          where the figures go (bench/campaign/results/<form>.json)
  --write-docs [FILE…] writes the table of a full run (results/full.json), or of one made in parts with --only
                       and --json, into docs/guarantees.md; runs nothing

Exit codes: 0 kept, 1 a promise is broken, 2 wrong use.
`
const folder = import.meta.dirname
const resultsFolder = join(folder, 'results')

function readOptions() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        json: { type: 'string' },
        'soak-minutes': { type: 'string' },
        'write-docs': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    process.stderr.write(`campaign: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(2)
  }
}

function chosen(only: string | undefined): readonly PromiseFile<Tools>[] {
  if (only === undefined) return promises
  const ids = only.split(',').map((id) => id.trim().toUpperCase())
  const unknown = ids.filter((id) => !promises.some((one) => one.id === id))
  if (unknown.length > 0) {
    process.stderr.write(`campaign: there is no ${unknown.join(', ')}\n`)
    process.exit(2)
  }
  return promises.filter(({ id }) => ids.includes(id))
}

function failed(error: unknown): Verdict {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const nothing = { figures: {}, faults: [], load: 0 }
  return {
    ...nothing,
    outcome: 'broken',
    tried: 'It was begun',
    failures: [`could not be tried: ${text}`],
  }
}

async function tryOne(one: PromiseFile<Tools>, tools: Tools, size: Size): Promise<Row> {
  const begun = performance.now()
  process.stderr.write(`  ${one.id} …\n`)
  const verdict = await one.run(tools, size).catch(failed)
  const row = { id: one.id, promise: one.promise, ...verdict }
  const seconds = Math.round((performance.now() - begun) / 1000)
  printRow({ ...row, seconds })
  return { ...row, seconds }
}

async function tryAll(
  list: readonly PromiseFile<Tools>[],
  size: Size,
  soakMinutes: number,
): Promise<Row[]> {
  const tools = createTools(soakMinutes)
  const rows: Row[] = []
  try {
    for (const one of list) rows.push(await tryOne(one, tools, size))
  } finally {
    await tools.close()
  }
  return rows
}

/** The soak of a quick run takes half of its time, so it runs beside the others. */
async function run(
  list: readonly PromiseFile<Tools>[],
  size: Size,
  soakMinutes: number,
): Promise<Row[]> {
  if (size === 'full') return tryAll(list, size, soakMinutes)
  const soak = list.filter(({ id }) => id === 'G18')
  const others = list.filter(({ id }) => id !== 'G18')
  const rows = await Promise.all([
    tryAll(others, size, soakMinutes),
    tryAll(soak, size, soakMinutes),
  ])
  const order = promises.map(({ id }) => id)
  return rows.flat().sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
}

/** One report of several: the later says what was tried again. */
function joined(parts: readonly Report[]): Report {
  const [first] = parts
  const rows = new Map(parts.flatMap((part) => part.rows.map((row) => [row.id, row] as const)))
  const ordered = promises.flatMap(({ id }) => rows.get(id) ?? [])
  const seconds = ordered.reduce((sum, row) => sum + row.seconds, 0)
  if (!first) throw new Error('there is no report')
  return { ...first, rows: ordered, seconds }
}

async function main(): Promise<void> {
  const { values, positionals } = readOptions()
  if (values.help) return void process.stdout.write(help)
  const resultsFile = join(resultsFolder, 'full.json')
  if (values['write-docs']) {
    const files = positionals.length > 0 ? positionals : [resultsFile]
    // written by this program
    const parts = files.map((name) => JSON.parse(readFileSync(name, 'utf8')) as Report)
    return writeDocs(joined(parts))
  }
  const size: Size = values.quick ? 'quick' : 'full'
  const soakMinutes = Number(values['soak-minutes'] ?? (size === 'quick' ? 3 : 60))
  if (!(soakMinutes > 0)) {
    process.stderr.write('campaign: --soak-minutes expects a number of minutes\n')
    process.exit(2)
  }
  cleanUpOnSignals()
  const begun = performance.now()
  const at = new Date().toISOString()
  try {
    const rows = await run(chosen(values.only), size, soakMinutes)
    const seconds = Math.round((performance.now() - begun) / 1000)
    const report: Report = { at, size, seconds, machine: machine(), rows }
    const file = values.json ?? join(resultsFolder, `${size}.json`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
    printSummary(report, file)
    process.exitCode = countOutcomes(rows).broken > 0 ? 1 : 0
  } finally {
    await cleanUp()
  }
}

await main()
