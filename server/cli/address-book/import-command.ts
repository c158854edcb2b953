import { resolve } from 'node:path'
import type { Config } from '../../config.ts'
import { openForReading } from '../../db/open.ts'
import { openWriter } from '../../db/writer.ts'
import { userInfo } from 'node:os'
import { UnreadableSource } from '../../address-book/byte-source.ts'
import type { ImportOrder, ImportReport } from '../../address-book/import.ts'
import { importRows } from '../../address-book/import.ts'
import type { Format } from '../../address-book/kinds.ts'
import { formatOf, kindOf } from './kinds.ts'
import { openBytes } from './open-bytes.ts'
import { openForTrying, readInstallation, using } from '../database.ts'
import { Failure, wrongUse } from '../failure.ts'
import { progress } from '../progress.ts'
import { shownPath } from '../files.ts'
import { keepSmall } from '../small-memory.ts'
import { readSettings } from '../settings.ts'
import { count, harmless, printJson, printLine } from '../terminal.ts'

/** What the command line says. */
export interface Options {
  readonly format?: Format
  readonly dryRun?: true
  readonly replace?: true
  readonly json?: true
}

type Order = Omit<ImportOrder, 'into' | 'declared' | 'by' | 'bytes'> & { readonly path: string }
type Into = Pick<ImportOrder, 'into' | 'declared'>

/** With progress on the terminal; where the file breaks off, what stood before is taken. */
async function importFile(order: Order & Into): Promise<ImportReport> {
  const { stream, size } = await openBytes(order.path)
  const shown = progress('tryOn' in order.into ? 'checking' : 'importing', size)
  const keep = keepSmall()
  const onRows = (rows: number) => {
    shown.at(stream.bytesRead, `${rows.toLocaleString('en')} rows`)
    keep()
  }
  try {
    return await importRows({
      ...order,
      onRows,
      bytes: { name: shownPath(order.path), stream },
      by: { kind: 'command line', id: null, name: userInfo().username, address: null },
    })
  } catch (cause) {
    throw cause instanceof UnreadableSource ? new Failure(1, cause.message) : cause
  } finally {
    shown.end()
  }
}

async function tryImport(order: Order, config: Config): Promise<ImportReport> {
  return using(await openForTrying(config), async (db) => {
    const { declared } = await readInstallation(db, config)
    return importFile({ ...order, declared, into: { tryOn: db } })
  })
}

async function doImport(order: Order, config: Config): Promise<ImportReport> {
  const writer = await openWriter(config.databasePath)
  try {
    const { declared } = await using(openForReading(config.databasePath), (db) =>
      readInstallation(db, config),
    )
    return await importFile({ ...order, declared, into: { writer } })
  } finally {
    await writer.close()
  }
}

async function printReport(report: ImportReport, order: Order, options: Options): Promise<void> {
  const { rows, inserted, updated, unchanged, kept, skipped, problems } = report
  for (const { line, column, why } of problems)
    await printLine(
      harmless(
        `${shownPath(order.path)}:${line}${column === undefined ? '' : ` ${column}`}: ${why}`,
      ),
    )
  if (skipped > problems.length)
    await printLine(`… and ${count(skipped - problems.length, 'more row')} like these`)
  const parts = [
    `${inserted.toLocaleString('en')} new`,
    `${updated.toLocaleString('en')} changed`,
    `${unchanged.toLocaleString('en')} as before`,
    ...(kept > 0 ? [`${kept.toLocaleString('en')} edited in the app and kept (--replace)`] : []),
    ...(skipped > 0 ? [`${skipped.toLocaleString('en')} left out`] : []),
  ]
  const verb = options.dryRun ? 'would be imported' : 'imported'
  await printLine(`${order.kind}, ${count(rows, 'row')} ${verb}: ${parts.join(', ')}`)
}

export async function run(kindName: string, file: string, options: Options): Promise<void> {
  const kind = kindOf(kindName)
  const path = resolve(file)
  const format = formatOf(options.format, file)
  const config = readSettings()
  if (config.databaseIsTemporary)
    throw wrongUse('DATABASE_URL: an import into :memory: would be gone at once.')
  const order: Order = { kind, path, format, replace: options.replace === true }
  const report = await (options.dryRun ? tryImport(order, config) : doImport(order, config))
  if (options.json)
    await printJson({ kind, file: shownPath(path), dryRun: options.dryRun === true, ...report })
  else await printReport(report, order, options)
  if (report.skipped > 0) process.exitCode = 1
}
