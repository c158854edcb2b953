import { readJson } from '../policy/validate/json-text.ts'
import type { Attributes } from '../schema/seeds.ts'
import { isObject } from '../seeds/file.ts'
import { text } from 'node:stream/consumers'
import { CellError } from './cells.ts'
import type { Column } from './columns.ts'
import { readHeader } from './columns.ts'
import type { CsvRow } from './csv-rows.ts'
import { csvRows } from './csv-rows.ts'
import { JsonSyntaxError, jsonRows } from './json-rows.ts'
import type { Format, Kind } from './kinds.ts'
import type { ByteSource } from './byte-source.ts'
import { UnreadableSource } from './byte-source.ts'
import type { Fields } from './records.ts'
import { cellsToFields } from './records.ts'

/** A row that was left out. */
export interface RowProblem {
  readonly line: number
  readonly column?: string
  readonly why: string
}

export type SourceRow = { readonly row: Fields } | { readonly problem: RowProblem }

interface Source {
  readonly kind: Kind
  readonly format: Format
  readonly declared: Attributes
  readonly bytes: ByteSource
}

function readCells(columns: readonly Column[], { line, cells, problem }: CsvRow): SourceRow {
  if (problem !== undefined) return { problem: { line, why: problem } }
  if (cells.length > columns.length)
    return { problem: { line, why: `${cells.length} cells, but the header has ${columns.length}` } }
  try {
    return { row: cellsToFields(columns, { line, cells }) }
  } catch (error) {
    if (!(error instanceof CellError)) throw error
    const { column, expected } = error
    return { problem: { line, column, why: `expected ${expected}` } }
  }
}

async function* csvSource({ kind, declared, bytes }: Source): AsyncGenerator<SourceRow> {
  let columns: readonly Column[] | undefined
  for await (const row of csvRows(bytes.stream)) {
    if (columns) {
      yield readCells(columns, row)
      continue
    }
    const header = readHeader(kind, row.cells, declared)
    const [wrong] = header.problems
    if (wrong) {
      const column = wrong.column === undefined ? '' : `, column ${wrong.column}`
      throw new UnreadableSource(`${bytes.name}:${row.line}${column}: ${wrong.why}.`)
    }
    columns = header.columns
  }
  if (!columns) throw new UnreadableSource(`${bytes.name} is empty: a header line is expected.`)
}

async function* listSource({ bytes }: Source): AsyncGenerator<SourceRow> {
  try {
    for await (const { line, value } of jsonRows(bytes.stream)) yield { row: { line, value } }
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    const { line, column, message } = error
    throw new UnreadableSource(
      `${bytes.name}:${line}:${column}: ${message}; nothing after it was read.`,
    )
  }
}

/** Rows of a file that is one object; small, so it is read whole. */
async function* objectSource({ kind, bytes }: Source): AsyncGenerator<SourceRow> {
  const { document, problems } = readJson(await text(bytes.stream))
  const [problem] = problems
  if (problem)
    throw new UnreadableSource(
      `${bytes.name}:${problem.line ?? 1}:${problem.column ?? 1}: ${problem.message}`,
    )
  const value = document?.value
  if (!isObject(value)) throw new UnreadableSource(`${bytes.name}: an object { … } is expected.`)
  let line = 0
  for (const [name, one] of Object.entries(value))
    for (const entry of kind === 'lists' ? (Array.isArray(one) ? one : [one]) : [one]) {
      line++
      const named = isObject(one) ? { name, ...one } : { name, value: one }
      yield { row: { line, value: kind === 'lists' ? { list: name, entry } : named } }
    }
}

/**
 * The rows of a file, one by one. A JSON object has no lines: its entries are counted.
 * @throws UnreadableSource where the file cannot be read on
 */
export function sourceRows(source: Source): AsyncGenerator<SourceRow> {
  if (source.format === 'csv') return csvSource(source)
  const isList = source.kind === 'contacts' || source.kind === 'agents'
  return isList ? listSource(source) : objectSource(source)
}
