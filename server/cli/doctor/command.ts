import type { Check, CheckState } from '../../doctor/check.ts'
import { runDoctor } from './run.ts'
import { readSettingsWithoutDatabase } from '../settings.ts'
import type { Paint } from '../terminal.ts'
import { count, harmless, note, paintFor, printJson, printLine } from '../terminal.ts'

const marks = {
  ok: ['green', 'ok     '],
  warning: ['yellow', 'warning'],
  problem: ['red', 'problem'],
  skipped: ['dim', 'skipped'],
} as const

function checkLines({ state, subject, message, mend }: Check, paint: Paint): string[] {
  const [colour, mark] = marks[state]
  const about = subject === undefined ? '' : `${subject}: `
  return [
    `${paint(colour, mark)}  ${harmless(`${about}${message}`)}`,
    ...(mend === undefined ? [] : [`         ${paint('cyan', 'to mend it:')} ${harmless(mend)}`]),
  ]
}

/** What the command line says. */
export interface Options {
  readonly json?: true
}

export async function run(options: Options): Promise<void> {
  const config = readSettingsWithoutDatabase()
  const { META_APP_ID: appId, META_WABA_ID: wabaId } = process.env
  const slow = setTimeout(() => note('Asking Meta …'), 1000)
  const checks = await runDoctor(config, {
    appId: appId?.trim() || undefined,
    wabaId: wabaId?.trim() || undefined,
  }).finally(() => clearTimeout(slow))
  const number = (state: CheckState) => checks.filter((check) => check.state === state).length
  const [problems, warnings] = [number('problem'), number('warning')]
  if (options.json) await printJson({ problems, warnings, checks })
  else {
    const paint = paintFor(process.stdout)
    for (const check of checks) for (const line of checkLines(check, paint)) await printLine(line)
    const summary = `${count(number('ok'), 'check')} ok, ${count(warnings, 'warning')}, ${count(problems, 'problem')}`
    await printLine(paint(problems > 0 ? 'red' : 'green', summary))
  }
  if (problems > 0) process.exitCode = 1
}
