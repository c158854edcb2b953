import type { Command } from 'commander'
import type { Options } from '../validate.ts'

export function registerValidate(program: Command): void {
  program
    .command('validate')
    .summary('check policies')
    .description(
      'Checks policies: all of POLICIES_DIR, or those named by their id or by a file. Says what is ' +
        'wrong, where, and what to do. Reads SEEDS_DIR, opens no database.',
    )
    .argument('[policy...]', 'ids of policies, or files')
    .option('--json', 'print { errors, warnings, policies } as JSON')
    .addHelpText('after', '\nExit code 1 when there is an error; warnings do not change it.')
    .action(async (names: string[], options: Options) => {
      const { run } = await import('../validate.ts')
      await run(names, options)
    })
}
