import type { Command } from 'commander'
import type { Options } from '../doctor/command.ts'

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
    .action(async (options: Options) => {
      const { run } = await import('../doctor/command.ts')
      await run(options)
    })
}
