import { watch } from 'chokidar'
import { writeFile } from 'node:fs/promises'
import type { Config } from '../../config.ts'
import { Failure, failureOf } from '../failure.ts'
import { oneLine } from '../../one-line.ts'
import { readSettingsWithoutDatabase } from '../settings.ts'
import { note, printJson } from '../terminal.ts'
import { testReport } from './failures.ts'
import { junit } from './junit.ts'
import { printTests } from './print.ts'
import type { TestRun } from './run.ts'
import { runTests } from './run.ts'

/** What the command line says. */
export interface Options {
  readonly json?: true
  readonly watch?: true
  readonly junit?: string
  readonly failUncovered?: true
  readonly mutants?: true
}

/** Editors write a file in several steps. */
const settleMs = 120

async function writeJunit(path: string, run: TestRun): Promise<void> {
  try {
    await writeFile(path, junit(run))
  } catch (cause) {
    throw new Failure(1, `--junit: the report cannot be written: ${oneLine(cause)}`)
  }
}

/** @returns whether all is well */
async function runOnce(names: string[], options: Options, config: Config): Promise<boolean> {
  const run = await runTests(names, config, { withMutants: options.mutants ?? false })
  const report = testReport(run)
  if (options.json) await printJson(report)
  else await printTests(run, config.seedsDir)
  if (options.junit !== undefined) await writeJunit(options.junit, run)
  const isCovered = run.policies.every(({ coverage }) => coverage.unreached.length === 0)
  return report.failed === 0 && (isCovered || !options.failUncovered)
}

/** Runs again after each change of policies or seeds, until it is interrupted. */
async function watchAll(names: string[], options: Options, config: Config): Promise<void> {
  let wake: () => void = () => undefined
  let isChanged = true
  let isStopped = false
  const change = (): void => {
    isChanged = true
    wake()
  }
  const stop = (): void => {
    isStopped = true
    wake()
  }
  const watcher = watch([config.policiesDir, config.seedsDir], { ignoreInitial: true, depth: 0 })
  watcher.on('all', change)
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  while (!isStopped) {
    if (!isChanged) await new Promise<void>((resolve) => (wake = resolve))
    if (isStopped) break
    await new Promise((resolve) => setTimeout(resolve, settleMs))
    isChanged = false
    if (process.stdout.isTTY && !options.json) process.stdout.write('\u001b[2J\u001b[H')
    await runOnce(names, options, config).catch((error: unknown) => {
      note(`callgate: ${failureOf(error).message}`)
    })
    note('Waiting for changes; Ctrl-C ends it.')
  }
  await watcher.close()
}

export async function run(names: string[], options: Options): Promise<void> {
  const config = readSettingsWithoutDatabase()
  if (options.watch) return watchAll(names, options, config)
  if (!(await runOnce(names, options, config))) process.exitCode = 1
}
