import type { Command } from 'commander'
import type { Options } from '../replay/command.ts'

export function registerReplay(program: Command): void {
  program
    .command('replay')
    .summary('decide past calls again with another policy')
    .description(
      'Decides calls of the journal again with a policy file or another release, with the facts that ' +
        'were seen then, and lists those that would end otherwise. Reads the database, changes nothing.',
    )
    .requiredOption(
      '--policy <id|file>',
      'a policy by its id (its file in POLICIES_DIR, or its newest release), or any policy file',
    )
    .option('--release <release>', 'a release of that policy: its id or its sequence number')
    .option('--calls-of <policy>', 'the calls of another policy than the one that decides')
    .option('--since <when>', 'only calls since then: 30m, 12h, 7d, 2w, a date or an instant')
    .option('--limit <calls>', 'only so many of the newest calls')
    .option('--json', 'print { policy, decidedBy, changed, summary } as JSON')
    .addHelpText('after', '\nCalls that would change are no failure: the exit code stays 0.')
    .action(async (options: Options) => {
      const { run } = await import('../replay/command.ts')
      await run(options)
    })
}
