import type { Command } from 'commander'
import { wrongUse } from '../failure.ts'
import type { Options } from '../replay/command.ts'

export function registerReplay(program: Command): void {
  program
    .command('replay')
    .summary('decide past calls again')
    .description(
      'Decides calls of the journal again with a policy file or another release, with the facts that ' +
        'were seen then, and lists those that would end otherwise. Reads the database, changes nothing.\n\n' +
        'With a file of the flight recorder it decides that one call again, by the policy in the file and ' +
        'without a database.',
    )
    .argument('[file]', 'a file of the flight recorder (call page, or GET /api/calls/:id/flight)')
    .option(
      '--policy <id|file>',
      'a policy by its id (its file in POLICIES_DIR, or its newest release), or any policy file',
    )
    .option('--release <release>', 'a release of that policy: its id or its sequence number')
    .option('--calls-of <policy>', 'the calls of another policy than the one that decides')
    .option('--since <when>', 'only calls since then: 30m, 12h, 7d, 2w, a date or an instant')
    .option('--limit <calls>', 'only so many of the newest calls')
    .option('--json', 'print { policy, decidedBy, changed, summary } as JSON')
    .addHelpText(
      'after',
      '\nCalls that would change are no failure: the exit code stays 0. A file of the flight recorder that ' +
        'comes to another result is one: 1.',
    )
    .action(async (file: string | undefined, options: Partial<Options>) => {
      const { policy, ...rest } = options
      if (file !== undefined) {
        const others = Object.keys(options).filter((name) => name !== 'json')
        if (others.length > 0) throw wrongUse('A file of the flight recorder takes only --json.')
        const { replayFlight } = await import('../replay/flight.ts')
        return replayFlight(file, options)
      }
      if (policy === undefined)
        throw wrongUse('replay: name a file of the flight recorder, or --policy <id|file>.')
      const { run } = await import('../replay/command.ts')
      await run({ ...rest, policy })
    })
}
