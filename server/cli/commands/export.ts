import type { Command } from 'commander'
import { describeColumns, formatOption } from '../address-book/kinds.ts'
import type { Options } from '../address-book/export-command.ts'

export function registerExport(program: Command): void {
  const command = program
    .command('export')
    .summary('write contacts, agents, calendars or lists to a file')
    .description(
      'Writes CSV or JSON that callgate import reads again. Without a file to stdout, as CSV unless ' +
        'told otherwise. The file can be read by its owner only.',
    )
    .argument('<kind>', 'contacts, agents, calendars or lists')
    .argument('[file]')
    .addOption(formatOption())
    .option('--json', 'without a file: JSON on stdout; with one: say so as JSON')
    .action(async (kind: string, file: string | undefined, options: Options) => {
      const { run } = await import('../address-book/export-command.ts')
      await run(kind, file, options)
    })
  describeColumns(command)
}
