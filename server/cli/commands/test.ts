import type { Command } from 'commander'
import type { Options } from '../test/command.ts'

export function registerTest(program: Command): void {
  program
    .command('test')
    .summary('run the cases of policies')
    .description(
      'Decides the cases of policies (policies/<id>.cases.json) with the engine of live calls: all of ' +
        'POLICIES_DIR, or those named. Reads SEEDS_DIR, opens no database.',
    )
    .argument('[policy...]', 'ids of policies')
    .option('--watch', 'run again whenever a policy, its cases or a seed file changes')
    .option('--junit <file>', 'also write a JUnit report')
    .option('--fail-uncovered', 'exit 1 when a policy has an exit that no case reached')
    .option('--mutants', 'also say which faults in a policy no case would notice')
    .option('--json', 'print { passed, failed, failures, coverage } as JSON')
    .addHelpText('after', '\nExit code 1 when a case fails or a policy has an error.')
    .action(async (names: string[], options: Options) => {
      const { run } = await import('../test/command.ts')
      await run(names, options)
    })
}
