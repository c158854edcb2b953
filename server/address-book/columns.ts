import type { RecordsTable } from '../db/tables.ts'
import { didYouMean } from '../policy/validate/suggest.ts'
import type { Interval } from '../schema/calendar.ts'
import { weekdays } from '../schema/calendar.ts'
import type { Attributes } from '../schema/seeds.ts'
import { cellBoolean, cellJson, cellList, cellNumber } from './cells.ts'
import type { Kind } from './kinds.ts'

/** What a cell of a column means for the record of its row. */
export interface Column {
  /** As in the header, for problems. */
  readonly header: string
  /** The record's field, or `attributes.<name>`. */
  readonly field: string
  read(cell: string): unknown
}

type Read = Column['read']

const text: Read = (cell) => cell

/** `09:00-12:00;13:00-17:00`. */
const intervals: Read = (cell) =>
  cellList(cell).map((one) => one.split('-').map((time) => time.trim()))

export function intervalsCell(of: readonly Interval[] | undefined): string {
  return (of ?? []).map(([from, to]) => `${from}-${to}`).join(';')
}

export const attributePrefix = 'attributes.'

const contactColumns: Readonly<Record<string, Read>> = {
  phone: text,
  userId: text,
  name: text,
  priority: cellNumber,
  tier: text,
  tags: cellList,
  owner: text,
  language: text,
  country: text,
  slaCalendar: text,
  optedOut: cellBoolean,
}
const agentColumns: Readonly<Record<string, Read>> = {
  id: text,
  name: text,
  teams: cellList,
  status: text,
  callEnabled: cellBoolean,
}
const calendarColumns: Readonly<Record<string, Read>> = {
  name: text,
  zone: text,
  ...Object.fromEntries(weekdays.map((day) => [day, intervals])),
  holidays: cellJson,
  overrides: cellJson,
}

/** The columns of a kind that are always there, in the order of an export. */
export const columnsOf: Readonly<Record<Kind, Readonly<Record<string, Read>>>> = {
  contacts: contactColumns,
  agents: agentColumns,
  calendars: calendarColumns,
  lists: { list: text, entry: text },
}

/** Of which a row needs one. */
const keyColumns: Readonly<Record<Kind, readonly string[]>> = {
  contacts: ['phone', 'userId'],
  agents: ['id'],
  calendars: ['name'],
  lists: ['entry'],
}

/** Which records an import of this kind writes. */
export const recordKinds: Readonly<Record<'agents' | 'calendars', RecordsTable['kind']>> = {
  agents: 'agent',
  calendars: 'calendar',
}

const typeReaders: Readonly<Record<string, Read>> = {
  string: text,
  instant: text,
  number: cellNumber,
  boolean: cellBoolean,
  list: cellList,
  json: cellJson,
}

const typed = /^(.+):(string|number|boolean|list|json)$/

/** `attributes.score`, of the type that is declared; `attributes.score:number` says it. */
function attributeColumn(header: string, declared: Attributes): Column | undefined {
  if (!header.startsWith(attributePrefix)) return undefined
  const rest = header.slice(attributePrefix.length)
  const [, named, said] = typed.exec(rest) ?? []
  const name = named ?? rest
  const type = said ?? declared.attributes.find((one) => one.name === name)?.type ?? 'string'
  return { header, field: `${attributePrefix}${name}`, read: typeReaders[type] ?? text }
}

/** What is wrong with the first line of a file. */
export interface HeaderProblem {
  readonly column?: string
  readonly why: string
}

/** Header → columns; a column that nobody knows would lose data without a word. */
export function readHeader(
  kind: Kind,
  headers: readonly string[],
  declared: Attributes,
): { columns: Column[]; problems: HeaderProblem[] } {
  const known = columnsOf[kind]
  const problems: HeaderProblem[] = []
  const columns = headers.flatMap((raw): Column[] => {
    const header = raw.trim()
    const read = Object.hasOwn(known, header) ? known[header] : undefined
    if (read) return [{ header, field: header, read }]
    const attribute = kind === 'contacts' ? attributeColumn(header, declared) : undefined
    if (attribute) return [attribute]
    const names = Object.keys(known)
    problems.push({
      column: header,
      why: `there is no such column; ${didYouMean(header, names)}known are ${names.join(', ')}`,
    })
    return []
  })
  const twice = columns.find(
    ({ field }, index) => columns.findIndex((one) => one.field === field) < index,
  )
  if (twice) problems.push({ column: twice.header, why: 'this column stands twice' })
  const keys = keyColumns[kind]
  if (problems.length === 0 && !columns.some(({ field }) => keys.includes(field)))
    problems.push({ why: `a column ${keys.join(' or ')} is needed` })
  return { columns, problems }
}
