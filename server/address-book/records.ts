import type { ImportContact, ImportListEntry, ImportRecord } from '../db/commands/import.ts'
import { calendarSchema, weekdays } from '../schema/calendar.ts'
import { nameSchema } from '../schema/primitives.ts'
import { agentSchema } from '../schema/seeds.ts'
import type { SeedEntry, SeedFile } from '../seeds/file.ts'
import { checkRecord } from '../seeds/file.ts'
import { checkContact, listEntries } from '../seeds/records.ts'
import { CellError } from './cells.ts'
import type { Column } from './columns.ts'
import { attributePrefix } from './columns.ts'

/** A record that is right, what it is found by, and where it stood. */
export interface Ready<T> {
  readonly line: number
  readonly keys: readonly string[]
  readonly record: T
}

/** One row as fields; `fields` are those it names, where it does not name all. */
export interface Fields {
  readonly line: number
  readonly value: unknown
  readonly fields?: readonly string[]
}

type Reader<T> = (file: SeedFile, row: Fields) => Ready<T>[]

const entryOf = ({ line, value }: Fields): SeedEntry<unknown> => ({ index: line, value })
const only = ({ fields }: Fields) => (fields === undefined ? {} : { fields })

export const readContact: Reader<ImportContact> = (file, row) =>
  checkContact(file, entryOf(row)).map(({ value: contact }) => ({
    line: row.line,
    keys: [contact.phone ?? [], contact.userId ?? []].flat(),
    record: { contact, ...only(row) },
  }))

export const readAgent: Reader<ImportRecord> = (file, row) =>
  checkRecord(file, agentSchema, entryOf(row)).map(({ value }) => ({
    line: row.line,
    keys: [value.id],
    record: { kind: 'agent', key: value.id, value, ...only(row) },
  }))

/** `value` is a calendar with its `name`. */
export const readCalendar: Reader<ImportRecord> = (file, row) => {
  const { name, ...calendar } = row.value as Record<string, unknown> // made by cellsToFields or namedCalendars
  return checkRecord(file, nameSchema, { index: row.line, value: name }).flatMap(({ value: key }) =>
    checkRecord(file, calendarSchema, { index: row.line, value: calendar }).map(({ value }) => ({
      line: row.line,
      keys: [key],
      record: { kind: 'calendar' as const, key, value, ...only(row) },
    })),
  )
}

/** `value` is `{ list, entry }`. */
export const readListEntry: Reader<ImportListEntry> = (file, row) => {
  const { list, entry } = row.value as Record<string, unknown> // made by cellsToFields or listsOf
  if (list !== 'blocked' && list !== 'allowed') {
    file.problems.push({
      file: file.name,
      index: row.line,
      field: 'list',
      expected: 'blocked or allowed',
    })
    return []
  }
  const own: SeedFile = { name: file.name, problems: [] }
  const found = listEntries(own, list, [entry])
  for (const { expected } of own.problems)
    file.problems.push({ file: file.name, index: row.line, field: 'entry', expected })
  return found.map((one) => ({
    line: row.line,
    keys: [`${one.list} ${one.entry}`],
    record: { list: one.list, entry: one.entry },
  }))
}

interface Cells {
  readonly line: number
  readonly cells: readonly string[]
}

/** @throws CellError that names the column */
function readCell({ header, read }: Column, cell: string): unknown {
  try {
    return read(cell)
  } catch (error) {
    throw error instanceof CellError ? new CellError(error.expected, header) : error
  }
}

/** A row of a CSV file as a record; an empty cell names the field and gives it no value. */
export function cellsToFields(columns: readonly Column[], { line, cells }: Cells): Fields {
  const record: Record<string, unknown> = {}
  const attributes: Record<string, unknown> = {}
  const weekly: Record<string, unknown> = {}
  for (const [index, column] of columns.entries()) {
    const { field } = column
    const cell = cells[index] ?? ''
    if (cell.trim() === '') continue
    const value = readCell(column, cell)
    if (field.startsWith(attributePrefix)) attributes[field.slice(attributePrefix.length)] = value
    else if (weekdays.some((day) => day === field)) weekly[field] = value
    else record[field] = value
  }
  if (Object.keys(attributes).length > 0) record['attributes'] = attributes
  const isWeekly = columns.some(({ field }) => weekdays.some((day) => day === field))
  if (isWeekly) record['weekly'] = weekly
  const fields = columns.map(({ field }) => field)
  return { line, value: record, fields: isWeekly ? [...fields, 'weekly'] : fields }
}
