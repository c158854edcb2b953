import { parse } from 'csv-parse'
import type { Readable } from 'node:stream'
import { Transform } from 'node:stream'

/** A line of a CSV file; `problem` where it cannot be read. */
export interface CsvRow {
  /** Where it begins, counted from 1. */
  readonly line: number
  readonly cells: readonly string[]
  readonly problem?: string
}

const delimiters = [',', ';', '\t'] as const

/** The one that stands most often in the first line. */
function delimiterOf(text: string): string {
  const first = text.split(/\r\n|\n|\r/, 1)[0] ?? ''
  const times = (delimiter: string): number => first.split(delimiter).length
  return delimiters.reduce((best, one) => (times(one) > times(best) ? one : best))
}

/** A line longer than this is no line of an address book. */
const longestRecord = 1_000_000

function parser(delimiter: string, skipped: (line: number, why: string) => void) {
  return parse({
    delimiter,
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: longestRecord,
    on_skip: (error) => {
      const lines = typeof error?.['lines'] === 'number' ? error['lines'] : 0
      skipped(lines, error?.message ?? 'this line cannot be read')
    },
  })
}

/** Looks at the beginning, then lets everything through. */
async function firstPart(source: AsyncIterator<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  while (size < 65_536) {
    const { value, done } = await source.next()
    if (done) break
    parts.push(value)
    size += value.length
    if (value.includes(10)) break
  }
  return Buffer.concat(parts)
}

async function* rest(first: Buffer, source: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first
  for (;;) {
    const { value, done } = await source.next()
    if (done) return
    yield value
  }
}

interface Parsed {
  readonly record: string[]
  readonly info: { readonly lines: number }
}

/** The lines of a CSV file, one by one; comma, semicolon or tab, told by the first line. */
export async function* csvRows(source: Readable): AsyncGenerator<CsvRow> {
  const bytes: AsyncIterator<Buffer> = source[Symbol.asyncIterator]()
  const first = await firstPart(bytes)
  const skipped: CsvRow[] = []
  const parsing = parser(delimiterOf(first.toString('utf8').replace(/^\uFEFF/, '')), (line, why) =>
    skipped.push({ line, cells: [], problem: why }),
  )
  const input = Transform.from(rest(first, bytes))
  input.on('error', (error) => parsing.destroy(error))
  input.pipe(parsing)
  let countedTwice = 0
  // csv-parse gives { record, info } for each line when `info` is on
  for await (const { record, info } of parsing as AsyncIterable<Parsed>) {
    yield* skipped.splice(0).map((row) => ({ ...row, line: row.line - countedTwice }))
    const text = record.join('')
    // csv-parse counts a line end of two characters twice when it stands in quotes
    countedTwice += text.split('\r\n').length - 1
    yield { line: info.lines - countedTwice - (text.split('\n').length - 1), cells: record }
  }
  yield* skipped.map((row) => ({ ...row, line: row.line - countedTwice }))
}
