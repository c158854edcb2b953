import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { measureBurst } from './burst/burst.ts'
import { measureCanvas } from './canvas/canvas.ts'
import type { Places } from './children.ts'
import { writeDocs } from './docs.ts'
import { measureEvaluation } from './evaluation/evaluation.ts'
import { measureGrowth } from './growth/growth.ts'
import type { Options, Part } from './options.ts'
import { readOptions, usage } from './options.ts'
import { measureReload } from './reload/reload.ts'
import { measureReports } from './reports/reports.ts'
import type { Section } from './report.ts'
import { sectionText } from './report.ts'
import { installRivals } from './rivals.ts'
import { measureWebhook } from './webhook/webhook.ts'

function measurePart(part: Part, places: Places, options: Options): Promise<Section> {
  switch (part) {
    case 'evaluation':
      return measureEvaluation({ places, options, missing: installRivals(places.root) })
    case 'webhook':
      return measureWebhook(places, options)
    case 'burst':
      return measureBurst(places, options)
    case 'growth':
      return measureGrowth(places, options)
    case 'canvas':
      return measureCanvas(places, options)
    case 'reports':
      return measureReports(places, options)
    case 'reload':
      return measureReload(places, options)
    default:
      return part satisfies never
  }
}

const machineText = (): string =>
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${availableParallelism()} × ` +
  `${cpus()[0]?.model ?? 'CPU'}, load before ${loadavg()[0]?.toFixed(1) ?? '?'}.`

function writeResults(root: string, sections: readonly Section[], machine: string): void {
  const folder = join(root, 'bench', 'results')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${new Date().toISOString().replace(/[:.]/g, '-')}.json`)
  writeFileSync(file, `${JSON.stringify({ machine, sections }, undefined, 2)}\n`)
}

/** @returns the exit code: 1 when figures are worthless or a part failed, 2 for wrong use */
export async function runBench(input: Places & { argv: readonly string[] }): Promise<number> {
  let options: Options
  try {
    options = readOptions(input.argv)
  } catch (error) {
    process.stderr.write(`${String(error)}\n${usage}\n`)
    return 2
  }
  const machine = machineText()
  process.env.BENCH_FOLDER = input.built
  process.stdout.write(`${machine}\n\n`)
  if (options.quick)
    process.stdout.write(
      'A quick run: it says that everything runs and decides alike, not how fast.\n\n',
    )
  const sections: Section[] = []
  let failed = false
  for (const part of options.only) {
    try {
      const section = await measurePart(part, input, options)
      sections.push(section)
      process.stdout.write(`${sectionText(section)}\n`)
    } catch (error) {
      failed = true
      process.stderr.write(
        `${part} failed: ${error instanceof Error ? error.stack : String(error)}\n`,
      )
    }
  }
  writeResults(input.root, sections, machine)
  if (options.writeDocs) await writeDocs(input.root, sections, machine)
  return failed || sections.some(({ problems }) => problems.length > 0) ? 1 : 0
}
