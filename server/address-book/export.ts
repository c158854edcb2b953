import type { Db } from '../db/open.ts'
import { contactOf } from '../facts/contact-row.ts'
import { weekdays } from '../schema/calendar.ts'
import type { Installation } from '../schema/installation.ts'
import type { AttributeValue, Contact, Declaration } from '../schema/seeds.ts'
import { csvLine, listCell } from './cells.ts'
import { attributePrefix, columnsOf, intervalsCell } from './columns.ts'
import type { Format, Kind } from './kinds.ts'

/** Contacts of a page: what is in memory at once. */
const pageSize = 1_000

async function* contactPages(db: Db): AsyncGenerator<Contact[]> {
  let after = 0
  for (;;) {
    const rows = await db
      .selectFrom('contacts')
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageSize)
      .execute()
    if (rows.length === 0) return
    after = rows.at(-1)?.id ?? after
    yield rows.map(contactOf)
  }
}

type CellType = 'string' | 'number' | 'boolean' | 'list' | 'json'

function typeOf(value: AttributeValue): CellType {
  if (Array.isArray(value)) return 'list'
  return typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'string'
}

/** One type for all values of an attribute; JSON where they differ. */
async function attributeTypes(db: Db): Promise<Map<string, CellType>> {
  const types = new Map<string, CellType>()
  for await (const page of contactPages(db))
    for (const { attributes = {} } of page)
      for (const [name, value] of Object.entries(attributes)) {
        const type = typeOf(value)
        types.set(name, (types.get(name) ?? type) === type ? type : 'json')
      }
  return new Map([...types].sort(([a], [b]) => (a < b ? -1 : 1)))
}

const declaredCell: Readonly<Record<Declaration['type'], CellType>> = {
  string: 'string',
  instant: 'string',
  number: 'number',
  boolean: 'boolean',
  list: 'list',
}

/** The type stands in the header where an import would take the cells for another one. */
function attributeHeader(name: string, type: CellType, declared: Declaration[]): string {
  const declaration = declared.find((one) => one.name === name)
  const assumed = declaration ? declaredCell[declaration.type] : 'string'
  const isPlain = type === assumed && !/:(string|number|boolean|list|json)$/.test(name)
  return `${attributePrefix}${name}${isPlain ? '' : `:${type}`}`
}

function attributeCell(value: AttributeValue | undefined, type: CellType): string {
  if (value === undefined) return ''
  if (type === 'json') return JSON.stringify(value)
  return Array.isArray(value) ? listCell(value) : String(value)
}

function contactCell(contact: Contact, field: string): string {
  switch (field) {
    case 'tags':
      return listCell(contact.tags ?? [])
    case 'optedOut':
      return contact.optedOut ? 'true' : ''
    case 'priority':
      return contact.priority ? String(contact.priority) : ''
    case 'tier':
      return contact.tier === 'none' ? '' : (contact.tier ?? '')
    case 'phone':
    case 'userId':
    case 'name':
    case 'owner':
    case 'language':
    case 'country':
    case 'slaCalendar':
      return contact[field] ?? ''
    default:
      return ''
  }
}

async function* contactsCsv(db: Db, installation: Installation): AsyncGenerator<string> {
  const fields = Object.keys(columnsOf.contacts)
  const types = await attributeTypes(db)
  const { attributes: declared } = installation.declared
  const headers = [...types].map(([name, type]) => attributeHeader(name, type, declared))
  yield csvLine([...fields, ...headers])
  for await (const page of contactPages(db))
    yield page
      .map((contact) =>
        csvLine([
          ...fields.map((field) => contactCell(contact, field)),
          ...[...types].map(([name, type]) => attributeCell(contact.attributes?.[name], type)),
        ]),
      )
      .join('')
}

/** Without what a contact has anyway. */
function bareContact(contact: Contact): Contact {
  const { attributes = {}, tags = [] } = contact
  const isUsual = ([field, value]: [string, unknown]): boolean =>
    value === undefined ||
    value === '' ||
    (field === 'priority' && value === 0) ||
    (field === 'tier' && value === 'none') ||
    (field === 'optedOut' && value === false) ||
    (field === 'tags' && tags.length === 0) ||
    (field === 'attributes' && Object.keys(attributes).length === 0)
  return Object.fromEntries(Object.entries(contact).filter((entry) => !isUsual(entry)))
}

async function* contactsJson(db: Db): AsyncGenerator<string> {
  let separator = '['
  for await (const page of contactPages(db))
    for (const contact of page) {
      yield `${separator}\n  ${JSON.stringify(bareContact(contact))}`
      separator = ','
    }
  yield separator === '[' ? '[]\n' : '\n]\n'
}

function agentsCsv({ agents }: Installation): string {
  const lines = agents.map(({ id, name = '', teams, status, callEnabled }) =>
    csvLine([id, name, listCell(teams), status, String(callEnabled)]),
  )
  return csvLine(Object.keys(columnsOf.agents)) + lines.join('')
}

function calendarsCsv({ calendars }: Installation): string {
  const json = (list: readonly unknown[]): string => (list.length > 0 ? JSON.stringify(list) : '')
  const lines = Object.entries(calendars).map(([name, { zone, weekly, holidays, overrides }]) =>
    csvLine([
      name,
      zone,
      ...weekdays.map((day) => intervalsCell(weekly[day])),
      json(holidays),
      json(overrides),
    ]),
  )
  return csvLine(Object.keys(columnsOf.calendars)) + lines.join('')
}

async function readLists(db: Db) {
  return db
    .selectFrom('list_entries')
    .select(['list', 'entry'])
    .orderBy('list')
    .orderBy('entry')
    .execute()
}

async function* listsCsv(db: Db): AsyncGenerator<string> {
  yield csvLine(Object.keys(columnsOf.lists))
  for (const { list, entry } of await readLists(db)) yield csvLine([list, entry])
}

async function* listsJson(db: Db): AsyncGenerator<string> {
  const rows = await readLists(db)
  const of = (list: string) => rows.filter((row) => row.list === list).map(({ entry }) => entry)
  yield `${JSON.stringify({ blocked: of('blocked'), allowed: of('allowed') }, null, 2)}\n`
}

async function* once(text: string): AsyncGenerator<string> {
  yield text
}

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

interface ExportOrder {
  readonly kind: Kind
  readonly format: Format
  readonly installation: Installation
}

/** The text of an export, bit by bit; importing it gives the same again. */
export function exportText(
  db: Db,
  { kind, format, installation }: ExportOrder,
): AsyncGenerator<string> {
  const isCsv = format === 'csv'
  switch (kind) {
    case 'contacts':
      return isCsv ? contactsCsv(db, installation) : contactsJson(db)
    case 'agents':
      return once(isCsv ? agentsCsv(installation) : pretty(installation.agents))
    case 'calendars':
      return once(isCsv ? calendarsCsv(installation) : pretty(installation.calendars))
    case 'lists':
      return isCsv ? listsCsv(db) : listsJson(db)
  }
}
