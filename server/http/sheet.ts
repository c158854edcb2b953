import type { CsvCell } from '../reports/csv.ts'
import { csvLine } from '../reports/csv.ts'
import type { FileFormat } from '../schema/reports.ts'
import { textStream } from './text-stream.ts'

/** A table that is read only as fast as it is taken. */
export interface Sheet {
  /** Of the file, without its ending. */
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: AsyncIterable<readonly CsvCell[]> | Iterable<readonly CsvCell[]>
}

const types: Readonly<Record<FileFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** Lines that go out together. */
const linesAtOnce = 500

async function* csvTexts({ columns, rows }: Sheet): AsyncGenerator<string> {
  let text = csvLine(columns)
  let lines = 1
  for await (const row of rows) {
    text += csvLine(row)
    if ((lines += 1) % linesAtOnce !== 0) continue
    yield text
    text = ''
  }
  if (text !== '') yield text
}

async function* xlsxRows({ columns, rows }: Sheet) {
  yield [...columns]
  for await (const row of rows) yield row.map((cell) => cell ?? null)
}

/** The body of a file. */
export async function sheetBody(sheet: Sheet, format: FileFormat): Promise<ReadableStream> {
  if (format === 'csv') return textStream(csvTexts(sheet))
  const { writeXlsxStream } = await import('hucre/xlsx')
  // texts stand as texts in it, so none can be taken for a formula
  return writeXlsxStream(xlsxRows(sheet), {
    name: sheet.name.slice(0, 31),
    freezePane: { rows: 1 },
  })
}

/** Headers of a file. */
export const sheetHeaders = (name: string, format: FileFormat): Record<string, string> => ({
  'Content-Type': types[format],
  'Content-Disposition': `attachment; filename="${name}.${format}"`,
})
