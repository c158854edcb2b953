import type { Command } from 'commander'
import type { Check, CheckState } from '../doctor/check.ts'
import { runDoctor } from '../doctor/run.ts'
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

async function run(options: { json?: true }): Promise<void> {
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

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .summary('look for what keeps calls away')
    .description(
      'Looks at the configuration, Meta’s side (token, app, webhook, numbers), the webhook address and ' +
        'the policies, and says what to do. Changes nothing.',
    )
    .option('--json', 'print { problems, warnings, checks } as JSON')
    .addHelpText(
      'after',
      '\nMeta tells which app and WhatsApp account a token belongs to. Where it does not, set\n' +
        'META_APP_ID and META_WABA_ID.\nExit code 1 when there is a problem; warnings do not change it.',
    )
    .action(run)
}
