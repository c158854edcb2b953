import cliProgress from 'cli-progress'
import type { Paint } from '../cli/terminal.ts'
import { note, paintFor, print, printJson, printLine } from '../cli/terminal.ts'
import type { Found } from './client.ts'
import { findSimulator, playRun } from './client.ts'
import type { DecisionView } from '../schema/decision.ts'
import { decisionOf } from './decision-of.ts'
import { inLine } from './columns.ts'
import { wayText } from './decision-text.ts'
import { storyLines } from './narrative.ts'
import type { RunEvent, RunOptions } from './run-schema.ts'
import { summaryLines } from './summary-table.ts'
import type { Summary } from './tally.ts'
import { Tally } from './tally.ts'

export interface SimulateOptions {
  readonly request: RunOptions
  readonly simulator: string | undefined
  readonly json: boolean
}

const plainEveryMs = 2000

interface Progress {
  show(tally: Tally): void
  stop(): void
}

/** On stderr, so that stdout has the result only. */
function openProgress(): Progress {
  if (!process.stderr.isTTY) return plainProgress()
  const bar = new cliProgress.SingleBar({
    format: '  {bar} {value} of {total} calls over, {dialled} placed',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  })
  let isStarted = false
  return {
    show(tally) {
      if (!isStarted) bar.start(tally.total, 0, { dialled: 0 })
      isStarted = true
      bar.update(tally.over, { dialled: tally.dialled })
    },
    stop: () => bar.stop(),
  }
}

function plainProgress(): Progress {
  let saidAt = performance.now()
  return {
    show(tally) {
      if (performance.now() - saidAt < plainEveryMs) return
      saidAt = performance.now()
      note(`${tally.dialled} of ${tally.total} calls placed, ${tally.over} over`)
    },
    stop: () => undefined,
  }
}

/** Whether something went wrong that nobody asked for. */
function judge(summary: Summary, request: RunOptions): void {
  const isOnPurpose = Object.keys(request.faults ?? {}).length > 0
  if (summary.failures > 0 && !isOnPurpose) process.exitCode = 1
}

async function tellMany(found: Found, { request, json }: SimulateOptions): Promise<void> {
  const tally = new Tally()
  const progress = openProgress()
  try {
    for await (const event of playRun(found, request)) {
      tally.add(event)
      progress.show(tally)
    }
  } finally {
    progress.stop()
  }
  const summary = tally.summary()
  judge(summary, request)
  if (json) return printJson(summary)
  await print(`\n${summaryLines(summary, paintFor(process.stdout)).join('\n')}\n`)
}

async function tellOne(found: Found, { request, json }: SimulateOptions): Promise<void> {
  const tally = new Tally()
  const events: RunEvent[] = []
  const told = { paint: paintFor(process.stdout), status: found.status }
  for await (const event of playRun(found, request)) {
    tally.add(event)
    events.push(event)
    if (json) continue
    for (const line of storyLines(event, told)) await printLine(line)
  }
  const summary = tally.summary()
  judge(summary, request)
  const dialled = events.find((event) => event.type === 'dialled')
  const decision = await decisionOf(found.state.server, dialled?.id ?? '')
  if (json) return printJson({ ...summary, events, decision: decision ?? null })
  const isSilent = summary.messages === 0 && request.write === undefined
  if (isSilent) await printLine('            no message came')
  if (decision) await tellDecision(decision, told.paint)
}

async function tellDecision(decision: DecisionView, paint: Paint): Promise<void> {
  await printLine()
  await printLine(`${paint('bold', '       why')}  ${inLine(decision.sentence)}`)
  await printLine(`${paint('bold', '       how')}  ${wayText(decision)}`)
}

/** Places calls in the simulator that runs, and tells what became of them. @throws Failure */
export async function simulate(options: SimulateOptions): Promise<void> {
  const found = await findSimulator(options.simulator)
  const { count = 1, scenario } = options.request
  if (scenario === undefined && count === 1) return tellOne(found, options)
  await tellMany(found, options)
}
