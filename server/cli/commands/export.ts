import type { Command } from 'commander'
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { exportText } from '../address-book/export.ts'
import type { Format } from '../address-book/kinds.ts'
import { describeColumns, formatOf, formatOption, kindOf } from '../address-book/kinds.ts'
import { openExisting, readInstallation, using } from '../database.ts'
import { Failure, oneLine } from '../failure.ts'
import { shownPath } from '../policies.ts'
import { readSettings } from '../settings.ts'
import { note, print, printJson } from '../terminal.ts'

interface Options {
  readonly format?: Format
  readonly json?: true
}

/** Whole or not at all: who reads the file sees the old one or the new one. */
async function writeWhole(path: string, text: AsyncIterable<string>): Promise<void> {
  const aside = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`)
  try {
    await pipeline(text, createWriteStream(aside, { flags: 'wx', mode: 0o600 }))
    await rename(aside, path)
  } catch (cause) {
    await rm(aside, { force: true })
    if (cause instanceof Failure) throw cause
    throw new Failure(1, `${shownPath(path)} cannot be written: ${oneLine(cause)}`)
  }
}

async function run(kindName: string, file: string | undefined, options: Options): Promise<void> {
  const kind = kindOf(kindName)
  const stdoutFormat = options.format ?? (options.json ? 'json' : 'csv')
  const format = file === undefined ? stdoutFormat : formatOf(options.format, file)
  const config = readSettings()
  await using(openExisting(config), async (db) => {
    const installation = await readInstallation(db, config)
    const text = exportText(db, { kind, format, installation })
    if (file === undefined) {
      for await (const part of text) await print(part)
      return
    }
    const path = resolve(file)
    await writeWhole(path, text)
    if (options.json) await printJson({ kind, file: shownPath(path), format })
    else note(`${kind} exported to ${shownPath(path)}`)
  })
}

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
    .action(run)
  describeColumns(command)
}
