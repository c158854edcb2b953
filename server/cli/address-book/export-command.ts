import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { exportText } from '../../address-book/export.ts'
import type { Format } from '../../address-book/kinds.ts'
import { formatOf, kindOf } from './kinds.ts'
import { openExisting, readInstallation, using } from '../database.ts'
import { Failure } from '../failure.ts'
import { oneLine } from '../../one-line.ts'
import { shownPath } from '../files.ts'
import { readSettings } from '../settings.ts'
import { note, print, printJson } from '../terminal.ts'

/** What the command line says. */
export interface Options {
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

export async function run(
  kindName: string,
  file: string | undefined,
  options: Options,
): Promise<void> {
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
