import type { Command } from 'commander'
import { describeColumns, formatOption } from '../address-book/kinds.ts'
import type { Options } from '../address-book/import-command.ts'

export function registerImport(program: Command): void {
  const command = program
    .command('import')
    .summary('read contacts, agents, calendars or lists from a file')
    .description(
      'Reads a CSV or JSON file into the database, also while the server runs. What a CSV file has no ' +
        'column for stays as it is. A row that is wrong is named and left out.',
    )
    .argument('<kind>', 'contacts, agents, calendars or lists')
    .argument('<file>')
    .addOption(formatOption())
    .option('--dry-run', 'only say what would happen')
    .option('--replace', 'also overwrite what was edited in the app')
    .option('--json', 'print the counts and the rows left out as JSON')
    .action(async (kind: string, file: string, options: Options) => {
      const { run } = await import('../address-book/import-command.ts')
      await run(kind, file, options)
    })
  describeColumns(command)
}
